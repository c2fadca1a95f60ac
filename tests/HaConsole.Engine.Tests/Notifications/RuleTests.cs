using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Notifications;
using HaConsole.Engine.Notifications.Senders;
using HaConsole.Engine.Status;
using HaConsole.Engine.Tests.Loop;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Notifications;

/// <summary>Who is told what, and when.</summary>
public sealed class RuleTests
{
    [Theory]
    [InlineData("role-changed", Severity.Warning, true)]
    [InlineData("role-changed", Severity.Info, false)]
    [InlineData("configuration-adopted", Severity.Alarm, true)]
    [InlineData("started", Severity.Alarm, false)]
    public void A_rule_wants_kinds_and_severity(string kind, Severity severity, bool wanted)
    {
        var settings = new NotificationSettings { Rules = [new NotificationRule { Name = "r", Events = ["ROLE-changed", "configuration-*"] }] };
        Assert.Equal(wanted, RuleMatcher.RuleFor(new HaEvent { Kind = kind, Severity = severity, Sentence = "" }, "any", settings) is not null);
    }

    [Fact]
    public void Of_two_rules_the_one_that_sends_at_once_counts_and_a_channel_does_not_tell_of_itself()
    {
        var settings = new NotificationSettings
        {
            Rules = [new NotificationRule { Name = "late", Digest = 60 }, new NotificationRule { Name = "soon", Channels = ["Mail"] }, new NotificationRule { Name = "off", Enabled = false }],
        };
        var entry = new HaEvent { Kind = "x", Severity = Severity.Alarm, Sentence = "" };
        Assert.Equal("soon", RuleMatcher.RuleFor(entry, "mail", settings)!.Name);
        Assert.Equal("late", RuleMatcher.RuleFor(entry, "hook", settings)!.Name);
        var failing = entry with { Kind = RuleMatcher.FailingKind, Evidence = new Dictionary<string, string> { ["channel"] = "mail" } };
        Assert.Null(RuleMatcher.RuleFor(failing, "mail", settings));
        Assert.NotNull(RuleMatcher.RuleFor(failing, "hook", settings));
    }

    [Theory]
    [InlineData("22:00", "06:00", "2026-01-10T23:30Z", "2026-01-11T06:00Z")]
    [InlineData("22:00", "06:00", "2026-01-10T05:59Z", "2026-01-10T06:00Z")]
    [InlineData("22:00", "06:00", "2026-01-10T06:00Z", null)]
    [InlineData("12:00", "13:00", "2026-01-10T12:00Z", "2026-01-10T13:00Z")]
    [InlineData("", "", "2026-01-10T12:00Z", null)]
    public void Quiet_hours_end_when_they_say(string from, string to, string now, string? end)
    {
        var channel = new NotificationChannel { QuietFrom = from, QuietTo = to };
        Assert.Equal(end is null ? null : At(end), QuietHours.EndFor(channel, Severity.Warning, At(now)));
        Assert.Null(QuietHours.EndFor(channel, Severity.Alarm, At(now)));
        Assert.Equal(end is null ? null : At(end), QuietHours.EndFor(channel with { AlarmsInQuietHours = false }, Severity.Alarm, At(now)));
    }

    [Theory]
    [InlineData("2026-03-28T23:30Z", "2026-03-29T01:00Z")] // 02:30 does not exist in the night of the change: 03:00 local
    [InlineData("2026-06-10T21:30Z", "2026-06-11T00:30Z")]
    public void Quiet_hours_follow_their_time_zone(string now, string end)
        => Assert.Equal(At(end), QuietHours.EndFor(new NotificationChannel { QuietFrom = "23:00", QuietTo = "02:30", QuietZone = "Europe/Paris" }, Severity.Warning, At(now)));

    [Fact]
    public async Task A_state_that_lasts_is_told_again_and_again_and_then_that_it_is_over()
    {
        await using var receiver = await WebhookReceiver.StartedAsync();
        var time = new ManualTime();
        await using var bench = new CenterBench
        {
            Time = time,
            Settings = CenterBench.To(receiver, r => r with { Events = ["no-standby"], Repeat = 7200 }),
            Snapshot = Pair("Unreachable"),
        };
        bench.Start(1);
        foreach (var hours in new[] { 0, 2, 2 })
        {
            time.Advance(TimeSpan.FromHours(hours) + TimeSpan.FromMinutes(1));
            var told = receiver.All.Count;
            await Eventually.HoldsAsync(() => hours == 0 ? File.Exists(Path.Combine(bench.Folder, "server1", "notifications", "states.json")) : receiver.All.Count > told, "the state is looked at");
        }

        bench.Snapshot = Pair("Healthy");
        await Eventually.HoldsAsync(() => receiver.All.Count == 3, "its end is told");
        Assert.Equal(["state-lasts", "state-lasts", "state-over"], receiver.Kinds);
        Assert.StartsWith("Still without a Standby for 2 h", receiver.All.First().Sentence, StringComparison.Ordinal);
        Assert.StartsWith("No longer without a Standby, after 4 h", receiver.All.Last().Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_for_Slack_or_Teams_makes_no_link_of_what_happened()
    {
        var entry = new HaEvent { Kind = "x", Sentence = "<!channel> [here](http://evil)", Severity = Severity.Warning, At = DateTimeOffset.UnixEpoch };
        var message = new NotificationMessage { Id = "1", Events = [entry] };
        Assert.DoesNotContain("<!channel>", WebhookBody.Of(WebhookTemplate.Slack, message, "http://c").Replace("\\u003C", "<", StringComparison.Ordinal).Replace("\\u003E", ">", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("AdaptiveCard", WebhookBody.Of(WebhookTemplate.Teams, message, "http://c"), StringComparison.Ordinal);
        Assert.DoesNotContain(" [here]", WebhookBody.Of(WebhookTemplate.Teams, message, "http://c"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_outbox_survives_a_torn_line_and_a_restart()
    {
        using var folder = new ScratchFolder();
        var entry = new HaEvent { Kind = "x", Sentence = "s", Sequence = 4, Server = 1, At = DateTimeOffset.UnixEpoch };
        using (var outbox = new Outbox(folder["a.jsonl"]))
        {
            outbox.Change(new OutboxLine { Own = new NotificationMessage { Id = "a", Events = [entry] } }, new OutboxLine { Cursor = 4 });
            outbox.Change(new OutboxLine { Own = new NotificationMessage { Id = "b", Events = [entry] } });
            outbox.Change(new OutboxLine { Ended = new Delivery { Id = "a", State = DeliveryState.Delivered } });
        }

        File.AppendAllText(folder["a.jsonl"], "0123456789abcdef {\"Cursor\":99");
        using var again = new Outbox(folder["a.jsonl"]);
        Assert.Equal((1, 4L), (again.Torn, again.Cursor));
        Assert.Equal("b", Assert.Single(again.Waiting).Message.Id);
        Assert.Equal(DeliveryState.Delivered, again.EndOf("a")!.State);
        again.Change(new OutboxLine { Cursor = 5 });
        using var third = new Outbox(folder["a.jsonl"]);
        Assert.Equal(5, third.Cursor);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static StatusSnapshot Pair(string health) => new()
    {
        Enabled = true,
        Servers = [new ServerStatus { Server = 1, Local = true, Role = "Active", Health = "Healthy" }, new ServerStatus { Server = 2, Role = "Standby", Health = health }],
    };
}
