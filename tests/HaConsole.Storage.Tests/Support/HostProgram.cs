using System.Globalization;
using HaConsole.Engine.Journal;

namespace HaConsole.Storage.Tests.Support;

/// <summary>
/// A process with a database, a journal and a forwarder. It ends in order when its input ends. Arguments: data directory, number of events to record
/// (one every millisecond), connection string (none: embedded).
/// </summary>
internal static class HostProgram
{
    public static async Task<int> Main(string[] args)
    {
        var count = int.Parse(args[1], CultureInfo.InvariantCulture);
        await using var database = new HaDatabase(new DatabaseOptions { DataDirectory = args[0], ConnectionString = args.ElementAtOrDefault(2) ?? "" });
        await using var journal = new FileJournal(args[0], 1, TimeProvider.System);
        await using var forwarder = new EventForwarder(database, journal, "default", () => 1);
        database.Start();
        forwarder.Start();
        // The console's reader is synchronous whatever the method is called.
        var input = Task.Run(Console.In.ReadToEnd);
        for (var i = 0; i < count && !input.IsCompleted; i++)
        {
            journal.Record(new HaEvent { Kind = "test", Sentence = Guid.NewGuid().ToString(), Epoch = 1 });
            await Task.Delay(1);
        }

        journal.Flush(TimeSpan.FromSeconds(5));
        var ready = await database.WaitReadyAsync(TimeSpan.FromSeconds(60));
        Console.WriteLine(ready ? $"ready {database.Pid}" : $"not ready: {database.Status.Detail}");
        await input;
        return 0;
    }
}
