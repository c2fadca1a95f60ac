using System.Xml.Linq;

namespace HaConsole.Tidy.Tests;

/// <summary>The house and its rooms: who may see whom.</summary>
public sealed class ProjectTests
{
    private static readonly Dictionary<string, string[]> AllowedInSources = new()
    {
        ["HaConsole.Failover"] = [],
        ["HaConsole.Simulation"] = ["HaConsole.Failover"],
        ["HaConsole.Engine"] = ["HaConsole.Failover"],
        ["HaConsole.Storage"] = ["HaConsole.Engine"],
        ["HaConsole.Migrations"] = ["HaConsole.Storage"],
        ["HaConsole.SampleService"] = [],
        ["HaConsole.Web"] = ["HaConsole.Migrations", "HaConsole.Simulation"],
    };

    private static IEnumerable<string> Projects => Repository.Files.Where(x => x.EndsWith(".csproj", StringComparison.Ordinal));

    [Fact]
    public void Sources_reference_only_the_projects_that_the_architecture_allows()
        => Repository.Clean("references between projects have one direction", Projects.Where(x => !x.StartsWith("tests/", StringComparison.Ordinal)).SelectMany(file =>
        {
            var name = Path.GetFileNameWithoutExtension(file);
            return AllowedInSources.TryGetValue(name, out var allowed)
                ? Linked(file).Where(x => !allowed.Contains(x)).Select(x => $"{file}: must not reference {x}")
                : [$"{file}: the architecture does not know this project"];
        }));

    [Fact]
    public void Every_project_of_the_architecture_exists()
        => Repository.Clean("projects", AllowedInSources.Keys.Where(x => !Projects.Any(y => Path.GetFileNameWithoutExtension(y) == x)).Select(x => $"{x} is missing"));

    [Fact]
    public void A_test_project_references_the_project_that_it_tests_and_no_other_tests()
        => Repository.Clean("test projects", Projects.Where(x => x.StartsWith("tests/", StringComparison.Ordinal)).SelectMany(file =>
        {
            var linked = Linked(file).ToList();
            var subject = Path.GetFileNameWithoutExtension(file).Replace(".Tests", "", StringComparison.Ordinal);
            var wanted = subject == "HaConsole.Storage" ? "HaConsole.Migrations" : subject;
            return linked.Where(x => x.EndsWith(".Tests", StringComparison.Ordinal)).Select(x => $"{file}: must not reference {x}")
                .Concat(AllowedInSources.ContainsKey(subject) && !linked.Contains(wanted) ? [$"{file}: does not reference {wanted}"] : []);
        }));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Text("HaConsole.sln").Replace('\\', '/');
        Repository.Clean("HaConsole.sln", Projects.Where(x => !solution.Contains(x, StringComparison.Ordinal)).Select(x => $"{x} is not in the solution"));
    }

    [Fact]
    public void Every_project_folder_explains_itself()
        => Repository.Clean("each project has a README.md", Projects.Select(x => Path.Combine(Path.GetDirectoryName(x)!, "README.md"))
            .Where(x => !Repository.Exists(x)).Select(x => $"{x} is missing"));

    [Fact]
    public void Every_central_package_version_is_used_and_no_project_has_its_own()
    {
        var central = Document("Directory.Packages.props").Descendants("PackageVersion").Select(Include).ToHashSet();
        var used = Projects.SelectMany(x => Document(x).Descendants("PackageReference").Select(y => (File: x, Element: y))).ToList();
        Repository.Clean("package versions", central.Except(used.Select(x => Include(x.Element))).Select(x => $"Directory.Packages.props: {x} is not used by any project")
            .Concat(used.Where(x => x.Element.Attribute("Version") is not null).Select(x => $"{x.File}: {Include(x.Element)} has a version of its own")));
    }

    /// <summary>Projects whose assembly becomes part of this one (programs that are only started do not count).</summary>
    private static IEnumerable<string> Linked(string project)
    {
        var folder = Path.GetDirectoryName(project)!;
        return Document(project).Descendants("ProjectReference")
            .Where(x => (string?)x.Attribute("ReferenceOutputAssembly") != "false")
            .Select(x => Path.GetFileNameWithoutExtension(Path.Combine(folder, Include(x).Replace('\\', '/'))));
    }

    private static XDocument Document(string file) => XDocument.Parse(Repository.Text(file));

    private static string Include(XElement element) => (string?)element.Attribute("Include") ?? "";
}
