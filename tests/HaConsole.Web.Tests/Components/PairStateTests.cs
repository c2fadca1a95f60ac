using Bunit;
using HaConsole.Engine.Status;
using HaConsole.Web.Components.Layout;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Components;

/// <summary>What header, strips and overview say of a pair in each of its states: the three questions, in words.</summary>
public sealed class PairStateTests : PageContext
{
    [Theory]
    [InlineData("Paused", "S1 ACTIVE|S2 STANDBY ready", "Paused", "")]
    [InlineData("InMaintenance", "S1 ACTIVE|S2 STANDBY not ready", "Maintenance S2", "")]
    [InlineData("Held", "S1 STANDBY ready|S2 ACTIVE", "Failback held", "")]
    [InlineData("Starting", "S1 STARTING|S2 STANDBY not ready", "", "")]
    [InlineData("NoActive", "S1 STANDBY ready|S2 STANDBY ready", "", "No server is known to be Active.")]
    [InlineData("TwoActives", "S1 ACTIVE|S2 ACTIVE", "", "Both servers are Active.")]
    [InlineData("PeerLost", "S1 STANDBY not ready|S2 UNKNOWN", "Failback held|Maintenance S2", "No server is Active.|Server #2 is lost since 09:58:26.")]
    [InlineData("Conflict", "S1 ACTIVE|S2 STANDBY not ready", "", "The configurations of the two servers differ.")]
    public void Header_SaysRolesAndWhatIsHeld_AndTheStripsWhatIsWrong(string state, string roles, string chips, string alarms)
    {
        Engine.Current = Of(state);
        var (header, strips) = (Render<PairHeader>(), Render<RedStrips>());

        Assert.Equal(roles.Split('|'), header.FindAll(".role").Select(role => Words(role.TextContent)));
        Assert.Equal(Parts(chips), header.FindAll(".chip").Select(chip => Words(chip.TextContent.Split('·')[0])));
        Assert.Equal(Parts(alarms), strips.FindAll(".strip[role=alert] strong").Select(strip => strip.TextContent));
    }

    [Theory]
    [InlineData("Paused", "warn", "Server #1 is Active since", "Server #2 is ready: a switch now would succeed.", "?switch=2")]
    [InlineData("InMaintenance", "warn", "Server #1 is Active since", "A switch to server #2 would not succeed now:", "?switch=2")]
    [InlineData("Held", "good", "Server #2 is Active since", "Server #1 is ready: a switch now would succeed.", "?switch=1")]
    [InlineData("Starting", "warn", "No server is Active at this moment: the role is changing.", "Server #1 cannot take over now:", "?switch=1")]
    [InlineData("NoActive", "bad", "No server is Active.", "Server #1 could take over now.", "?switch=1")]
    [InlineData("TwoActives", "bad", "Both servers are Active.", "One of them must step down; this is resolved by itself as soon as they hear each other.", null)]
    [InlineData("PeerLost", "bad", "No server is Active.", "Server #1 cannot take over now:", "?switch=1")]
    [InlineData("Conflict", "warn", "Server #1 is Active since", "A switch to server #2 would not succeed now:", "?switch=2")]
    public void Overview_AnswersWhoIsActive_AndWhetherASwitchWouldSucceed(string state, string tone, string who, string next, string? action)
    {
        Engine.Current = Of(state);
        var page = Render<Overview>();

        Assert.Contains(tone, page.Find(".headline").ClassList);
        Assert.StartsWith(who, Words(page.Find("h1").TextContent), StringComparison.Ordinal);
        Assert.Equal(next, page.Find(".then").TextContent);
        Assert.Equal(action, page.FindAll(".headline a.primary").SingleOrDefault()?.GetAttribute("href"));
        var reasons = Engine.Current.SwitchWouldSucceed ? [] : Engine.Current.NotReady.Select(reason => $"{reason.Sentence} {reason.Code}");
        Assert.Equal(reasons, page.FindAll(".reasons li").Select(reason => Words(reason.TextContent)));
    }

    [Theory]
    [InlineData("Paused", "Paused by otto. disk change", "Resume")]
    [InlineData("InMaintenance", "Server #2 is in maintenance by otto. new memory", "End maintenance")]
    [InlineData("Held", "Automatic failback is held by anna. after the switch", "Allow failback")]
    public void Overview_SaysWhoHoldsWhatAndWhy_AndHowToEndIt(string state, string sentence, string button)
    {
        Engine.Current = Of(state);
        var control = Assert.Single(Render<Overview>().FindAll(".in-force p"));

        Assert.StartsWith(sentence, Words(control.TextContent), StringComparison.Ordinal);
        Assert.NotNull(control.QuerySelector("ha-due"));
        Assert.Equal(button, control.QuerySelector("button")!.TextContent);
    }

    [Fact]
    public void Overview_WithAConflictOfSettings_ShowsBothRevisions_AndThatTheyDiffer()
    {
        Engine.Current = Snapshots.Conflict();
        var cards = Render<Overview>().FindAll("article");

        Assert.Contains("7.12.1", cards[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("7.12.2 different", Words(cards[1].TextContent), StringComparison.Ordinal);
    }

    [Fact]
    public void Overview_WhenThePeerIsLost_SaysThatItsProbesAreNotKnown()
    {
        Engine.Current = Snapshots.PeerLost();
        Engine.PeerSilent = true;
        var page = Render<Overview>();

        page.WaitForAssertion(() => Assert.Contains("Not known: server #2 cannot be asked now.", page.FindAll("article")[1].TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Header_OnBothServers_SaysWhichOneThisIs_AndWhereTheOtherOneIs()
    {
        var header = Render<PairHeader>();

        Assert.Equal("this is S1 10.1.1.1", header.Find(".here").TextContent);
        Assert.Equal("10.1.1.2", new Uri(header.Find("header").GetAttribute("data-peer-url")!).Host);
        Assert.Equal("dialog", header.Find("[data-help]").GetAttribute("aria-haspopup"));
    }

    private static string[] Parts(string text) => text.Split('|', StringSplitOptions.RemoveEmptyEntries);

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static StatusSnapshot Of(string state) => state switch
    {
        "Paused" => Snapshots.Paused(),
        "InMaintenance" => Snapshots.InMaintenance(),
        "Held" => Snapshots.Held(),
        "Starting" => Snapshots.Starting(),
        "NoActive" => Snapshots.NoActive(),
        "TwoActives" => Snapshots.TwoActives(),
        "PeerLost" => Snapshots.PeerLost(),
        _ => Snapshots.Conflict(),
    };
}
