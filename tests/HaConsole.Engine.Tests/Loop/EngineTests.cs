using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Loop;

/// <summary>Start, stop and durability of whole engines.</summary>
public sealed class EngineTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Two_servers_form_a_pair_and_the_first_serves()
    {
        await using var pair = await EnginePair.FormedAsync();

        Assert.Equal("ACTIVE", System.Text.Encoding.ASCII.GetString(pair.First.Board.FaultTolerance.Span));
        Assert.Equal("STANDBY", System.Text.Encoding.ASCII.GetString(pair.Second.Board.FaultTolerance.Span));
        await pair.Until(() => pair.Second.Engine.Current.Servers[0] is { Role: "Active", Local: false, Since: not null, Services: [{ Name: "cti", State: "Running" }] }, "#2 shows #1's services");
    }

    [Fact]
    public async Task StopAsync_WithHandOver_LeavesThePeerActive()
    {
        await using var pair = await EnginePair.FormedAsync();

        await pair.First.Engine.StopAsync(handOver: true, None);

        Assert.True(pair.First.IsStandby);
        await pair.Until(() => pair.Second.IsActive, "#2 serves");
        Assert.Equal(300, pair.Second.Engine.Current.LastSwitch!.Row);
        Assert.Null(pair.Second.Engine.Current.Hold);
    }

    [Fact]
    public async Task StopAsync_WithoutHandOver_StopsTheServicesAndResumesAfterwards()
    {
        await using var pair = await EnginePair.FormedAsync();

        await pair.First.Engine.StopAsync(handOver: false, None);
        Assert.Equal(ServicesState.Stopped, pair.First.Services.Current.State);
        Assert.Equal("Standby", pair.Second.Own.Role);
        await pair.First.Engine.StopAsync(handOver: true, None);
        await pair.Second.Engine.StopAsync(handOver: false, None);
        await pair.First.DisposeAsync();
        await pair.Second.DisposeAsync();

        await pair.StartAsync(Rank.Backup);
        await pair.StartAsync(Rank.Primary);
        await pair.UntilFormedAsync();
    }

    [Fact]
    public async Task An_activation_is_stored_before_the_services_start_and_before_the_peer_hears_of_it()
    {
        await using var pair = await EnginePair.FormedAsync();
        var epoch = pair.First.Own.Epoch;

        var order = pair.First.Order.ToList();

        var stored = order.IndexOf($"stored Active {epoch}");
        Assert.InRange(stored, 0, int.MaxValue);
        Assert.InRange(order.IndexOf($"services start {epoch}"), stored + 1, int.MaxValue);
        Assert.InRange(order.IndexOf($"told Active {epoch}"), stored + 1, int.MaxValue);
    }

    [Fact]
    public async Task A_disk_that_refuses_the_state_is_an_event_and_stops_no_activation()
    {
        await using var pair = new EnginePair();
        var first = pair.Make(Rank.Primary);
        first.RefuseToSave = true;
        await first.StartAsync();
        await pair.StartAsync(Rank.Backup);

        await pair.UntilFormedAsync();

        Assert.True(first.HasEvent("not-durable"));
    }

    [Fact]
    public async Task A_disk_that_hangs_under_the_state_delays_an_activation_by_a_bounded_time()
    {
        await using var pair = await EnginePair.FormedAsync();
        using var hang = new ManualResetEventSlim();
        pair.Second.HangOnSave = hang;
        try
        {
            await pair.First.DisposeAsync();

            await pair.Until(() => pair.Second.IsActive, "#2 serves on a hanging disk");
            Assert.True(pair.Second.HasEvent("not-durable"));
        }
        finally
        {
            hang.Set();
        }

        var epoch = pair.Second.Own.Epoch;
        await pair.Until(() => pair.Second.Order.Contains($"stored Active {epoch}"), "stored when the disk is back");
    }

    [Fact]
    public async Task DisposeAsync_BeforeStartAsync_EndsAndTheCommandsEnd()
    {
        await using var pair = new EnginePair();
        var server = pair.Make(Rank.Primary);

        await server.DisposeAsync();

        // Nobody is there to carry it out: an end at once, not after the time limit of a stop (more than 10 s here).
        var start = TimeProvider.System.GetTimestamp();
        await server.Engine.StopAsync(handOver: true, None);
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.Engine.SetControlsAsync(controls => controls, "test", "too late", None));
    }
}
