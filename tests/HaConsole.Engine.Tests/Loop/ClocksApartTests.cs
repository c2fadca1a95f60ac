using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Status;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Loop;

/// <summary>Two servers whose clocks are an hour apart: nothing is ordered by a wall clock.</summary>
public sealed class ClocksApartTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(1.0)]
    [InlineData(-1.0)]
    public async Task Revisions_and_events_are_ordered_by_epoch_and_counter(double hours)
    {
        await using var pair = new EnginePair();
        pair.Clocks[2] = new ShiftedTime(TimeSpan.FromHours(hours));
        await pair.StartAsync(Rank.Primary);
        await pair.StartAsync(Rank.Backup);
        await pair.UntilFormedAsync();

        // Saved by turns: what was saved later is in force on both, whatever its time says.
        var saved = new List<ConfigurationDocument>();
        foreach (var (server, value) in new[] { (pair.First, 1.0), (pair.Second, 2.0), (pair.First, 3.0) })
        {
            var outcome = await server.Engine.EditConfigurationAsync(c => c with { HotStandby = c.HotStandby with { HoldHours = value } }, "anna", None);
            Assert.True(outcome.Saved);
            saved.Add(outcome.Document);
            await pair.Until(() => Hold(pair.First) == value && Hold(pair.Second) == value, $"both have {value}");
        }

        // The next one is made by the server with the other clock, as the Active.
        await pair.Until(() => pair.First.Engine.Current.SwitchWouldSucceed, "ready to switch");
        Assert.True((await pair.First.Engine.SwitchAsync(Rank.Backup, dryRun: false, force: false, "anna", "", None)).Succeeded);
        await pair.Until(() => pair.Second.IsActive && pair.First.IsStandby, "switched");
        var last = await pair.Second.Engine.EditConfigurationAsync(c => c with { HotStandby = c.HotStandby with { HoldHours = 4 } }, "anna", None);
        await pair.Until(() => Hold(pair.First) == 4, "#1 has it, too");

        Assert.Equal(saved.Append(last.Document).Select(d => d.Revision), saved.Append(last.Document).Select(d => d.Revision).Order());
        Assert.InRange((last.Document.SavedAt - saved[2].SavedAt).TotalHours, hours - 0.2, hours + 0.2);
        Assert.All(new[] { pair.First, pair.Second }, server => Assert.Equal(
            server.Engine.ConfigurationHistory.Select(d => d.Revision).OrderDescending(),
            server.Engine.ConfigurationHistory.Select(d => d.Revision)));

        // Both journals together, by epoch: the takeover stands behind the step-down, though their times are an hour apart.
        var takeover = BecameActive(pair.Second);
        var before = pair.First.Engine.Journal.Latest(500).Last(e => e.Epoch < takeover.Epoch);
        Assert.InRange((takeover.At - before.At).TotalHours, hours - 0.2, hours + 0.2);
        Assert.All(new[] { pair.First, pair.Second }, server =>
        {
            var events = server.Engine.Journal.Latest(500);
            Assert.Equal(events.Select(e => e.Sequence).Order(), events.Select(e => e.Sequence));
            Assert.Equal(events.Select(e => e.Epoch).Order(), events.Select(e => e.Epoch));
        });

        // It is told all the same, and both histories know it, each from its own side.
        Assert.All(new[] { pair.First, pair.Second }, server => Assert.Contains(server.Engine.Journal.Latest(500), e => e is { Kind: "clock-offset", Severity: Severity.Alarm }));
        Assert.Contains(pair.First.Engine.Current.Alarms, alarm => alarm.Code == "clock-offset");
        var (here, there) = (pair.First.Engine.ClockHistory, await pair.First.Engine.ClockHistoryOfAsync(2, None));
        Assert.Equal((1, 2, ClockLevel.Alarm, ClockLevel.Alarm), (here.Server, there!.Server, here.Level, there.Level));
        Assert.Equal(hours * 3600, here.OffsetSeconds!.Value, 0);
        Assert.Equal(hours * -3600, there.OffsetSeconds!.Value, 0);
        Assert.All(here.Points.Concat(there.Points), point => Assert.True(point.Samples > 0 && point.RoundTripLeast >= 0));
    }

    [Fact]
    public async Task A_clock_that_jumps_back_leaves_revisions_and_events_in_order()
    {
        await using var pair = new EnginePair();
        var clock = new ShiftedTime(TimeSpan.Zero);
        pair.Clocks[1] = clock;
        await pair.StartAsync(Rank.Primary);
        await pair.StartAsync(Rank.Backup);
        await pair.UntilFormedAsync();
        var first = await pair.First.Engine.EditConfigurationAsync(c => c with { HotStandby = c.HotStandby with { HoldHours = 1 } }, "anna", None);

        clock.Shift = TimeSpan.FromHours(-1);
        var second = await pair.First.Engine.EditConfigurationAsync(c => c with { HotStandby = c.HotStandby with { HoldHours = 2 } }, "anna", None);

        Assert.True(second.Saved && second.Document.SavedAt < first.Document.SavedAt && second.Document.Revision > first.Document.Revision);
        await pair.Until(() => Hold(pair.Second) == 2, "#2 has the later one");
        await pair.Until(() => pair.First.HasEvent("clock-offset") && pair.Second.HasEvent("clock-offset"), "both tell it");
        var changes = pair.First.Engine.Journal.Latest(500).Where(e => e.Kind == "configuration-changed").ToList();
        Assert.True(changes[^1].Sequence > changes[^2].Sequence && changes[^1].At < changes[^2].At);

        clock.Shift = TimeSpan.Zero;
        await pair.Until(() => pair.First.HasEvent("clock-offset-resolved") && pair.Second.HasEvent("clock-offset-resolved"), "both tell the end");
        Assert.True(pair.First.IsActive && pair.Second.IsStandby);
    }

    private static double Hold(EngineServer server) => server.Engine.Configuration.Content.HotStandby.HoldHours;

    private static HaEvent BecameActive(EngineServer server)
        => server.Engine.Journal.Latest(500).Last(e => e.Kind == "role-changed" && e.Evidence.TryGetValue("to", out var role) && role == "Active");

    /// <summary>The system's clock with another time of day.</summary>
    private sealed class ShiftedTime(TimeSpan shift) : TimeProvider
    {
        private long ticks = shift.Ticks;

        public TimeSpan Shift
        {
            set => Volatile.Write(ref ticks, value.Ticks);
        }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref ticks));
    }
}
