using System.Collections.Concurrent;
using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using HaConsole.Web.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaConsole.Web.Tests.Live;

public sealed class LiveStatusTests
{
    [Fact]
    public async Task Version_ThatSaysNothingNew_IsNotTold_AndAChangeOfRoleIsToldAtOnce()
    {
        await using var engine = new FakeEngine();
        var console = new ConsoleEngine();
        console.Set(engine);
        using var live = new LiveStatus(console, new StillTime(), NullLogger<LiveStatus>.Instance);
        var told = new ConcurrentQueue<StatusSnapshot>();
        live.Changed += told.Enqueue;
        live.Start();
        var healthy = engine.Current;
        for (var i = 1; i <= 20; i++)
        {
            engine.Push(Older(healthy, i));
        }

        engine.Push(Snapshots.TwoActives() with { Version = healthy.Version + 21 });

        await Eventually.TrueAsync(() => told.Any(snapshot => snapshot.Servers[1].Role == "Active"));
        Assert.Equal([healthy.Version, healthy.Version + 21], told.Select(snapshot => snapshot.Version));
    }

    [Fact]
    public async Task ChangesWithinAMoment_AreToldTogether_UnlessTheRoleIsAmongThem()
    {
        await using var engine = new FakeEngine();
        var console = new ConsoleEngine();
        var time = new StillTime();
        console.Set(engine);
        using var live = new LiveStatus(console, time, NullLogger<LiveStatus>.Instance);
        var told = new ConcurrentQueue<StatusSnapshot>();
        live.Changed += told.Enqueue;
        live.Start();
        var healthy = engine.Current;
        await Eventually.TrueAsync(() => told.Count == 1);
        for (var i = 1; i <= 5; i++)
        {
            engine.Push(healthy with { Version = healthy.Version + i, SwitchWouldSucceed = i % 2 == 0, Database = $"step {i}" });
        }

        engine.Push(Snapshots.TwoActives() with { Version = healthy.Version + 6 });
        await Eventually.TrueAsync(() => told.Any(snapshot => snapshot.Servers[1].Role == "Active"));
        time.Seconds++;
        engine.Push(Snapshots.TwoActives() with { Version = healthy.Version + 7, Database = "the end" });
        await Eventually.TrueAsync(() => told.Any(snapshot => snapshot.Database == "the end"));

        Assert.DoesNotContain(told, snapshot => snapshot.Database.StartsWith("step", StringComparison.Ordinal));
    }

    [Fact]
    public async Task News_OfAClockThatWasSetBack_IsToldAllTheSame()
    {
        await using var engine = new FakeEngine();
        var console = new ConsoleEngine();
        console.Set(engine);
        using var live = new LiveStatus(console, new StillTime(), NullLogger<LiveStatus>.Instance);
        live.Start();
        engine.Push(Snapshots.TwoActives() with { Version = engine.Current.Version + 1, At = engine.Current.At.AddHours(-1) });

        await Eventually.TrueAsync(() => live.Current.Servers[1].Role == "Active");
    }

    [Fact]
    public void Facts_DifferByWhatIsSaid_NotByAges()
    {
        var healthy = Snapshots.Healthy();

        Assert.Equal(LiveSnapshot.FactsOf(healthy), LiveSnapshot.FactsOf(Older(healthy, 3)));
        Assert.NotEqual(LiveSnapshot.FactsOf(healthy), LiveSnapshot.FactsOf(healthy with { SwitchWouldSucceed = false }));

        // A clock that trembles around that of the other, and a server that was found well once more.
        Assert.Equal(LiveSnapshot.FactsOf(Trembling(0.001, 8)), LiveSnapshot.FactsOf(Trembling(-0.001, 9)));
        Assert.NotEqual(SnapshotFacts.Of(Trembling(0, 8)).Rules, SnapshotFacts.Of(Trembling(0, 9)).Rules);
        StatusSnapshot Trembling(double offset, int well) => healthy with
        {
            Servers = [healthy.Servers[0], healthy.Servers[1] with { ClockOffsetSeconds = offset }],
            Rules = [healthy.Rules[0] with { Guards = [new GuardStatus("self", $"This server was well {well} of 5 times.", $"{well} of 5", true, 0.1)] }],
        };
    }

    private static StatusSnapshot Older(StatusSnapshot snapshot, int steps) => snapshot with
    {
        Version = snapshot.Version + steps,
        At = snapshot.At.AddSeconds(steps),
        Servers = [.. snapshot.Servers.Select(server => server with { AgeSeconds = server.AgeSeconds + (0.1 * steps) })],
        PeerLink = snapshot.PeerLink with { RoundTripSeconds = 0.001 * steps },
    };

    /// <summary>A clock that stands still unless it is moved: no beat ever falls due.</summary>
    private sealed class StillTime : TimeProvider
    {
        public long Seconds { get; set; } = 60;

        public override long GetTimestamp() => TimestampFrequency * Seconds;
    }
}
