using HaConsole.EndToEnd.Tests.Harness;
using Microsoft.Playwright;

namespace HaConsole.EndToEnd.Tests.Browser;

/// <summary>From two fresh servers to a pair that has survived the death of its Active, as one person sees it in a browser.</summary>
[Collection(BrowserTests.Name)]
public sealed class StoryTests(Chromium chromium)
{
    private const int Restart = 90_000;
    private static readonly SignIn Anna = new("anna", "a quiet harbour at 5 in the morning");

    [Fact]
    public async Task Two_fresh_servers_become_a_pair_that_survives_the_death_of_its_active()
    {
        await using var pair = new FreshPair();
        pair.Servers[0].Start();
        pair.Servers[1].Start();
        await using var first = await chromium.OpenAsync();
        first.Page.SetDefaultTimeout(Restart);

        await MakeAdminAsync(first, pair);
        await SaveAddressesAsync(first, pair);
        var active = await PairAsync(first, pair);
        await ChangeParameterAsync(first, pair);
        Assert.Empty(first.Complaints);

        // Seen on the survivor, whose page nobody touches.
        var (dying, survivor) = (pair.Servers[active - 1], 3 - active);
        await using var second = await chromium.OpenAsync();
        await second.SignInAsync(pair.Url(survivor), Anna);
        await Assertions.Expect(Active(second)).ToContainTextAsync($"S{active}");
        await dying.KillTreeAsync();
        await Assertions.Expect(Active(second)).ToContainTextAsync($"S{survivor}", new LocatorAssertionsToContainTextOptions { Timeout = Restart });
        await Assertions.Expect(second.Page.Locator("h1")).ToContainTextAsync($"Server #{survivor} is Active");

        dying.Start();
        await pair.SettledAsync(survivor);
        await SwitchBackAsync(second, active);
        await pair.SettledAsync(active);
        await AuditShowsAsync(second, pair, survivor, active);
        Assert.Empty(second.Complaints);
    }

    /// <summary>With the token that the server has printed; every way into the console leads to it.</summary>
    private static async Task MakeAdminAsync(Window window, FreshPair pair)
    {
        var token = await FreshPair.PrintedTokenAsync(pair.Servers[0]);
        await window.Page.GotoAsync(pair.Url(1));
        await window.Page.WaitForURLAsync("**/setup");
        await window.Page.GetByLabel("Setup token").FillAsync(token);
        await window.Page.GetByLabel("User name").FillAsync(Anna.Name);
        await window.Page.GetByLabel("Password", new PageGetByLabelOptions { Exact = true }).FillAsync(Anna.Password);
        await window.Page.GetByLabel("The password again").FillAsync(Anna.Password);
        await Button(window, "Create the account").ClickAsync();
        await window.Page.WaitForURLAsync("**/setup/server");
        await window.LiveAsync();
    }

    /// <summary>Both addresses, and the restart that they need: the same page comes back without the person's doing.</summary>
    private static async Task SaveAddressesAsync(Window window, FreshPair pair)
    {
        await window.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Next step" }).ClickAsync();
        await window.Page.GetByLabel("Server #1").FillAsync(pair.Address(1));
        await window.Page.GetByLabel("Server #2").FillAsync(pair.Address(2));
        await window.Page.GetByLabel("Hot standby mode is on").CheckAsync();
        await Button(window, "Save on both servers").ClickAsync();
        Assert.Empty(window.Complaints);

        var before = (await pair.Servers[0].LookAsync())!.Worker;
        await Button(window, "Start this server again").ClickAsync();
        await pair.BecomesAsync(1, x => x.Worker != before, "started again");
        await Assertions.Expect(Button(window, "Start this server again")).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = Restart });
        await Assertions.Expect(window.Page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        await window.LiveAsync();
        Assert.EndsWith("/setup/peer", window.Page.Url, StringComparison.Ordinal);

        // While the server was away the browser could not reach it.
        window.Forgive();
    }

    /// <summary>The code of this page, typed on the other server, which starts again by itself.</summary>
    private static async Task<int> PairAsync(Window window, FreshPair pair)
    {
        await Button(window, "Make a code").ClickAsync();
        var code = await window.Page.Locator("code.big").InnerTextAsync();
        await pair.BecomesAsync(2, _ => true, "running");
        var before = (await pair.Servers[1].LookAsync())!.Worker;

        var said = await pair.Servers[1].MustAsync("pair", $"{code}@{pair.Address(1)}");

        Assert.Contains("starts again now, by itself", said, StringComparison.Ordinal);
        await pair.BecomesAsync(2, x => x.Worker != before, "started again");
        var active = await pair.SettledAsync();
        await Assertions.Expect(Active(window)).ToContainTextAsync($"S{active}");
        await Assertions.Expect(window.Page.Locator("header .role.standby")).ToContainTextAsync($"S{3 - active}");
        return active;
    }

    private static async Task ChangeParameterAsync(Window window, FreshPair pair)
    {
        await window.GoAsync(pair.Url(1, "hot-standby"));
        var field = window.Page.GetByRole(AriaRole.Textbox, new PageGetByRoleOptions { Name = "# of consecutives failures/success to switch" });
        await Assertions.Expect(field).ToHaveValueAsync("3");
        await field.FillAsync("4");
        await Button(window, "Validate").First.ClickAsync();
        await Assertions.Expect(window.Page.Locator(".note.good")).ToContainTextAsync("both servers");
        foreach (var server in pair.Servers)
        {
            Assert.Equal("HotStandby:FailuresToSwitch=4", await server.MustAsync("settings", "get", "HotStandby:FailuresToSwitch"));
        }
    }

    private static async Task SwitchBackAsync(Window window, int server)
    {
        await window.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = $"→ Active (Primary) S{server}" }).ClickAsync();
        await window.Page.GetByLabel("Reason").FillAsync("back home");
        await Button(window, $"Switch to server #{server} now").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".verdict")).ToHaveClassAsync("verdict good", new LocatorAssertionsToHaveClassOptions { Timeout = Restart });
        await Assertions.Expect(Active(window)).ToContainTextAsync($"S{server}");
    }

    /// <summary>Who did what on either server, by which command line.</summary>
    private static async Task AuditShowsAsync(Window window, FreshPair pair, int here, int switchedTo)
    {
        await window.GoAsync(pair.Url(here, "audit"));
        foreach (var (who, line) in new[]
        {
            (Anna.Name, $"haconsole switch --to {switchedTo} --reason 'back home'"),
            (Environment.UserName, $"haconsole pair CODE@{pair.Address(1)}"),
            (Anna.Name, "haconsole settings set HotStandby:FailuresToSwitch=4"),
        })
        {
            var entry = window.Page.Locator("ul.entries > li").Filter(new LocatorFilterOptions { HasText = line }).First;
            await Assertions.Expect(entry.Locator(".who")).ToHaveTextAsync(who, new LocatorAssertionsToHaveTextOptions { Timeout = Restart });
        }
    }

    private static ILocator Active(Window window) => window.Page.Locator("header .role.active");

    private static ILocator Button(Window window, string name) => window.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });
}
