using System.Globalization;
using Bunit;
using HaConsole.Engine.Status;
using HaConsole.Web.Components.Pages.Pair;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Components;

public sealed class LinkPathsTests : PageContext
{
    [Fact]
    public void Remark_OfAPathThatIsDown_IsInFrench()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr");
        var down = new PeerPathInfo(1, "Down", null, "127.0.0.12", "", "127.0.0.11:2011", null, null, 100, Listens: true, Reverse: false, "The server at 127.0.0.11:2011 does not answer.");
        var snapshot = Snapshots.Healthy() with { PeerLink = new PeerLinkInfo("Disconnected", null, "") { Paths = [down] } };

        var page = Render<LinkPaths>(parameters => parameters.Add(x => x.Snapshot, snapshot));

        Assert.Equal("Le serveur à 127.0.0.11:2011 ne répond pas.", page.FindAll("tbody td")[^1].TextContent);
    }

    [Fact]
    public void Silence_OfTheOtherServer_StandsApartFromItsAge()
    {
        var healthy = Snapshots.Healthy();
        var silent = healthy.Servers[1] with { Role = "Unknown", AgeSeconds = 14 };
        var snapshot = healthy with { Servers = [healthy.Servers[0], silent] };

        var page = Render<ServerPanel>(parameters => parameters.Add(x => x.Snapshot, snapshot).Add(x => x.Server, silent));

        Assert.EndsWith(" ", page.Find(".warn-text ha-heard").PreviousSibling!.TextContent, StringComparison.Ordinal);
    }
}
