using System.Diagnostics;
using System.Globalization;

namespace HaConsole.Storage.Embedded;

/// <summary>The PostgreSQL programs of the machine.</summary>
internal static class PostgresPrograms
{
    private static readonly string[] Roots = ["/usr/lib/postgresql", "/usr/local/lib/postgresql"];
    private static readonly string[] Others = ["/usr/bin", "/usr/local/bin", "/usr/local/pgsql/bin"];

    /// <summary>Folder with initdb, pg_ctl and postgres: of a major version, or of the newest one.</summary>
    /// <param name="version">Major version of a cluster that exists, for example <c>15</c>; empty for a new one.</param>
    /// <exception cref="EmbeddedDatabaseException">It is not installed.</exception>
    public static string Find(string version) => Find(version, Roots, Others);

    /// <summary>As above, in given places.</summary>
    /// <param name="version">Major version, or empty.</param>
    /// <param name="roots">Folders that have one folder for each major version.</param>
    /// <param name="others">Folders with programs whose version the folder's name does not tell.</param>
    public static string Find(string version, IReadOnlyList<string> roots, IReadOnlyList<string> others)
    {
        var found = roots.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories)
            .Concat(Directory.Exists("/usr") ? Directory.EnumerateDirectories("/usr", "pgsql-*") : [])
            .Select(folder => (Version: VersionOf(folder), Bin: Path.Combine(folder, "bin")))
            .Where(f => f.Version > 0 && IsWhole(f.Bin))
            .Concat(others.Where(IsWhole).Select(bin => (Version: AskedVersion(bin), Bin: bin)).Where(f => f.Version > 0))
            .OrderByDescending(f => f.Version).ToList();
        if (version.Length == 0)
        {
            return found.Select(f => f.Bin).FirstOrDefault()
                ?? throw new EmbeddedDatabaseException("PostgreSQL is not installed: install the package postgresql, or set Database:ConnectionString.");
        }

        var same = found.Where(f => f.Version.ToString(CultureInfo.InvariantCulture) == version).Select(f => f.Bin).FirstOrDefault();
        return same ?? throw new EmbeddedDatabaseException(found.Count == 0
            ? $"PostgreSQL is not installed, and the database was made by version {version}: install the package postgresql-{version}, or set Database:ConnectionString."
            : $"The database was made by PostgreSQL {version}, but this machine has {string.Join(", ", found.Select(f => f.Version).Distinct())}: install the package postgresql-{version}, "
                + "or move the folder database away (a new one is then filled from the journal).");
    }

    private static int VersionOf(string folder)
    {
        var name = Path.GetFileName(folder);
        var number = name.StartsWith("pgsql-", StringComparison.Ordinal) ? name[6..] : name;
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }

    /// <summary>Where the folder's name does not tell the version, the program does: <c>postgres (PostgreSQL) 15.14</c>.</summary>
    private static int AskedVersion(string bin)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(bin, "postgres"), "--version") { RedirectStandardOutput = true });
        var words = process?.StandardOutput.ReadToEnd().Split(' ', '.') ?? [];
        return words is [_, _, var major, ..] && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }

    private static bool IsWhole(string bin)
        => File.Exists(Path.Combine(bin, "initdb")) && File.Exists(Path.Combine(bin, "pg_ctl")) && File.Exists(Path.Combine(bin, "postgres"));
}
