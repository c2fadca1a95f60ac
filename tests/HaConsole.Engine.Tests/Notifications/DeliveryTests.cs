using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Notifications;
using HaConsole.Engine.Notifications.Senders;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Notifications;

/// <summary>What happened is delivered once, whatever happens to receivers and servers.</summary>
public sealed class DeliveryTests
{
    [Fact]
    public async Task A_webhook_gets_an_event_with_a_signature_over_time_and_body()
    {
        await using var receiver = await WebhookReceiver.StartedAsync();
        await using var bench = new CenterBench { Settings = CenterBench.To(receiver) };
        var stored = bench.Start(1).Record("role-changed", Severity.Alarm, "Server #1 is Active.");
        await Eventually.HoldsAsync(() => !receiver.All.IsEmpty, "the webhook is called");

        var received = receiver.All.Single();
        Assert.Equal(NotificationMessage.IdOf(stored), received.Id);
        Assert.Equal("Server #1 is Active.", received.Sentence);
        Assert.Equal("alarm", (string)received.Json["severity"]!);
        Assert.Equal("http://console.example", (string)received.Json["console"]!);
        var timestamp = received.Headers["X-HaConsole-Timestamp"].ToString();
        Assert.Equal(WebhookSender.Signature("key", timestamp, received.Body), received.Headers["X-HaConsole-Signature"].ToString());
        await Eventually.HoldsAsync(() => bench[1].Log is [{ State: DeliveryState.Delivered, By: 1, Attempts: 1 }], "the log says so");
    }

    [Fact]
    public async Task Nothing_is_lost_and_nothing_comes_twice_when_the_receiver_was_down_for_the_whole_outage()
    {
        await using var receiver = new WebhookReceiver();
        await using var bench = new CenterBench { Settings = CenterBench.To(receiver) };
        bench.Start(1);
        for (var i = 0; i < 20; i++)
        {
            bench[1].Record($"event-{i}");
        }

        await Eventually.HoldsAsync(() => bench[1].Center.Status().Channels[0] is { Waiting: >= 20, FailingSince: not null }, "all wait");
        await bench.StopAsync(1);
        bench.Start(1).Record("event-20");
        await receiver.StartAsync();
        await Eventually.HoldsAsync(() => receiver.Kinds.Contains("event-20"), "all are delivered");
        await Eventually.HoldsAsync(() => bench[1].Center.Status().Channels[0].Waiting == 0, "nothing waits");

        var told = receiver.Kinds.Where(k => k.StartsWith("event-", StringComparison.Ordinal)).ToList();
        Assert.Equal(Enumerable.Range(0, 21).Select(i => $"event-{i}"), told);
        Assert.Equal(receiver.All.Count, receiver.All.Select(r => r.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_receiver_that_answers_500_for_long_gets_each_message_once_in_the_end()
    {
        await using var receiver = await WebhookReceiver.StartedAsync();
        receiver.Status = 500;
        await using var bench = new CenterBench { Settings = CenterBench.To(receiver, r => r with { Events = ["first", "second"] }) };
        bench.Start(1).Record("first");
        bench[1].Record("second");
        await Eventually.HoldsAsync(() => receiver.Calls > 5, "it is tried again and again");
        Assert.Contains(bench[1].Log, d => d is { State: DeliveryState.Failing } && d.Answer.StartsWith("HTTP 500", StringComparison.Ordinal) && d.Answer.EndsWith("no  way", StringComparison.Ordinal));

        receiver.Status = 200;
        await Eventually.HoldsAsync(() => receiver.All.Count == 2, "both are delivered");
        Assert.Equal(["first", "second"], receiver.Kinds);
    }

    [Fact]
    public async Task A_receiver_that_hangs_keeps_no_other_channel_waiting()
    {
        await using var slow = await WebhookReceiver.StartedAsync();
        await using var quick = await WebhookReceiver.StartedAsync();
        slow.Hang = new TaskCompletionSource();
        await using var bench = new CenterBench
        {
            Settings = CenterBench.To(quick) with { Channels = [CenterBench.Webhook("slow", slow) with { Timeout = 60 }, CenterBench.Webhook("quick", quick)] },
        };
        bench.Start(1).Record("first");
        bench[1].Record("second");
        await Eventually.HoldsAsync(() => quick.All.Count == 2, "the quick one has both");
        Assert.Empty(slow.All);
    }

    [Fact]
    public async Task A_message_that_the_receiver_refuses_lets_the_others_pass_and_redirects_are_not_followed()
    {
        await using var receiver = await WebhookReceiver.StartedAsync();
        receiver.Status = 307;
        await using var bench = new CenterBench { Settings = CenterBench.To(receiver, r => r with { Events = ["first", "second"] }) };
        bench.Start(1).Record("first");
        await Eventually.HoldsAsync(() => bench[1].Log is [{ State: DeliveryState.Failing }], "it was tried");
        Assert.Contains("redirects are not followed", bench[1].Log[0].Answer, StringComparison.Ordinal);

        receiver.Status = 400;
        await Eventually.HoldsAsync(() => bench[1].Log[0].Answer.StartsWith("HTTP 400", StringComparison.Ordinal), "it is refused");
        bench[1].Record("second");
        await Eventually.HoldsAsync(() => bench[1].Log.Any(d => d is { Kind: "second", State: DeliveryState.Failing }), "the second is tried although the first waits");
    }

    [Fact]
    public async Task What_is_too_old_is_given_up_and_said()
    {
        await using var receiver = new WebhookReceiver();
        await using var bench = new CenterBench
        {
            Settings = CenterBench.To(receiver),
            Timing = new NotificationTiming { FirstPause = TimeSpan.FromMilliseconds(10), LongestPause = TimeSpan.FromMilliseconds(10), Tick = TimeSpan.FromMilliseconds(20), Retention = TimeSpan.FromMilliseconds(300) },
        };
        bench.Start(1).Record("first");
        await Eventually.HoldsAsync(() => bench[1].Log.Any(d => d is { Kind: "first", State: DeliveryState.Expired }), "it is given up");
        await Eventually.HoldsAsync(() => bench[1].Journal.Latest(100).Any(e => e is { Kind: "notification-expired", Severity: Severity.Alarm }), "it is an alarm");
    }

    [Fact]
    public async Task Events_are_gathered_for_a_digest_under_the_id_of_the_first()
    {
        await using var receiver = await WebhookReceiver.StartedAsync();
        await using var bench = new CenterBench { Settings = CenterBench.To(receiver, r => r with { Digest = 3 }) };
        var first = bench.Start(1).Record("first");
        bench[1].Record("second");
        bench[1].Record("third");
        await Eventually.HoldsAsync(() => !receiver.All.IsEmpty, "the digest comes");
        var received = Assert.Single(receiver.All);
        Assert.Equal(NotificationMessage.IdOf(first), received.Id);
        Assert.Equal(["first", "second", "third"], received.Json["events"]!.AsArray().Select(e => (string)e!["kind"]!));
    }

    [Fact]
    public async Task In_quiet_hours_warnings_wait_and_alarms_pass()
    {
        await using var receiver = await WebhookReceiver.StartedAsync();
        var now = TimeProvider.System.GetUtcNow();
        var settings = CenterBench.To(receiver);
        await using var bench = new CenterBench
        {
            Settings = settings with { Channels = [settings.Channels[0] with { QuietFrom = now.AddHours(-2).ToString("HH:mm", CultureInfo.InvariantCulture), QuietTo = now.AddHours(2).ToString("HH:mm", CultureInfo.InvariantCulture) }] },
        };
        bench.Start(1).Record("warning");
        bench[1].Record("another");
        bench[1].Record("alarm", Severity.Alarm);
        await Eventually.HoldsAsync(() => !receiver.All.IsEmpty, "the alarm comes");
        Assert.Equal(["alarm"], receiver.Kinds);
        var waiting = Assert.Single(bench[1].Log, d => d.State == DeliveryState.Waiting);
        Assert.Equal(2, waiting.Events);
    }

    [Fact]
    public async Task What_happened_before_a_channel_was_added_is_not_told()
    {
        await using var receiver = await WebhookReceiver.StartedAsync();
        await using var bench = new CenterBench();
        bench.Start(1).Record("before");
        bench.Settings = CenterBench.To(receiver);
        bench[1].Center.Configure(bench.Settings);
        bench[1].Record("after");
        await Eventually.HoldsAsync(() => !receiver.All.IsEmpty, "the channel works");
        Assert.Equal(["after"], receiver.Kinds);
    }
}
