using FluentValidation;
using HaConsole.Engine.FileSets;

namespace HaConsole.Engine.Configuration;

/// <summary>Rules of one file set.</summary>
public sealed class FileSetDefinitionValidator : AbstractValidator<FileSetDefinition>
{
    private static readonly string[] Systems = ["/", "/bin", "/boot", "/dev", "/lib", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr"];

    /// <summary>Makes the rules.</summary>
    public FileSetDefinitionValidator()
    {
        this.Check(x => x.Name, (_, v) => DefinitionRules.Name(v));
        this.Check(x => x.Path, (_, v) => Directory(v));
        this.Check(x => x.Include, (_, v) => Patterns(v));
        this.Check(x => x.Exclude, (_, v) => Patterns(v));
        this.Range(x => x.CompareInterval, 10, 604800, "seconds");
        this.Check(x => x.BytesPerSecond, (_, v) => v is 0 or (>= 1024 and <= 1L << 40) ? null : "it must be 0 (no limit) or 1024 … 1099511627776 bytes per second");
        this.Range(x => x.KeepDays, 0, 3650, "days");
        this.Check(x => x.CommandBefore, (_, v) => DefinitionRules.Script(v));
        this.Check(x => x.CommandAfter, (_, v) => DefinitionRules.Script(v));
        this.Range(x => x.CommandTimeout, 0.1, 3600, "seconds");
    }

    /// <summary>Whether one directory is, or lies in, the other.</summary>
    public static bool Overlap(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var (a, b) = (Slashed(one), Slashed(other));
        return a.StartsWith(b, StringComparison.Ordinal) || b.StartsWith(a, StringComparison.Ordinal);
    }

    private static string Slashed(string path) => System.IO.Path.TrimEndingDirectorySeparator(path) + "/";

    private static string? Directory(string path)
        => DefinitionRules.Line(path)
            ?? (path.Length < 2 || !path.StartsWith('/') || path.EndsWith('/') || path.Split('/').Skip(1).Any(p => p is "" or "." or "..")
                ? "it must be the absolute path of a directory such as /var/lib/portal, without a slash at its end"
                : Systems.Contains(path, StringComparer.Ordinal) ? "it must be a directory of an application, not one of the system" : null);

    private static string? Patterns(IReadOnlyList<string> patterns)
        => patterns.Select(p => PathPatterns.Problem(p) is { } problem ? $"\"{p}\": {problem}" : null).FirstOrDefault(p => p is not null);
}
