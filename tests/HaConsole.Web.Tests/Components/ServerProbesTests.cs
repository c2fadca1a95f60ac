using Bunit;
using HaConsole.Engine.Status;
using HaConsole.Web.Components.Pages.Pair;
using HaConsole.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HaConsole.Web.Tests.Components;

/// <summary>Each server's bar shows what that server has probed, never what the other one has.</summary>
public sealed class ServerProbesTests : PageContext
{
    private readonly ShiftedTime time = new();

    public ServerProbesTests()
    {
        Services.AddSingleton<TimeProvider>(time);
        Engine.History = new EngineHistory(1, time.GetUtcNow(), [], [Probe("link", "ok", 0.4), Probe("monitor", "ok", 0.3), Probe("lan", "failed", 0.2)]);
    }

    [Fact]
    public void Bar_OfTheOtherServer_ShowsItsOwnHistory_WithItsAge()
    {
        // Its clock is wrong by an hour: its age is that of its newest probe all the same.
        Engine.PeerHistory = new EngineHistory(2, time.GetUtcNow().AddHours(1), [], [Probe("link", "timeout", 9), Probe("link", "failed", 8), Probe("monitor", "ok", 7)]);
        var before = time.GetUtcNow().AddSeconds(-7.5).ToUnixTimeMilliseconds();
        var bar = RenderOf(2);

        bar.WaitForAssertion(() => Assert.Equal(["timeout", "failed", "ok"], bar.FindAll(".tick").Select(tick => tick.ClassName!.Split(' ')[^1])));
        Assert.Contains("server #2 → server #1", bar.Find("h3").TextContent, StringComparison.Ordinal);
        Assert.InRange(long.Parse(bar.Find("ha-age").GetAttribute("since")!, System.Globalization.CultureInfo.InvariantCulture), before, time.GetUtcNow().AddSeconds(-6).ToUnixTimeMilliseconds());
    }

    [Fact]
    public void Bar_OfThisServer_ShowsItsExchangesAndLooks()
    {
        var bar = RenderOf(1);

        bar.WaitForAssertion(() => Assert.Equal(2, bar.FindAll(".tick.ok").Count));
        Assert.Contains("server #1 → server #2", bar.Find("[role=img]").GetAttribute("aria-label"), StringComparison.Ordinal);
    }

    [Fact]
    public void Bar_OfAServerThatCannotBeAsked_SaysThatItIsNotKnown()
    {
        Engine.PeerSilent = true;
        var bar = RenderOf(2);

        bar.WaitForAssertion(() => Assert.Contains("Not known: server #2 cannot be asked now.", bar.Markup, StringComparison.Ordinal));
        Assert.Empty(bar.FindAll(".tick"));
        Assert.Empty(bar.FindAll("ha-age"));
    }

    [Fact]
    public async Task Histories_OfAServerThatFallsSilent_KeepOnlyTheAgeOfTheLast()
    {
        var histories = Services.GetRequiredService<HaConsole.Web.Live.ProbeHistories>();
        var known = await histories.OfAsync(2);
        Engine.PeerSilent = true;
        Assert.Same(known, await histories.OfAsync(2));

        time.Advance(TimeSpan.FromSeconds(3));
        var silent = await histories.OfAsync(2);
        Assert.Null(silent.Samples);
        Assert.Equal(known.NewestAt, silent.NewestAt);
    }

    private static ProbeSample Probe(string kind, string result, double age) => new(DateTimeOffset.UnixEpoch, age, kind, result, 0.001, "");

    private IRenderedComponent<ServerProbes> RenderOf(int server)
        => Render<ServerProbes>(parameters => parameters.Add(p => p.Server, Engine.Current.Servers.Single(s => s.Server == server)));
}
