using System.Globalization;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Checks;

/// <summary>Space and memory of this machine.</summary>
internal static class MachineLooks
{
    private const double Mebi = 1024 * 1024;

    /// <summary>Space that a user without privileges can still write.</summary>
    public static CheckLook Disk(CheckDefinition check)
    {
        try
        {
            if (!Path.Exists(check.Path))
            {
                return new CheckLook(false, $"{check.Path} does not exist");
            }

            var drive = new DriveInfo(check.Path);
            return Judge(check, drive.AvailableFreeSpace, drive.TotalSize, check.LeastMegabytes, $" free on {check.Path}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new CheckLook(false, CheckLooks.Line(e.Message));
        }
    }

    /// <summary>Memory that programs can still get, without swap.</summary>
    public static CheckLook Memory(CheckDefinition check)
    {
        try
        {
            var lines = File.ReadAllLines("/proc/meminfo");
            return Judge(check, Kibibytes(lines, "MemAvailable:") * 1024, Kibibytes(lines, "MemTotal:") * 1024, 0, " available");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return new CheckLook(false, CheckLooks.Line(e.Message));
        }
    }

    private static CheckLook Judge(CheckDefinition check, double free, double total, int leastMegabytes, string where)
    {
        var percent = total > 0 ? 100 * free / total : 0;
        var text = string.Create(CultureInfo.InvariantCulture, $"{percent:0} % ({free / Mebi:0} MiB){where}");
        var well = percent >= check.LeastPercent && free >= leastMegabytes * Mebi;
        var least = check.LeastPercent > 0 ? string.Create(CultureInfo.InvariantCulture, $"{check.LeastPercent:0.##} %") : "";
        var bytes = leastMegabytes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{leastMegabytes} MiB") : "";
        return new CheckLook(well, well ? text : $"{text}; at least {least}{(least.Length > 0 && bytes.Length > 0 ? " and " : "")}{bytes} wanted");
    }

    private static double Kibibytes(string[] lines, string name)
    {
        var line = Array.Find(lines, l => l.StartsWith(name, StringComparison.Ordinal)) ?? throw new FormatException($"/proc/meminfo has no {name}");
        return double.Parse(line[name.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
