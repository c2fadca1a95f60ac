using System.Text.RegularExpressions;
using HaConsole.Web.Components.Layout;

namespace HaConsole.Web.Tests.Components;

/// <summary>The console brings only the icons that its pages show; one that is missing would be shown as its name.</summary>
public sealed partial class IconTests
{
    [Fact]
    public void Icons_OfAllPages_AreInTheFont()
    {
        var root = Root();
        var there = File.ReadAllLines(Path.Combine(root, "wwwroot/fonts/icons.txt")).ToHashSet(StringComparer.Ordinal);
        var used = Directory.EnumerateFiles(Path.Combine(root, "src/HaConsole.Web/Components"), "*.razor", SearchOption.AllDirectories)
            .SelectMany(file => Named().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value)
            .Concat(ConsolePages.All.Select(page => page.Icon).Where(icon => icon.Length > 0));

        Assert.True(used.Except(there).ToList() is [], $"Run scripts/subset-icons.py: {string.Join(", ", used.Except(there))}");
    }

    [GeneratedRegex("Icon=\"([a-z0-9_]+)\"")]
    private static partial Regex Named();

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "HaConsole.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository is not around the tests.");
        }

        return folder;
    }
}
