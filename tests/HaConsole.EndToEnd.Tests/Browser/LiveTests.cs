using HaConsole.EndToEnd.Tests.Harness;
using Microsoft.Playwright;

namespace HaConsole.EndToEnd.Tests.Browser;

/// <summary>What an open page shows while the pair switches, a server dies, somebody else saves.</summary>
[Collection(BrowserTests.Name)]
public sealed class LiveTests(Chromium chromium)
{
    [Fact]
    public async Task A_failover_is_seen_live_on_the_other_servers_console()
    {
        await using var pair = await RunningPair.StartAsync(BrowserPair.Options);
        var admin = await BrowserPair.AddUserAsync(pair.Servers[0], "anna", "admin");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(BrowserPair.Url(pair, 2).TrimEnd('/'), admin);
        await Assertions.Expect(window.Page.Locator("header .role.active")).ToContainTextAsync("S1");

        await pair.Servers[0].KillAsync();

        await Assertions.Expect(window.Page.Locator("header .role.active")).ToContainTextAsync("S2");
        await Assertions.Expect(window.Page.Locator("h1")).ToContainTextAsync("Server #2 is Active");
        await Assertions.Expect(window.Page.Locator(".strip").First).ToBeVisibleAsync();
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_switch_from_the_panel_is_measured_and_is_in_the_audit()
    {
        await using var pair = await RunningPair.StartAsync(BrowserPair.Options);
        var admin = await BrowserPair.AddUserAsync(pair.Servers[0], "anna", "admin");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(BrowserPair.Url(pair, 1).TrimEnd('/'), admin);

        await window.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "→ Active (Primary) S2" }).ClickAsync();
        await window.Page.GetByLabel("Reason").FillAsync("rehearsal <b>é漢字</b>");
        await window.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Switch to server #2 now" }).ClickAsync();

        await Assertions.Expect(window.Page.Locator(".verdict.good")).ToContainTextAsync("Seen at both servers");
        await Assertions.Expect(window.Page.Locator("header .role.active")).ToContainTextAsync("S2");
        await window.GoAsync(BrowserPair.Url(pair, 1, "audit"));
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("haconsole switch --to 2 --reason 'rehearsal <b>é漢字</b>'");
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_page_whose_server_is_killed_says_so_ages_and_comes_back_at_the_same_address()
    {
        await using var pair = await RunningPair.StartAsync(BrowserPair.Options);
        var admin = await BrowserPair.AddUserAsync(pair.Servers[0], "anna", "admin");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(BrowserPair.Url(pair, 1).TrimEnd('/'), admin);
        await window.GoAsync(BrowserPair.Url(pair, 1, "events?severity=warning"));

        await pair.Servers[0].KillAsync();

        var banner = window.Page.Locator("#components-reconnect-modal[data-state=lost]");
        await Assertions.Expect(banner).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 5000 });
        await Assertions.Expect(banner.GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex(System.Text.RegularExpressions.Regex.Escape(pair.Network.Address(2))));
        await Assertions.Expect(window.Page.Locator("body.stale")).ToBeAttachedAsync();

        pair.Servers[0].Start();

        await Assertions.Expect(banner).ToBeHiddenAsync(new LocatorAssertionsToBeHiddenOptions { Timeout = 30_000 });
        await window.LiveAsync();
        Assert.Contains("severity=warning", window.Page.Url, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_open_page_of_a_user_who_is_disabled_on_either_server_is_dead(int where)
    {
        await using var pair = await RunningPair.StartAsync(BrowserPair.Options);
        await BrowserPair.AddUserAsync(pair.Servers[0], "anna", "admin");
        var otto = await BrowserPair.AddUserAsync(pair.Servers[0], "otto", "operator");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(BrowserPair.Url(pair, 1).TrimEnd('/'), otto);
        await window.GoAsync(BrowserPair.Url(pair, 1, "?switch=2"));
        var act = window.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Switch to server #2 now" });
        await Assertions.Expect(act).ToBeEnabledAsync();

        // A browser that does not go to the sign-in: what is seen then is what the old page has become.
        await window.Page.EvaluateAsync("() => { Blazor._internal.navigationManager.navigateTo = () => {}; }");
        await pair.Servers[where - 1].MustAsync("user", "disable", "otto");

        await Assertions.Expect(window.Page.Locator("h1")).ToHaveTextAsync("You are signed out", new LocatorAssertionsToHaveTextOptions { Timeout = 60_000 });
        await Assertions.Expect(act).ToHaveCountAsync(0);
        await Assertions.Expect(window.Page.Locator("header .role")).ToHaveCountAsync(0);
        await window.Page.ReloadAsync();
        await Assertions.Expect(window.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/login\\?returnUrl="));
        await Assertions.Expect(window.Page.GetByLabel("User name")).ToBeVisibleAsync();
        Assert.Equal("Active", (await pair.Servers[0].LookAsync())!.Role);
    }

    [Fact]
    public async Task Two_tabs_that_edit_the_same_parameter_the_second_decides()
    {
        await using var pair = await RunningPair.StartAsync(BrowserPair.Options);
        var admin = await BrowserPair.AddUserAsync(pair.Servers[0], "anna", "admin");
        await using var first = await chromium.OpenAsync();
        await first.SignInAsync(BrowserPair.Url(pair, 1).TrimEnd('/'), admin);
        await using var second = await chromium.OpenAsync(null, await first.StateAsync());
        foreach (var (window, value) in new[] { (first, "5"), (second, "7") })
        {
            await window.GoAsync(BrowserPair.Url(pair, 1, "hot-standby"));
            await window.Page.GetByRole(AriaRole.Textbox, new PageGetByRoleOptions { Name = "# of consecutives failures/success to switch" }).FillAsync(value);
            await window.Page.Keyboard.PressAsync("Tab");
        }

        await ValidateAsync(first);
        await Eventually.TrueAsync("the first is saved", async () => (await pair.Servers[0].MustAsync("settings", "get", "HotStandby:FailuresToSwitch")).Contains('5'), () => "not saved");
        await ValidateAsync(second);

        await Assertions.Expect(second.Page.Locator("main")).ToContainTextAsync("5");
        Assert.Contains("5", await pair.Servers[0].MustAsync("settings", "get", "HotStandby:FailuresToSwitch"), StringComparison.Ordinal);
    }

    private static Task ValidateAsync(Window window) => window.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Validate", Exact = true }).First.ClickAsync();
}
