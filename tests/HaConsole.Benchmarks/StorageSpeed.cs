using System.Diagnostics;
using System.Globalization;
using HaConsole.Engine.Journal;
using HaConsole.Failover;
using HaConsole.Storage;

namespace HaConsole.Benchmarks;

/// <summary>How long pages, filters and searches take on many events in an embedded database of its own, which is removed afterwards.</summary>
internal static class StorageSpeed
{
    private const int Rounds = 30;
    private const int Forwarded = 50_000;

    /// <summary>Measures.</summary>
    /// <param name="count">Events.</param>
    /// <param name="seeded">Folder that an earlier, killed run has filled already; null to make and fill one. It is removed either way.</param>
    /// <param name="output">Receives the tables.</param>
    public static async Task RunAsync(int count, string? seeded, TextWriter output)
    {
        var folder = seeded ?? Directory.CreateTempSubdirectory("ha-bench-").FullName;
        try
        {
            await using var database = new HaDatabase(new DatabaseOptions { DataDirectory = folder, KeepDays = 36_500, KeepBytes = 0 }, null, Console.Error.WriteLine);
            database.Start();
            while (database.Status is not { State: DatabaseState.Ready, TextSearch: TextSearch.Indexed, SizeBytes: > 0 })
            {
                await Task.Delay(50);
            }

            if (seeded is null)
            {
                await StorageSeed.FillAsync($"Host={database.Status.Place};Username=haconsole;Database=postgres;Pooling=false", count, Console.Error);
            }

            await MeasureAsync(database, count, output);
            await ForwardAsync(database, folder, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(HaDatabase database, int count, TextWriter output)
    {
        var history = new EventHistory(database);
        var middle = new EventPaging { Before = new EventCursor((count / 4000) + 1, count / 4, 2, 0) };
        var end = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
        var past = end.AddSeconds(-1.5 * count);
        var all = new EventFilter();
        (string Name, EventFilter Filter, EventPaging? Paging)[] cases =
        [
            ("first page", all, null),
            ("page in the middle", all, middle),
            ("upwards from the middle", all, new EventPaging { After = middle.Before }),
            ("one server", all with { Servers = [1] }, null),
            ("warnings and alarms", all with { MinSeverity = Severity.Warning }, null),
            ("alarms", all with { MinSeverity = Severity.Alarm }, null),
            ("nobody acknowledged", all with { OnlyUnacknowledged = true }, null),
            ("decisions", all with { OnlyDecisions = true }, null),
            ("frequent kind (1 in 7)", all with { Kinds = ["role-changed"] }, null),
            ("rare kind (1 in 100,003) and a frequent one", all with { Kinds = ["split-brain", "sync-done"] }, null),
            ("an hour in the middle", all with { From = past, To = past.AddHours(1) }, null),
            ("older than the middle", all with { To = past }, null),
            ("50 epochs in the middle", all with { FromEpoch = count / 4000, ToEpoch = (count / 4000) + 50 }, null),
            ("alarms of one kind in a month", all with { MinSeverity = Severity.Alarm, Kinds = ["role-changed"], From = past, To = past.AddDays(30) }, null),
            ("text: in every row", all with { Text = "probe" }, null),
            ("text: 1 in 101", all with { Text = "hundredth" }, null),
            ("text: 1 in 1,009", all with { Text = "thousandth" }, null),
            ("text: 1 in 1,000,003", all with { Text = "millionth" }, null),
            ("text: no match", all with { Text = "zebra" }, null),
            ("text: no match of frequent parts", all with { Text = "probeprobe" }, null),
            ("text: two words, one rare", all with { Text = "SERVICE millionth" }, null),
            ("text: an address in the evidence", all with { Text = "10.1.77.42" }, null),
            ("text: 1 in 1,009, among alarms", all with { Text = "thousandth", MinSeverity = Severity.Alarm }, null),
            ("text: 1 in 101, an hour in the middle", all with { Text = "hundredth", From = past, To = past.AddHours(1) }, null),
            ("text: only in the oldest tenth (1 % of all)", all with { Text = "archaic" }, null),
            ("text: the same, two words", all with { Text = "archaic hundredth" }, null),
            ("text: 1 in 1,009, from the middle", all with { Text = "thousandth" }, middle),
            ("text: 1 in 1,009, upwards from the middle", all with { Text = "thousandth" }, new EventPaging { After = middle.Before }),
            ("text: 1 in 1,009, of one kind and one server", all with { Text = "thousandth", Kinds = ["role-changed"], Servers = [1] }, null),
            ("text: an address, older than the middle", all with { Text = "10.1.77.42", To = past }, null),
        ];
        output.WriteLine("| Query, 100 rows a page | rows | p50 ms | p95 ms | max ms |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (var (name, filter, paging) in cases)
        {
            await RowAsync(output, name, async () =>
            {
                var page = await history.QueryAsync(filter, paging);
                return page.Complete ? page.Rows.Count.ToString(CultureInfo.InvariantCulture) : $"{page.Rows.Count}, ended early";
            });
        }

        await RowAsync(output, "count of everything", async () => Count(await history.CountAsync(all)));
        await RowAsync(output, "count of alarms", async () => Count(await history.CountAsync(all with { MinSeverity = Severity.Alarm })));
        await RowAsync(output, "count of a text, 1 in 101", async () => Count(await history.CountAsync(all with { Text = "hundredth" })));
        await RowAsync(output, "count of a text, 1 in 1,009", async () => Count(await history.CountAsync(all with { Text = "thousandth" })));
        await RowAsync(output, "count of a text, in every row", async () => Count(await history.CountAsync(all with { Text = "probe" })));
        await RowAsync(output, "count of an address in the evidence", async () => Count(await history.CountAsync(all with { Text = "10.1.77.42" })));
        await RowAsync(output, "count of a text, 1 in 101, on one server", async () => Count(await history.CountAsync(all with { Text = "hundredth", Servers = [1] })));
        var size = database.Status.SizeBytes;
        for (var i = 0; i < 700 && database.Status.SizeBytes == size; i++)
        {
            await Task.Delay(100);
        }

        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Size of the database with all indexes: {database.Status.SizeBytes / 1e9:0.0} GB."));
    }

    private static string Count(EventCount count) => string.Create(CultureInfo.InvariantCulture, $"{(count.Exact ? "" : "about ")}{count.Value:N0}");

    private static async Task RowAsync(TextWriter output, string name, Func<Task<string>> query)
    {
        var times = new List<double>();
        var result = "";
        for (var i = 0; i <= Rounds && times.Sum() < 30_000; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            result = await query();
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        // The first one compiles code and reads from the disk; a person meets it too, so it is the maximum when it is the slowest.
        times.Sort();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {name} | {result} | {times[times.Count / 2]:0.0} | {times[(int)(times.Count * 0.95)]:0.0} | {times[^1]:0.0} |"));
    }

    private static async Task ForwardAsync(HaDatabase database, string folder, TextWriter output)
    {
        await using var journal = new FileJournal(folder, 1, TimeProvider.System);
        await using var forwarder = new EventForwarder(database, journal, "other", () => 1);
        var events = Enumerable.Range(1, Forwarded).Select(i => new HaEvent
        {
            Pair = "other",
            Server = 1,
            Sequence = i,
            Epoch = 1,
            At = DateTimeOffset.UnixEpoch.AddSeconds(i),
            Kind = "probe-failed",
            Sentence = $"The service orders-{i % 40} answered probe {i} after {i * 13 % 1000} ms",
            Evidence = new Dictionary<string, string> { ["peer"] = "Alive", ["missed"] = "0" },
        }).ToList();
        var begin = Stopwatch.GetTimestamp();
        await forwarder.AcceptAsync(events);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Storing {Forwarded:N0} further events in batches, all indexes kept: {Forwarded / Stopwatch.GetElapsedTime(begin).TotalSeconds:N0} events/s."));
    }
}
