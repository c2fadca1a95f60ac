using System.Text.RegularExpressions;

namespace HaConsole.Web.Model.Help;

/// <summary>The documentation as it is built into the program: what is read is always that of the version that runs, also without a network.</summary>
public static partial class HelpChapters
{
    private const string Prefix = "help/";

    /// <summary>Chapters that can be shown, in alphabetical order, those in a folder last. These have it in their name: <c>lifecycle/replace-a-server</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. typeof(HelpChapters).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]).OrderBy(name => name.Contains('/', StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal)];

    /// <summary>Whether a chapter is there in a language; every one is there in English.</summary>
    /// <param name="name">The chapter.</param>
    /// <param name="language">Two letters: en, fr.</param>
    public static bool IsIn(string name, string language) => language == "en" || typeof(HelpChapters).Assembly.GetManifestResourceInfo($"help-{language}/{name}") is not null;

    /// <summary>Markdown of a chapter, with links to the other chapters as pages of the console; null when there is no such chapter.</summary>
    /// <param name="name">The chapter.</param>
    /// <param name="language">Two letters; English when the chapter is not there in it.</param>
    public static string? Read(string name, string language = "en")
    {
        if (!Names.Contains(name, StringComparer.Ordinal))
        {
            return null;
        }

        var folder = language != "en" && IsIn(name, language) ? language + "/" : "";
        using var stream = typeof(HelpChapters).Assembly.GetManifestResourceStream((folder.Length > 0 ? $"help-{folder}" : Prefix) + name)!;
        using var reader = new StreamReader(stream);
        return Link().Replace(reader.ReadToEnd(), link => ChapterOf(Resolve(folder + name, link.Groups["target"].Value), folder) is { } target ? $"]({Prefix}{target})" : link.Value);
    }

    /// <summary>First heading of a chapter.</summary>
    /// <param name="name">The chapter.</param>
    /// <param name="language">Two letters; English when the chapter is not there in it.</param>
    public static string TitleOf(string name, string language = "en")
        => Heading().Match(Read(name, language) ?? "") is { Success: true } heading ? heading.Groups["title"].Value.Trim() : name;

    private static string? ChapterOf(string path, string folder)
    {
        var name = folder.Length > 0 && path.StartsWith(folder, StringComparison.Ordinal) ? path[folder.Length..] : path;
        return Names.Contains(name) ? name : null;
    }

    private static string Resolve(string from, string target) => new Uri(new Uri("chapter:///" + from), target).AbsolutePath.TrimStart('/');

    [GeneratedRegex(@"\]\((?<target>[\w./-]+)\.md(#[\w-]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^# (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
