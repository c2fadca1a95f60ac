using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;

namespace HaConsole.Web.Demo;

/// <summary>A process that cannot be mistaken for a later one with the same number: its id and its start time.</summary>
/// <param name="Id">Process id.</param>
/// <param name="StartTicks">Start time in clock ticks since the boot, as <c>/proc/ID/stat</c> says it.</param>
/// <param name="Name">What it is, for messages.</param>
internal sealed record ProcessIdentity(int Id, long StartTicks, string Name)
{
    private const int ParentField = 1;
    private const int StartField = 19;

    /// <summary>The running process with that id; null when there is none.</summary>
    public static ProcessIdentity? Of(int id, string name)
        => Fields(id) is { } fields ? new ProcessIdentity(id, long.Parse(fields[StartField], CultureInfo.InvariantCulture), name) : null;

    /// <summary>It still runs (a zombie does not).</summary>
    [JsonIgnore]
    public bool IsAlive
        => Fields(Id) is { } fields && fields[0] != "Z" && fields[StartField] == StartTicks.ToString(CultureInfo.InvariantCulture);

    /// <summary>It and everything that descends from it, parents first.</summary>
    public IReadOnlyList<ProcessIdentity> WithDescendants()
    {
        var all = new List<(ProcessIdentity Process, int Parent)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Fields(id) is { } fields)
            {
                var identity = new ProcessIdentity(id, long.Parse(fields[StartField], CultureInfo.InvariantCulture), Name);
                all.Add((identity, int.Parse(fields[ParentField], CultureInfo.InvariantCulture)));
            }
        }

        var found = new List<ProcessIdentity> { this };
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(all.Where(x => x.Parent == found[i].Id).Select(x => x.Process));
        }

        return found;
    }

    /// <summary>Sends a signal if it still runs.</summary>
    public void Signal(string signal)
    {
        if (!IsAlive)
        {
            return;
        }

        using var kill = Process.Start("kill", [signal, Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>The fields of <c>/proc/ID/stat</c> after the name, which may itself hold blanks and brackets.</summary>
    private static string[]? Fields(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            // No such process, or it ended while we read.
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
