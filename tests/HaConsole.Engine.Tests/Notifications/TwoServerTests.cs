using HaConsole.Engine.Configuration;
using HaConsole.Engine.Notifications;
using HaConsole.Engine.Notifications.Senders;
using HaConsole.Engine.Status;
using HaConsole.Engine.Tests.State;

namespace HaConsole.Engine.Tests.Notifications;

/// <summary>Each event is delivered once, by whichever server can.</summary>
public sealed class TwoServerTests
{
    [Fact]
    public async Task The_other_server_delivers_what_this_one_cannot()
    {
        await using var receiver = await WebhookReceiver.StartedAsync();
        await using var bench = new CenterBench { IsPair = true, Settings = CenterBench.To(receiver) };
        var cutOff = new Unreachable();
        bench.SenderOf = (server, _) => server == 1 ? cutOff : null!;
        bench.Start(1);
        bench.Start(2);
        bench[1].Record("role-changed");
        await Eventually.HoldsAsync(() => !receiver.All.IsEmpty, "the message comes");
        await Eventually.HoldsAsync(() => bench[1].Log is [{ State: DeliveryState.Delivered, By: 2, Origin: 1 }], "server #1 knows who delivered it");
        await Eventually.HoldsAsync(() => bench[2].Log is [{ State: DeliveryState.Delivered, By: 2, Origin: 1 }], "server #2 does, too");
        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task When_the_server_that_sends_is_killed_the_other_one_delivers_and_nothing_comes_twice()
    {
        await using var receiver = new WebhookReceiver();
        await using var bench = new CenterBench { IsPair = true, Settings = CenterBench.To(receiver, r => r with { Events = ["first", "second", "third"] }) };
        bench.Start(1);
        bench.Start(2);
        bench[1].Record("first");
        bench[1].Record("second");
        await Eventually.HoldsAsync(() => bench[2].Center.Status().Channels[0].WaitingForPeer == 2, "server #2 holds both");
        await bench.StopAsync(1);
        await receiver.StartAsync();
        await Eventually.HoldsAsync(() => receiver.All.Count == 2, "server #2 delivers both");

        bench.Start(1).Record("third");
        await Eventually.HoldsAsync(() => receiver.Kinds.Contains("third"), "server #1 is back");
        await Eventually.HoldsAsync(() => bench[1].Center.Status().Channels[0].Waiting == 0, "it has learnt what was delivered");
        Assert.Equal(["first", "second", "third"], receiver.Kinds);
        Assert.Contains(bench[1].Log, d => d is { Kind: "first", By: 2, Origin: 1 });
    }

    [Fact]
    public async Task A_change_of_an_address_is_told_to_the_old_address_first_and_by_one_server()
    {
        await using var old = await WebhookReceiver.StartedAsync();
        await using var fresh = await WebhookReceiver.StartedAsync();
        await using var bench = new CenterBench { IsPair = true, Settings = CenterBench.To(old), Snapshot = Active(1) };
        bench.Start(1);
        bench.Start(2);
        var (before, after) = (new PairConfiguration { Notifications = CenterBench.To(old) }, new PairConfiguration { Notifications = CenterBench.To(fresh) });

        await bench[1].Center.HearAsync(before, after, CancellationToken.None);
        Assert.Equal(["notification-settings"], old.Kinds);
        Assert.Contains("channel hook is changed", old.All.Single().Sentence, StringComparison.Ordinal);
        bench.Snapshot = Active(2);
        await bench[2].Center.HearAsync(before, after, CancellationToken.None);
        bench.Settings = CenterBench.To(fresh);
        bench[1].Center.Configure(bench.Settings);
        bench[2].Center.Configure(bench.Settings);
        bench[1].Record("later");
        await Eventually.HoldsAsync(() => !fresh.All.IsEmpty, "the new address is used");
        await Eventually.HoldsAsync(() => bench[2].Log.Any(d => d is { Kind: "notification-settings", State: DeliveryState.Delivered, By: 1 }), "server #2 leaves it to #1");
        Assert.Single(old.All);
        Assert.Equal(["later"], fresh.Kinds);
    }

    [Fact]
    public async Task The_old_address_is_told_even_when_it_comes_back_only_after_the_change_and_a_restart()
    {
        await using var old = new WebhookReceiver();
        await using var fresh = await WebhookReceiver.StartedAsync();
        await using var bench = new CenterBench { Settings = CenterBench.To(old) };
        bench.Start(1);
        await bench[1].Center.HearAsync(new PairConfiguration { Notifications = CenterBench.To(old) }, new PairConfiguration { Notifications = CenterBench.To(fresh) }, CancellationToken.None);
        bench.Settings = CenterBench.To(fresh);
        await bench.StopAsync(1);
        bench.Start(1);
        await old.StartAsync();
        await Eventually.HoldsAsync(() => old.Kinds.Contains("notification-settings"), "the old address hears of it");
        Assert.Empty(fresh.All);
    }

    private static StatusSnapshot Active(int server) => new() { Servers = [new ServerStatus { Server = server, Local = true, Role = server == 1 ? "Active" : "Standby" }] };

    private sealed class Unreachable : ISender
    {
        public Task<DeliveryResult> SendAsync(NotificationChannel channel, NotificationMessage message, CancellationToken cancellationToken)
            => Task.FromResult(new DeliveryResult(false, "no route", false, []));
    }
}
