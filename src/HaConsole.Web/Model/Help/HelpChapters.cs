using System.Text.RegularExpressions;

namespace HaConsole.Web.Model.Help;

/// <summary>The documentation as it is built into the program: what is read is always that of the version that runs, also without a network.</summary>
public static partial class HelpChapters
{
    private const string Prefix = "help/";

    /// <summary>Chapters that can be shown, in alphabetical order, those in a folder last. These have it in their name: <c>lifecycle/replace-a-server</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. typeof(HelpChapters).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]).OrderBy(name => name.Contains('/', StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal)];

    /// <summary>Markdown of a chapter, with links to the other chapters as pages of the console; null when there is no such chapter.</summary>
    public static string? Read(string name)
    {
        if (!Names.Contains(name, StringComparer.Ordinal))
        {
            return null;
        }

        using var stream = typeof(HelpChapters).Assembly.GetManifestResourceStream(Prefix + name)!;
        using var reader = new StreamReader(stream);
        return Link().Replace(reader.ReadToEnd(), link => Resolve(name, link.Groups["target"].Value) is { } target && Names.Contains(target) ? $"]({Prefix}{target})" : link.Value);
    }

    /// <summary>First heading of a chapter.</summary>
    public static string TitleOf(string name) => Heading().Match(Read(name) ?? "") is { Success: true } heading ? heading.Groups["title"].Value.Trim() : name;

    private static string Resolve(string from, string target) => new Uri(new Uri("chapter:///" + from), target).AbsolutePath.TrimStart('/');

    [GeneratedRegex(@"\]\((?<target>[\w./-]+)\.md(#[\w-]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^# (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
