using HaConsole.Engine.Journal;
using HaConsole.Engine.Tests.State;

namespace HaConsole.Engine.Tests.Journal;

public sealed class FileAuditLogTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    private string LogPath => Directory.GetFiles(folder["audit"]).Single();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Entries_are_numbered_chained_and_there_after_a_restart()
    {
        using (var log = Open())
        {
            Assert.Equal("", Add(log, "switch").PreviousHash);
            Add(log, "pause");
        }

        using var again = Open();
        var third = Add(again, "resume");

        var entries = again.Read(0, 10);
        Assert.Equal([1L, 2L, 3L], entries.Select(e => e.Sequence));
        Assert.Equal(["switch", "pause", "resume"], entries.Select(e => e.Action));
        Assert.Equal(entries[1].Hash, third.PreviousHash);
        Assert.Equal(2, third.Server);
        Assert.Equal(3, again.Last);
        Assert.True(again.Verify().Intact);
    }

    [Fact]
    public void The_file_is_for_its_owner_only()
    {
        using var log = Open();
        Add(log, "switch");

        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(LogPath) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Theory]
    [InlineData("changed", 2)]
    [InlineData("removed", 2)]
    [InlineData("swapped", 2)]
    [InlineData("cut off", 3)]
    [InlineData("emptied", 1)]
    public void Tampering_is_found_while_it_runs_and_after_a_restart(string how, long first)
    {
        using (var log = Open())
        {
            Add(log, "one");
            Add(log, "two");
            Add(log, "three");
            Tamper(how);
            Check(log.Verify(), first);
        }

        using var again = Open();
        Add(again, "four");
        Check(again.Verify(), first);
    }

    [Fact]
    public void A_removed_file_is_found()
    {
        using (var log = Open())
        {
            Add(log, "one");
        }

        File.Delete(LogPath);
        using var again = Open();

        Assert.NotEmpty(again.StartProblems);
        Assert.Equal(1, again.Verify().FirstBad);
        Assert.Equal(2, Add(again, "two").Sequence);
    }

    [Fact]
    public void A_torn_last_line_is_no_tampering()
    {
        using (var log = Open())
        {
            Add(log, "one");
        }

        File.AppendAllText(LogPath, "{\"sequence\":2,\"server\":2,\"us");
        using var again = Open();
        Add(again, "two");

        Assert.Equal(["one", "two"], again.Read(0, 10).Select(e => e.Action));
        Assert.True(again.Verify().Intact);
    }

    [Fact]
    public async Task A_full_disk_refuses_no_command_and_loses_no_entry()
    {
        using var disk = new TinyDisk(200);
        using (var log = new FileAuditLog(disk.Path, 1, TimeProvider.System))
        {
            Add(log, "one");
            disk.Fill("audit");
            for (var i = 0; log.WriteProblem.Length == 0; i++)
            {
                Assert.True(i < 100);
                Add(log, new string('x', 4000));
            }

            var waiting = log.Waiting;
            Assert.True(waiting > 0);
            Assert.Equal(log.Last, log.Read(0, 1000)[^1].Sequence);
            disk.MakeRoom("audit");
            await Eventually.HoldsAsync(() => log.Waiting == 0, "all entries are on disk");
            if (disk.IsMounted)
            {
                Assert.True(log.Verify().Intact);
            }
        }
    }

    [Fact]
    public void Entries_that_the_disk_never_took_are_missed_after_a_restart()
    {
        using var disk = new TinyDisk(200);
        long last;
        using (var log = new FileAuditLog(disk.Path, 1, TimeProvider.System))
        {
            Add(log, "one");
            disk.Fill("audit");
            for (var i = 0; log.WriteProblem.Length == 0; i++)
            {
                Assert.True(i < 100);
                Add(log, new string('x', 4000));
            }

            last = log.Last;
        }

        disk.MakeRoom("audit");
        using var again = new FileAuditLog(disk.Path, 1, TimeProvider.System);
        Assert.Equal(last + 1, Add(again, "two").Sequence);
        Assert.False(again.Verify().Intact);
    }

    [Fact]
    public void Old_entries_come_from_the_files()
    {
        using var log = Open();
        for (var i = 0; i < 2_050; i++)
        {
            Add(log, "n");
        }

        Assert.Equal([11L, 12L], log.Read(10, 2).Select(e => e.Sequence));
        Assert.Equal(2_050, log.Read(0, int.MaxValue).Count);
    }

    [Fact]
    public async Task Many_threads_make_one_chain()
    {
        using var log = Open();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                Add(log, "n");
            }
        })));

        Assert.Equal(new AuditVerification(true, 160, null, "All 160 entries of the audit log are intact."), log.Verify());
    }

    private static void Check(AuditVerification found, long first)
    {
        Assert.False(found.Intact);
        Assert.Equal(first, found.FirstBad);
    }

    private static AuditEntry Add(FileAuditLog log, string action) => log.Append(new AuditEntry { Action = action, User = "anna", Origin = "cli", CommandLine = "haconsole pause" });

    private FileAuditLog Open() => new(folder.Path, 2, TimeProvider.System);

    private void Tamper(string how)
    {
        var lines = File.ReadAllLines(LogPath).ToList();
        switch (how)
        {
            case "changed":
                lines[1] = lines[1].Replace("anna", "emma", StringComparison.Ordinal);
                break;
            case "removed":
                lines.RemoveAt(1);
                break;
            case "swapped":
                (lines[1], lines[2]) = (lines[2], lines[1]);
                break;
            case "cut off":
                lines.RemoveAt(2);
                break;
            default:
                lines.Clear();
                break;
        }

        File.WriteAllLines(LogPath, lines);
    }
}
