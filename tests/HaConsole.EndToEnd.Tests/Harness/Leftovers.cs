using System.Globalization;

namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>What killed servers leave running.</summary>
internal static class Leftovers
{
    /// <summary>A database outlives a killed server, to be adopted by the next start; when there is none, it ends here.</summary>
    public static async Task EndDatabasesAsync(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "postmaster.pid", SearchOption.AllDirectories).ToList())
        {
            if (!Shell.Signal(int.Parse(File.ReadLines(file).First(), CultureInfo.InvariantCulture), Shell.SigQuit))
            {
                // Killed itself: its file is all that is left.
                continue;
            }

            await Eventually.TrueAsync("the database ends", () => !File.Exists(file));
        }
    }
}
