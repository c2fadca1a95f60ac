using Bunit;
using HaConsole.Web.Components.Layout;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Components;

public sealed class HeaderTests : PageContext
{
    [Fact]
    public void Header_OfHealthyPair_SaysBothRolesInWords()
    {
        var header = Render<PairHeader>();

        Assert.Equal(["S1 ACTIVE", "S2 STANDBY ready"], header.FindAll(".role").Select(role => string.Join(' ', role.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
    }
}
