using HaConsole.Failover;

namespace HaConsole.Engine.Configuration;

/// <summary>Which document was made from which: recognises documents that were edited apart from each other.</summary>
public static class ConfigurationLineage
{
    /// <summary>Revisions that a document remembers. A server that was away for more is not sure to have been followed.</summary>
    public const int Most = 256;

    private const int HashDigits = 12;

    /// <summary>A document as the lineage of later ones names it: <c>7.12.1-0123456789ab</c>.</summary>
    public static string EntryOf(ConfigurationDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return $"{document.Revision}-{document.Hash[..Math.Min(HashDigits, document.Hash.Length)]}";
    }

    /// <summary>Lineage of a document that is made from one, or knowingly from two.</summary>
    public static string After(ConfigurationDocument document, ConfigurationDocument? other = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        IEnumerable<string> all = [EntryOf(document), .. Entries(document)];
        if (other is not null)
        {
            all = all.Append(EntryOf(other)).Concat(Entries(other)).Distinct().OrderByDescending(RevisionOf);
        }

        return string.Join(' ', all.Take(Most));
    }

    /// <summary>Whether <paramref name="later"/> was made from <paramref name="earlier"/>; null when its lineage does not reach back that far.</summary>
    public static bool? Descends(ConfigurationDocument later, ConfigurationDocument earlier)
    {
        ArgumentNullException.ThrowIfNull(later);
        ArgumentNullException.ThrowIfNull(earlier);
        var wanted = EntryOf(earlier);
        var entries = Entries(later);
        if (EntryOf(later) == wanted || entries.Contains(wanted))
        {
            return true;
        }

        return entries.Length > 0 && RevisionOf(entries[^1]) <= earlier.Revision ? false : null;
    }

    /// <summary>The newest revision that both were made from, as <see cref="EntryOf"/> names it; null when it is not known.</summary>
    public static string? Common(ConfigurationDocument a, ConfigurationDocument b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var known = Entries(a).Append(EntryOf(a)).ToHashSet(StringComparer.Ordinal);
        return Entries(b).Prepend(EntryOf(b)).FirstOrDefault(known.Contains);
    }

    /// <summary>Whether a document is among those that <paramref name="later"/> was made from.</summary>
    internal static bool Names(ConfigurationDocument later, ConfigurationDocument earlier) => Entries(later).Contains(EntryOf(earlier));

    /// <summary>The revision of an entry.</summary>
    internal static Revision RevisionOf(string entry) => Revision.TryParse(entry.Split('-')[0], out var revision) ? revision : Revision.None;

    private static string[] Entries(ConfigurationDocument document) => document.Lineage.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
