using System.Diagnostics;
using System.Text.Json;

namespace HaConsole.Web.Demo;

/// <summary>Remembers the demo's processes on disk, so that a demo that was killed can be cleaned up by the next one.</summary>
internal static class DemoLeftovers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Writes the processes down, by replacing the file at once.</summary>
    public static void Remember(DemoLayout layout, IReadOnlyList<ProcessIdentity> processes)
    {
        var draft = layout.ProcessFile + ".new";
        File.WriteAllText(draft, JsonSerializer.Serialize(processes));
        File.Move(draft, layout.ProcessFile, overwrite: true);
    }

    /// <summary>Ends what a killed demo left and removes its directory. A sentence when a demo still runs there; else null.</summary>
    public static string? CleanUp(DemoLayout layout, TextWriter output)
    {
        if (!Directory.Exists(layout.Directory))
        {
            return null;
        }

        if (!File.Exists(layout.ProcessFile))
        {
            // Only what a demo has made is ever removed.
            return Directory.EnumerateFileSystemEntries(layout.Directory).Any() ? $"{layout.Directory} is not a directory of the demo: name another one" : null;
        }

        var processes = Read(layout.ProcessFile);
        if (processes.FirstOrDefault(x => x.Name == "demo" && x.IsAlive) is { } running)
        {
            return $"a demo already runs in {layout.Directory} (pid {running.Id})";
        }

        var left = processes.Where(x => x.IsAlive).SelectMany(x => x.WithDescendants()).ToList();
        if (left.Count > 0)
        {
            output.WriteLine($"ending {left.Count} processes that an earlier demo left");
            Kill(left);
        }

        Directory.Delete(layout.Directory, recursive: true);
        return null;
    }

    /// <summary>Kills and waits until they are gone.</summary>
    public static void Kill(IReadOnlyList<ProcessIdentity> processes)
    {
        foreach (var process in processes)
        {
            process.Signal("-KILL");
        }

        var begin = Stopwatch.GetTimestamp();
        SpinWait.SpinUntil(() => !processes.Any(x => x.IsAlive) || Stopwatch.GetElapsedTime(begin) > Patience);
    }

    private static List<ProcessIdentity> Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<List<ProcessIdentity>>(File.ReadAllText(file)) ?? [];
        }
        catch (JsonException)
        {
            // The machine went down while it was written: nothing of that demo can be running.
            return [];
        }
    }
}
