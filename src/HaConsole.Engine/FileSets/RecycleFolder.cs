using System.Globalization;
using HaConsole.Engine.FileSets.Posix;

namespace HaConsole.Engine.FileSets;

/// <summary>
/// Keeps what a synchronisation replaces or removes, in <c>.haconsole/recycle/TIME/PATH</c> of the set, for some days.
/// </summary>
internal sealed class RecycleFolder(SetRoot root, TimeProvider time) : IDisposable
{
    public const string Name = "recycle";
    private const string Form = "yyyyMMdd-HHmmss-fff";
    private const uint OwnerOnly = 0x1C0;
    private OpenDirectory? folder;
    private string name = "";

    /// <summary>Moves something there; where it is now, from the root of the set.</summary>
    public string Keep(string path)
    {
        if (folder is null)
        {
            using var all = root.Own(Name);
            name = time.GetUtcNow().ToString(Form, CultureInfo.InvariantCulture);
            folder = all.IntoOrMake(name, OwnerOnly);
        }

        var into = folder.Again();
        try
        {
            foreach (var part in PathName.Parent(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                var next = into.IntoOrMake(part, OwnerOnly);
                into.Dispose();
                into = next;
            }

            var last = PathName.Name(path);
            var free = last;
            for (var i = 2; into.Look(free).Exists; i++)
            {
                free = string.Create(CultureInfo.InvariantCulture, $"{last}.{i}");
            }

            root.Parent(path).Move(last, into, free);
            return $"{PathPatterns.OwnDirectory}/{Name}/{name}/{PathName.Join(PathName.Parent(path), free)}";
        }
        finally
        {
            into.Dispose();
        }
    }

    /// <summary>What is kept from now on comes into a folder of its own.</summary>
    public void Close()
    {
        folder?.Dispose();
        folder = null;
    }

    /// <summary>Removes what is older than some days; how many folders.</summary>
    public int Prune(int keepDays)
    {
        using var all = root.Own(Name);
        var removed = 0;
        foreach (var old in all.Names())
        {
            if (DateTimeOffset.TryParseExact(old, Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                && time.GetUtcNow() - at > TimeSpan.FromDays(keepDays) && old != name)
            {
                all.RemoveTree(old);
                removed++;
            }
        }

        return removed;
    }

    public void Dispose() => Close();
}
