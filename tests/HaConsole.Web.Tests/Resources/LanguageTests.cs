using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace HaConsole.Web.Tests.Resources;

/// <summary>Every text is there in both languages, with the same values in it.</summary>
public sealed partial class LanguageTests
{
    private static readonly string Folder = Path.Combine(Root(), "src", "HaConsole.Web", "Resources");

    [Fact]
    public void EveryText_IsThereInBothLanguages()
    {
        var english = Directory.EnumerateFiles(Folder, "*.resx", SearchOption.AllDirectories).Where(file => !file.EndsWith(".fr.resx", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(english);
        var problems = english.SelectMany(Problems).ToList();

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    public void NoFrenchFile_IsWithoutItsEnglishOne()
        => Assert.DoesNotContain(
            Directory.EnumerateFiles(Folder, "*.fr.resx", SearchOption.AllDirectories),
            file => !File.Exists(file.Replace(".fr.resx", ".resx", StringComparison.Ordinal)));

    [Fact]
    public void FrenchSigns_NeverBeginOrEndALine()
    {
        var problems = Directory.EnumerateFiles(Folder, "*.fr.resx", SearchOption.AllDirectories)
            .SelectMany(file => Texts(file).Where(text => Breaking().IsMatch(text.Value)).Select(text => $"{Path.GetRelativePath(Folder, file)}: {text.Key} needs a no-break space or ’")).ToList();

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    private static IEnumerable<string> Problems(string file)
    {
        var french = file.Replace(".resx", ".fr.resx", StringComparison.Ordinal);
        var name = Path.GetRelativePath(Folder, file);
        if (!File.Exists(french))
        {
            return [$"{name}: there is no French file"];
        }

        var (texts, others) = (Texts(file), Texts(french));
        return texts.Keys.Except(others.Keys).Select(key => $"{name}: {key} is missing in French")
            .Concat(others.Keys.Except(texts.Keys).Select(key => $"{name}: {key} is missing in English"))
            .Concat(texts.Where(text => others.TryGetValue(text.Key, out var other) && !Values(text.Value).SetEquals(Values(other))).Select(text => $"{name}: {text.Key} has other values in French"))
            .Concat(texts.Concat(others).Where(text => string.IsNullOrWhiteSpace(text.Value)).Select(text => $"{name}: {text.Key} is empty"));
    }

    private static Dictionary<string, string> Texts(string file)
        => XDocument.Load(file).Root!.Elements("data").ToDictionary(data => (string)data.Attribute("name")!, data => (string)data.Element("value")!, StringComparer.Ordinal);

    private static HashSet<string> Values(string text) => [.. Placeholder().Matches(text).Select(match => match.Groups[1].Value)];

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "HaConsole.sln")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }

    [GeneratedRegex(@" [:;?!»](?![\w/])|« |n° |[A-Za-zàéèêç]'[A-Za-zàéèêh]")]
    private static partial Regex Breaking();

    [GeneratedRegex(@"\{(\d+)[^}]*\}")]
    private static partial Regex Placeholder();
}
