using Bunit;
using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Notifications;
using HaConsole.Web.Tests.Support;
using NotificationsPage = HaConsole.Web.Components.Pages.Notifications;

namespace HaConsole.Web.Tests.Components;

/// <summary>The page of notifications.</summary>
public sealed class NotificationsPageTests : PageContext
{
    private static readonly NotificationChannel Hook = new() { Name = "hook", Type = ChannelType.Webhook, Url = "https://hooks.example/{token}", Token = "s3cret" };

    [Fact]
    public async Task A_channel_is_added_and_what_is_wrong_is_said_at_the_field()
    {
        var page = Render<NotificationsPage>();
        await page.Find("#add-channel").ClickAsync();
        page.Find("#f-Name").Input("hook");
        page.Find("#f-Type").Change("Webhook");
        page.Find("#f-Url").Input("ftp://x");
        await page.Find("#editor-save").ClickAsync();
        Assert.NotEmpty(page.Find("[data-field=Url]").QuerySelectorAll(".problem"));

        page.Find("#f-Url").Input("https://hooks.example/{token}");
        page.Find("#f-Token").Input("s3cret");
        Assert.Equal("password", page.Find("#f-Token").GetAttribute("type"));
        await page.Find("#editor-save").ClickAsync();

        Assert.Equal("s3cret", Assert.Single(Engine.Configuration.Content.Notifications.Channels).Token);
        Assert.Contains("https://hooks.example/{token}", page.Find("[data-channel=hook]").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_keeps_the_secret_and_rules_follow_a_new_name()
    {
        await SetAsync(new NotificationSettings { Channels = [Hook], Rules = [new NotificationRule { Name = "r", Channels = ["hook"] }] });
        var page = Render<NotificationsPage>();
        await page.Find("[aria-label='Change channel hook']").ClickAsync();
        Assert.DoesNotContain("s3cret", page.Markup, StringComparison.Ordinal);
        page.Find("#f-Name").Input("slack");
        await page.Find("#editor-save").ClickAsync();

        var now = Engine.Configuration.Content.Notifications;
        Assert.Equal(("slack", "s3cret"), (now.Channels.Single().Name, now.Channels.Single().Token));
        Assert.Equal(["slack"], now.Rules.Single().Channels);
    }

    [Fact]
    public async Task A_rule_without_its_only_channel_is_switched_off()
    {
        await SetAsync(new NotificationSettings { Channels = [Hook], Rules = [new NotificationRule { Name = "r", Channels = ["hook"] }] });
        var page = Render<NotificationsPage>();
        await page.Find("[aria-label='Remove channel hook']").ClickAsync();
        await page.Find("#ask-yes").ClickAsync();

        var now = Engine.Configuration.Content.Notifications;
        Assert.Empty(now.Channels);
        Assert.False(now.Rules.Single().Enabled);
    }

    [Fact]
    public async Task A_test_shows_the_exact_dialogue_and_the_log_its_states()
    {
        await SetAsync(new NotificationSettings { Channels = [Hook] });
        Engine.TestResult = new DeliveryResult(false, "HTTP 500 Oops", false, ["> POST https://hooks.example/{token}", "< HTTP 500 Oops"]);
        Engine.Notifications = new NotificationStatus(1, [new ChannelStatus { Name = "hook", Waiting = 3, FailingSince = DateTimeOffset.UnixEpoch, Answer = "HTTP 500 Oops" }],
            [new Delivery { Id = "7.1.1.0", Channel = "hook", Origin = 1, State = DeliveryState.Failing, Attempts = 4, Title = "Server #1 is gone." }]);
        var page = Render<NotificationsPage>();
        page.WaitForAssertion(() => Assert.Contains("3 waiting", page.Find("[data-channel=hook] [data-server='1']").TextContent, StringComparison.Ordinal));
        Assert.Contains("4 attempts", page.Find("[data-delivery='7.1.1.0']").TextContent, StringComparison.Ordinal);

        await page.Find("[aria-label='Test channel hook from server #2']").ClickAsync();
        Assert.Equal(("hook", 2), Assert.Single(Engine.Tests));
        Assert.Equal("> POST https://hooks.example/{token}\n< HTTP 500 Oops", page.Find(".dialogue").TextContent);
    }

    private Task<ConfigurationOutcome> SetAsync(NotificationSettings settings)
        => Engine.EditConfigurationAsync(c => c with { Notifications = settings }, "x", CancellationToken.None);
}
