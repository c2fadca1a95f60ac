using System.Diagnostics;
using HaConsole.Engine.Services;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Services;

public sealed class ServiceLeaseTests : IDisposable
{
    private readonly Bench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_renewal_that_has_waited_on_its_way_is_worth_only_what_is_left_of_it()
    {
        await using var set = await RunningAsync();

        // A second ago, good for half of one: the link or the supervisor stood still meanwhile.
        set.RenewBy(Sign(-1, TimeSpan.FromSeconds(0.5)));
        Assert.Equal(ServicesState.Running, set.Current.State);

        set.RenewBy(Sign(0, TimeSpan.FromMilliseconds(50)));
        await Bench.Until(() => set.Current.State == ServicesState.Stopped, "stopped");
        set.Start(new Epoch(6));
        set.RenewBy(Sign(-1, TimeSpan.FromSeconds(0.5)));
        Assert.False(set.LeaseValid);
        Assert.NotEqual(ServicesState.Running, set.Current.State);
    }

    [Fact]
    public async Task A_lease_that_has_ended_is_not_taken_up_again_by_a_late_renewal()
    {
        await using var set = await RunningAsync();
        lock (set.Gate)
        {
            // The timer cannot act while the gate is held: the renewal is first to find the end of the lease.
            set.Renew(TimeSpan.FromMilliseconds(20));
            SpinWait.SpinUntil(() => !set.LeaseValid);
            set.Renew(TimeSpan.FromSeconds(30));
            Assert.Equal(ServicesState.Stopping, set.Current.State);
        }

        await Bench.Until(() => set.Current.State == ServicesState.Stopped, "stopped");
        Assert.Contains(set.Current.Guard.Notes, note => note.Kind == "guard-released" && note.Sentence.Contains("sleeper", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_does_not_stop_in_order_is_killed_when_the_other_server_may_take_over()
    {
        await using var set = bench.Set();
        set.Configure([Bench.Script("deaf", "trap '' TERM; echo $$ > deaf; while :; do sleep 0.05; done") with { StopTimeout = 600 }]);
        set.Renew(TimeSpan.FromSeconds(30));
        set.Start(new Epoch(5));
        await Bench.Until(() => bench.Read("deaf").EndsWith('\n'), "trap set");
        var pid = bench.Number("deaf");

        set.Renew(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(1000));

        await Bench.Until(() => set.Current.State == ServicesState.Stopped && !Bench.Alive(pid), "killed");
        Assert.Equal(["guard-released", "guard-killed"], set.Current.Guard.Notes.Select(note => note.Kind));
    }

    [Fact]
    public async Task Notes_are_told_once_and_the_oldest_give_way()
    {
        await using var set = bench.Set();
        for (var i = 0; i < GuardReport.Most + 3; i++)
        {
            set.Note("worker-died", "It died.");
        }

        set.Told(5);
        set.Told(3);
        Assert.Equal(5, set.Current.Guard.Told);
        Assert.Equal(GuardReport.Most, set.Current.Guard.Notes.Count);
        Assert.Equal(GuardReport.Most + 3, set.Current.Guard.Notes[^1].Number);
    }

    [Fact]
    public void The_deadline_can_be_moved_by_another_process_without_losing_the_lists()
    {
        using var own = DeadlineFile.Create()!;
        using var other = DeadlineFile.Open(Environment.ProcessId, own.Descriptor)!;
        own.Write("11 12", @"\0145");
        Assert.Null(own.Read());
        var sign = new LeaseSign(7, 5, TimeSpan.FromSeconds(80), TimeSpan.FromSeconds(100));
        other.Set(sign);
        Assert.Equal(sign, own.Read());
        var lines = File.ReadAllLines(DeadlineFile.PathOf(Environment.ProcessId, own.Descriptor));
        var up = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(long.Parse(lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], System.Globalization.CultureInfo.InvariantCulture) / 100.0, up + 50, up + 101);
        Assert.Equal(["11 12", @"\0145"], lines[1..]);
        own.Write("", "");
        Assert.Equal(lines[0], File.ReadAllLines(DeadlineFile.PathOf(Environment.ProcessId, own.Descriptor))[0]);
    }

    [Fact]
    public async Task A_supervisor_that_stood_still_itself_sees_that_the_engine_went_on()
    {
        LeaseSign? latest = null;
        await using var set = new ServiceSet(new ServiceSetOptions { DataDirectory = bench.Root, LatestSign = () => latest });
        set.Configure([Bench.Sleeper()]);
        set.Renew(TimeSpan.FromSeconds(30));
        set.Start(new Epoch(5));
        await Bench.Until(() => set.Current.State == ServicesState.Running, "running");
        var now = Stopwatch.GetTimestamp();
        latest = new LeaseSign(now + Stopwatch.Frequency, now, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(40));
        lock (set.Gate)
        {
            set.Renew(TimeSpan.FromMilliseconds(20));
            SpinWait.SpinUntil(() => !set.LeaseValid);
            latest = latest.Value with { Since = Stopwatch.GetTimestamp() - (Stopwatch.Frequency / 10) };
        }

        await Bench.Until(() => set.LeaseValid, "taken from where it can be seen");
        Assert.Equal(ServicesState.Running, set.Current.State);
        Assert.Empty(set.Current.Guard.Notes);
    }

    private static LeaseSign Sign(double seconds, TimeSpan validFor)
    {
        var at = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        return new LeaseSign(at, at, validFor, validFor * 2);
    }

    private async Task<ServiceSet> RunningAsync()
    {
        var set = bench.Set();
        set.Configure([Bench.Sleeper()]);
        set.Renew(TimeSpan.FromSeconds(30));
        set.Start(new Epoch(5));
        await Bench.Until(() => set.Current.State == ServicesState.Running, "running");
        return set;
    }
}
