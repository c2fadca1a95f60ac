using System.Globalization;
using System.Text.Json;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Journal;

public sealed class FileJournalTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private readonly ScratchFolder folder = new();
    private readonly LocalClock clock = new(new DateTimeOffset(2026, 11, 20, 23, 59, 58, 734, TimeSpan.FromHours(1)));

    private string EventsOf(string day) => folder[$"journal/events-{day}.jsonl"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Log_WritesTheGuidesLineInLocalTime()
    {
        await using (var journal = Open())
        {
            journal.Log("IPS Startup", "SWITCH THIS SERVER TO PRIMARY, maximum heart beat fails");
            journal.Log("IPS Framework", "two\nlines");
            Assert.True(journal.Flush(Long));
        }

        Assert.Equal(
            ["2026/11/20_23:59:58:734 IPS Startup : SWITCH THIS SERVER TO PRIMARY, maximum heart beat fails", "2026/11/20_23:59:58:734 IPS Framework : two lines"],
            File.ReadAllLines(folder["logs/ft-20261120.log"]));
    }

    [Fact]
    public async Task Flush_WhileEventsAreRecordedWithoutEnd_PutsWhatCameBeforeItOnDisk()
    {
        await using var journal = Open();
        using var stop = new CancellationTokenSource();
        var flood = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                // Below the bound at which lines are given up.
                Add(journal, 500);
                journal.Flush(Long);
            }
        });
        try
        {
            for (var i = 0; i < 5; i++)
            {
                journal.Log("IPS Startup", $"line {i}");
                var last = journal.Record(new HaEvent { Kind = "mark", Sentence = $"mark {i}" });
                Assert.True(journal.Flush(Long));
                Assert.Contains(File.ReadLines(folder["logs/ft-20261120.log"]), line => line.EndsWith($"line {i}", StringComparison.Ordinal));
                Assert.Contains(Directory.GetFiles(folder["journal"]).SelectMany(File.ReadLines), line => line.Contains($"\"sequence\":{last.Sequence},", StringComparison.Ordinal));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await flood;
        }
    }

    [Fact]
    public async Task Log_AfterMidnight_GoesToTheNextDaysFile()
    {
        await using var journal = Open();
        journal.Log("IPS Startup", "before");
        Add(journal, 1);
        clock.Advance(TimeSpan.FromSeconds(2));
        journal.Log("IPS Startup", "after");
        Add(journal, 1);
        Assert.True(journal.Flush(Long));

        Assert.Equal("2026/11/21_00:00:00:734 IPS Startup : after", Assert.Single(File.ReadAllLines(folder["logs/ft-20261121.log"])));
        Assert.Single(File.ReadAllLines(EventsOf("20261120")));
        Assert.Single(File.ReadAllLines(EventsOf("20261121")));
    }

    [Fact]
    public async Task Record_FillsSequenceServerAndTime_AndKeepsTheRest()
    {
        await using var journal = Open();

        var stored = journal.Record(new HaEvent { Epoch = 7, Kind = "role-changed", Row = 400, Severity = Severity.Alarm, Sentence = "Größe \"x\"", Evidence = new Dictionary<string, string> { ["peer"] = "Unreachable" } });

        Assert.Equal((1, 2, clock.GetUtcNow()), (stored.Sequence, stored.Server, stored.At));
        Assert.True(journal.Flush(Long));
        var line = Assert.Single(File.ReadAllLines(EventsOf("20261120")));
        using var json = JsonDocument.Parse(line);
        Assert.Equal("Größe \"x\"", json.RootElement.GetProperty("sentence").GetString());
        Assert.Equal("Unreachable", json.RootElement.GetProperty("evidence").GetProperty("peer").GetString());
    }

    [Fact]
    public async Task Record_AfterARestart_ContinuesTheSequenceAndRemembersTheEvents()
    {
        await using (var journal = Open())
        {
            Add(journal, 3);
        }

        await using var again = Open();
        var stored = Add(again, 1);

        Assert.Empty(again.StartProblems);
        Assert.Equal(4, stored.Sequence);
        Assert.Equal([1L, 2L, 3L, 4L], again.Latest(10).Select(e => e.Sequence));
        Assert.Equal([3L, 4L], again.Read(2, 10).Select(e => e.Sequence));
    }

    [Fact]
    public async Task Record_AfterTheJournalWasLost_NeverGivesANumberTwice()
    {
        await using (var journal = Open())
        {
            Add(journal, 3);
        }

        Directory.Delete(folder["journal"], recursive: true);

        await using var again = Open();
        Assert.Equal(4, Add(again, 1).Sequence);
    }

    [Fact]
    public async Task Open_LastLineTornAnywhere_SkipsItReportsItAndWritesOn()
    {
        await using (var journal = Open())
        {
            Add(journal, 2);
        }

        var whole = File.ReadAllBytes(EventsOf("20261120"));
        var firstLine = Array.IndexOf(whole, (byte)'\n') + 1;
        for (var length = firstLine + 1; length < whole.Length - 1; length += 41)
        {
            File.WriteAllBytes(EventsOf("20261120"), whole[..length]);
            await using (var journal = Open())
            {
                Assert.Equal(["events-20261120.jsonl has 1 torn or damaged line; it is skipped"], journal.StartProblems);
                Assert.Equal(1, Assert.Single(journal.Latest(10)).Sequence);
                Add(journal, 1);
            }

            await using var again = Open();
            Assert.Equal(2, again.Latest(10).Count);
        }
    }

    [Fact]
    public async Task Open_ALineChanged_SkipsIt()
    {
        await using (var journal = Open())
        {
            Add(journal, 3);
        }

        File.WriteAllText(EventsOf("20261120"), File.ReadAllText(EventsOf("20261120")).Replace("event 2", "event X", StringComparison.Ordinal));

        await using var again = Open();
        Assert.Equal([1L, 3L], again.Latest(10).Select(e => e.Sequence));
        Assert.Single(again.StartProblems);
    }

    [Fact]
    public async Task Read_OlderThanMemory_ComesFromTheFiles()
    {
        await using var journal = Open(new FileJournalOptions { MaxRemembered = 5, MaxFileBytes = 2000 });
        Add(journal, 50);
        Assert.True(journal.Flush(Long));

        Assert.Equal(Enumerable.Range(11, 39 + 1).Select(i => (long)i), journal.Read(10, 100).Select(e => e.Sequence));
        Assert.Equal([1L, 2L, 3L], journal.Read(0, 3).Select(e => e.Sequence));
        Assert.Equal([50L], journal.Read(49, 10).Select(e => e.Sequence));
        Assert.Empty(journal.Read(50, 10));
    }

    [Fact]
    public async Task Log_MoreThanTheBounds_KeepsTheNewestFilesWithinThem()
    {
        await using var journal = Open(new FileJournalOptions { MaxFileBytes = 10_000, MaxFolderBytes = 50_000 });
        for (var i = 0; i < 20; i++)
        {
            for (var j = 0; j < 100; j++)
            {
                journal.Log("IPS Startup", string.Create(CultureInfo.InvariantCulture, $"{i * 100 + j} {new string('x', 60)}"));
            }

            Assert.True(journal.Flush(Long));
        }

        await Eventually.HoldsAsync(() => Directory.GetFiles(folder["logs"]).Sum(f => new FileInfo(f).Length) <= 70_000, "the folder is within its bounds");
        Assert.True(Directory.GetFiles(folder["logs"]).Length > 1);
        Assert.Contains(Directory.GetFiles(folder["logs"]), f => File.ReadAllText(f).Contains(" 1999 x", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open_FilesOlderThanTheDaysKept_AreDeleted()
    {
        Directory.CreateDirectory(folder["logs"]);
        File.WriteAllText(folder["logs/ft-20261001.log"], "old\n");
        File.WriteAllText(folder["logs/ft-20261115.log"], "young\n");
        await using var journal = Open();
        journal.Log("IPS Startup", "now");

        await Eventually.HoldsAsync(() => !File.Exists(folder["logs/ft-20261001.log"]), "the old file is deleted");
        Assert.True(File.Exists(folder["logs/ft-20261115.log"]));
    }

    [Fact]
    public async Task Record_DiskFull_NeverBlocksAndArrivesWhenThereIsRoom()
    {
        using var disk = new TinyDisk(256);
        await using var journal = new FileJournal(disk.Path, 2, clock, new FileJournalOptions { RetryEvery = TimeSpan.FromMilliseconds(20) });
        Add(journal, 1);
        journal.Log("IPS Startup", "first");
        Assert.True(journal.Flush(Long));
        disk.Fill("journal", "logs");

        Add(journal, 500);
        await Eventually.HoldsAsync(() => journal.WriteProblem.Length > 0, "the disk's refusal is told");
        Assert.False(journal.Flush(TimeSpan.FromMilliseconds(100)));
        Assert.Equal(501, journal.Latest(1)[0].Sequence);

        disk.MakeRoom("journal", "logs");
        Assert.True(journal.Flush(Long));
        Assert.Equal("", journal.WriteProblem);
        Assert.Equal(disk.IsMounted ? 501 : 500, File.ReadAllLines(Path.Combine(disk.Path, "journal", "events-20261120.jsonl")).Length);
        Assert.Equal(0, journal.DroppedEvents);
    }

    [Fact]
    public async Task Record_DiskFullForTooLong_GivesUpLogLinesFirstAndSaysHowMany()
    {
        using var disk = new TinyDisk(256);
        await using var journal = new FileJournal(disk.Path, 2, clock, new FileJournalOptions { RetryEvery = TimeSpan.FromMilliseconds(20), MaxWaiting = 100 });
        Add(journal, 1);
        journal.Log("IPS Startup", "first");
        Assert.True(journal.Flush(Long));
        disk.Fill("journal", "logs");
        await FillWithUnwrittenEventAsync(journal);

        for (var i = 0; i < 300; i++)
        {
            journal.Log("IPS Startup", "line " + i);
        }

        Add(journal, 50);
        Assert.Equal(0, journal.DroppedEvents);
        Assert.InRange(journal.DroppedLines, 200, 300);

        disk.MakeRoom("journal", "logs");
        Assert.True(journal.Flush(Long));
        await Eventually.HoldsAsync(() => ReadLog(disk).Contains("the disk refused for too long", StringComparison.Ordinal), "the loss stands in the log");
    }

    [Fact]
    public async Task Record_FromManyThreads_GivesEachItsOwnNumberInOrder()
    {
        await using var journal = Open();
        var threads = Enumerable.Range(0, 4).Select(_ => Task.Run(() => Add(journal, 250))).ToArray();
        await Task.WhenAll(threads);
        Assert.True(journal.Flush(Long));

        await using var again = Open();
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (long)i), again.Latest(2000).Select(e => e.Sequence));
    }

    private static async Task FillWithUnwrittenEventAsync(FileJournal journal)
    {
        // A large batch: small writes may still fit into the last block of the file.
        Add(journal, 40);
        await Eventually.HoldsAsync(() => journal.WriteProblem.Length > 0, "the disk's refusal is told");
    }

    private static string ReadLog(TinyDisk disk)
    {
        var path = Path.Combine(disk.Path, "logs", "ft-20261120.log");
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }

    private static HaEvent Add(FileJournal journal, int count)
    {
        HaEvent last = null!;
        for (var i = 0; i < count; i++)
        {
            last = journal.Record(new HaEvent { Epoch = 7, Kind = "test", Sentence = "event " + (i + 1) });
        }

        return last;
    }

    private FileJournal Open(FileJournalOptions? options = null) => new(folder.Path, 2, clock, options);

    /// <summary>A wall clock that moves only when told, one hour east of Greenwich.</summary>
    private sealed class LocalClock(DateTimeOffset start) : TimeProvider
    {
        private DateTimeOffset now = start;

        public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("test", start.Offset, "test", "test");

        public void Advance(TimeSpan by) => now += by;

        public override DateTimeOffset GetUtcNow() => now.ToUniversalTime();
    }
}
