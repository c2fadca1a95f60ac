using System.Diagnostics;
using System.Reflection;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace HaConsole.Tidy.Tests;

/// <summary>The files of the repository, as version control knows them (new ones included).</summary>
internal static class Repository
{
    private static readonly Lazy<IReadOnlyList<string>> Listed = new(List);
    private static readonly Lazy<IReadOnlyList<(string File, CompilationUnitSyntax Root)>> Parsed = new(Parse);

    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(x => x.Key == "RepositoryRoot").Value!;

    /// <summary>All files, relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files => Listed.Value;

    /// <summary>Every C# file of src, tests and migrations, parsed.</summary>
    public static IReadOnlyList<(string File, CompilationUnitSyntax Root)> Sources => Parsed.Value;

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static bool Exists(string file) => Path.Exists(Path.Combine(Root, file));

    /// <summary>Files below one of the folders, with one of the endings.</summary>
    public static IEnumerable<string> Below(string[] folders, params string[] endings)
        => Files.Where(x => folders.Any(y => x.StartsWith(y, StringComparison.Ordinal)) && endings.Any(y => x.EndsWith(y, StringComparison.Ordinal)));

    /// <summary>Made by a tool, not by hand.</summary>
    public static bool IsGenerated(string file)
        => file.EndsWith(".Designer.cs", StringComparison.Ordinal) || file.EndsWith("Snapshot.cs", StringComparison.Ordinal)
            || (file.StartsWith("migrations/", StringComparison.Ordinal) && char.IsDigit(Path.GetFileName(file)[0]));

    /// <summary>Fails with one line per finding.</summary>
    public static void Clean(string rule, IEnumerable<string> findings)
    {
        var all = findings.ToList();
        Assert.True(all.Count == 0, $"{rule}:\n{string.Join('\n', all)}");
    }

    private static List<string> List()
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = Root, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            start.ArgumentList.Add(argument);
        }

        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        var files = output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(Exists).Distinct().ToList();
        Assert.NotEmpty(files);
        return files;
    }

    private static List<(string File, CompilationUnitSyntax Root)> Parse()
        => [.. Below(["src/", "tests/", "migrations/"], ".cs").AsParallel().AsOrdered()
            .Select(x => (x, CSharpSyntaxTree.ParseText(Text(x)).GetCompilationUnitRoot()))];
}
