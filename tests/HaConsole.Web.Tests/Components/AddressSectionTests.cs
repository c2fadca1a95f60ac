using Bunit;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Web.Cli;
using HaConsole.Web.Components.Pages.Pair;
using HaConsole.Web.Tests.Support;
using ServicesPage = HaConsole.Web.Components.Pages.Services;

namespace HaConsole.Web.Tests.Components;

/// <summary>Managed addresses on the pages.</summary>
public sealed class AddressSectionTests : PageContext
{
    private static readonly AddressDefinition Portal = new() { Name = "portal", Address = "10.1.1.100/24" };

    [Fact]
    public async Task An_address_is_added_with_its_order_and_what_is_wrong_is_said_at_the_field()
    {
        var page = Render<ServicesPage>();
        await page.Find("#add-address").ClickAsync();
        page.Find("#f-Name").Input("portal");
        page.Find("#f-Address").Input("10.1.1.100");
        await page.Find("#editor-save").ClickAsync();
        Assert.NotEmpty(page.Find("[data-field=Address]").QuerySelectorAll(".problem"));

        page.Find("#f-Address").Input("10.1.1.100/24");
        page.Find("#f-Order").Change("AfterServices");
        await page.Find("#editor-save").ClickAsync();

        var saved = Assert.Single(Engine.Configuration.Content.Addresses);
        Assert.Equal(Portal with { Order = AddressOrder.AfterServices }, saved);
        Assert.Contains("after the services", page.Find("[data-address=portal]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_removal_says_what_it_does_before_it_is_done()
    {
        await Engine.EditConfigurationAsync(c => c with { Addresses = [Portal] }, "x", CancellationToken.None);
        var page = Render<ServicesPage>();

        await page.Find("[aria-label='Remove address portal']").ClickAsync();
        Assert.Contains("off the interface of the Active", page.Find(".ask").TextContent, StringComparison.Ordinal);
        await page.Find("#ask-yes").ClickAsync();

        Assert.Empty(Engine.Configuration.Content.Addresses);
    }

    [Fact]
    public async Task Both_servers_are_shown_in_words_and_a_conflict_with_its_owner()
    {
        await Engine.EditConfigurationAsync(c => c with { Addresses = [Portal] }, "x", CancellationToken.None);
        Engine.Current = WithAddresses(Engine.Current, "Conflict");

        var row = Render<ServicesPage>().Find("[data-address=portal]");

        Assert.Contains("conflict", row.QuerySelector("[data-server='1']")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("02:00:00:00:00:09", row.QuerySelector("[data-server='1']")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("absent", row.QuerySelector("[data-server='2']")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_picture_shows_the_address_at_its_holder_and_the_command_line_at_both()
    {
        var snapshot = WithAddresses(Engine.Current, "Held");

        var picture = Render<Topology>(p => p.Add(x => x.Snapshot, snapshot));

        Assert.Equal("1", Assert.Single(picture.FindAll(".held")).GetAttribute("data-address"));
        Assert.Contains("10.1.1.100/24", picture.Find(".held").TextContent, StringComparison.Ordinal);
        var text = StatusText.Render(snapshot);
        Assert.Contains("address portal: 10.1.1.100/24 Held on eth0", text, StringComparison.Ordinal);
        Assert.Contains("address portal: 10.1.1.100/24 Absent on eth0", text, StringComparison.Ordinal);
    }

    private static StatusSnapshot WithAddresses(StatusSnapshot snapshot, string first) => snapshot with
    {
        Servers = [.. snapshot.Servers.Select(server => server with
        {
            Addresses = [new AddressInfo("portal", "10.1.1.100/24", "eth0", server.Server == 1 ? first : "Absent", snapshot.At, server.Server == 1 && first != "Held" ? "another machine, 02:00:00:00:00:09, answers for it on eth0" : "")],
        })],
    };
}
