using System.Text.Json;
using System.Text.RegularExpressions;

namespace HaConsole.Tidy.Tests;

/// <summary>What is written about the program is true of it.</summary>
public sealed partial class DocumentTests
{
    private static IEnumerable<string> Pages => Repository.Files.Where(x => x.EndsWith(".md", StringComparison.Ordinal));

    [Fact]
    public void Relative_links_lead_somewhere()
        => Repository.Clean("links", Pages.SelectMany(page => Link().Matches(Repository.Text(page))
            .Select(x => x.Groups[1].Value.Split('#')[0])
            .Where(x => x.Length > 0 && !x.Contains("://", StringComparison.Ordinal) && !x.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(x => !Repository.Exists(Path.Combine(Path.GetDirectoryName(page)!, Uri.UnescapeDataString(x))))
            .Select(x => $"{page}: {x} leads nowhere")));

    [Fact]
    public void Scripts_that_pages_name_exist_and_can_be_run()
        => Repository.Clean("scripts", Pages.SelectMany(page => Script().Matches(Repository.Text(page)).Select(x => x.Value).Distinct()
            .Where(x => !Repository.Exists(x) || (File.GetUnixFileMode(Path.Combine(Repository.Root, x)) & UnixFileMode.UserExecute) == 0)
            .Select(x => $"{page}: {x} cannot be run")));

    [Fact]
    public void The_front_page_names_the_two_commands_and_shows_a_picture()
    {
        var text = Repository.Text("README.md");
        Assert.Contains("scripts/demo.sh", text, StringComparison.Ordinal);
        Assert.Contains("scripts/test.sh", text, StringComparison.Ordinal);
        Assert.Matches(@"!\[[^\]]+\]\(docs/images/[\w-]+\.svg\)", text);
    }

    [Fact]
    public void Every_key_of_the_options_stands_in_the_configuration_page_and_none_else()
    {
        var page = Repository.Text("docs/configuration.md");
        var keys = Keys("src/HaConsole.Engine/Configuration/NodeOptions.cs", "NodeOptions", "Node:")
            .Concat(Keys("src/HaConsole.Engine/Configuration/PairConfiguration.cs", "HotStandbyParameters", "HotStandby:"))
            .Concat(Keys("src/HaConsole.Engine/Configuration/PairConfiguration.cs", "ServiceDefinition", "Services:N:"))
            .Concat(Keys("src/HaConsole.Engine/Configuration/PairConfiguration.cs", "CheckDefinition", "Checks:N:"))
            .Concat(Keys("src/HaConsole.Engine/Configuration/CertificateDefinition.cs", "CertificateDefinition", "Certificates:N:"))
            .Concat(Keys("src/HaConsole.Engine/Configuration/FileSetDefinition.cs", "FileSetDefinition", "FileSets:N:"))
            .Concat(Keys("src/HaConsole.Engine/Configuration/AddressDefinition.cs", "AddressDefinition", "Addresses:N:"))
            .Concat(Keys("src/HaConsole.Engine/Configuration/NotificationSettings.cs", "NotificationChannel", "Notifications:Channels:N:"))
            .Concat(Keys("src/HaConsole.Engine/Configuration/NotificationSettings.cs", "NotificationRule", "Notifications:Rules:N:"))
            .Concat(Keys("src/HaConsole.Engine/Configuration/LoadBalancerSettings.cs", "LoadBalancerSettings", "LoadBalancer:"))
            .ToList();
        var documented = DocumentedKey().Matches(page).Select(x => x.Groups[1].Value).Where(x => x.Split(':')[0] is "Node" or "HotStandby" or "Services" or "Checks" or "Certificates" or "FileSets" or "Addresses" or "Notifications" or "LoadBalancer").ToHashSet();
        Repository.Clean("docs/configuration.md", keys.Where(x => !documented.Contains(x)).Select(x => $"{x} is not documented")
            .Concat(documented.Except(keys).Select(x => $"{x} does not exist in the program")));
    }

    [Fact]
    public void Appsettings_shows_every_key_of_the_server_and_of_hot_standby()
    {
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        using var document = JsonDocument.Parse(Repository.Text("appsettings.json"), options);
        var root = document.RootElement;
        var missing = Keys("src/HaConsole.Engine/Configuration/NodeOptions.cs", "NodeOptions", "Node:")
            .Concat(Keys("src/HaConsole.Engine/Configuration/PairConfiguration.cs", "HotStandbyParameters", "HotStandby:"))
            .Where(x => !root.TryGetProperty(x.Split(':')[0], out var section) || !section.TryGetProperty(x.Split(':')[1], out _));
        Repository.Clean("appsettings.json", missing.Select(x => $"{x} is missing"));
    }

    /// <summary>The record's settable properties, in the words of a configuration key.</summary>
    private static IEnumerable<string> Keys(string file, string record, string prefix)
        => Repository.Sources.Single(x => x.File == file).Root.DescendantNodes()
            .OfType<Microsoft.CodeAnalysis.CSharp.Syntax.RecordDeclarationSyntax>().Single(x => x.Identifier.ValueText == record).Members
            .OfType<Microsoft.CodeAnalysis.CSharp.Syntax.PropertyDeclarationSyntax>()
            .Where(x => x.AccessorList?.Accessors.Any(y => y.Keyword.ValueText == "init") == true)
            .Select(x => prefix + x.Identifier.ValueText);

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w/])scripts/[\w-]+\.sh")]
    private static partial Regex Script();

    [GeneratedRegex(@"^\| `([A-Za-z]+(?::[A-Za-z]+)?(?::N)?:[A-Za-z0-9]+)`", RegexOptions.Multiline)]
    private static partial Regex DocumentedKey();
}
