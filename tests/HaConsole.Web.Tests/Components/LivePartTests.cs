using Bunit;
using HaConsole.Engine.Status;
using HaConsole.Web.Components.Layout;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Components.Pages.Pair;
using HaConsole.Web.Live;
using HaConsole.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HaConsole.Web.Tests.Components;

/// <summary>What is drawn anew when something has happened, and what is not.</summary>
public sealed class LivePartTests : PageContext
{
    [Fact]
    public async Task Header_IsDrawnForAChangeOfARole_NotForAges()
    {
        await Task.Run(Services.GetRequiredService<LiveStatus>().Start);
        var header = Render<PairHeader>();
        var menu = header.FindComponent<HeaderMenu>();
        var (healthy, told) = (Engine.Current, 0);
        Services.GetRequiredService<LiveStatus>().Changed += _ => Interlocked.Increment(ref told);
        var drawn = header.RenderCount;
        Assert.Equal("S1", header.Find("header").GetAttribute("data-active"));

        Engine.Current = Older(healthy, 5);
        await Eventually.TrueAsync(() => Volatile.Read(ref told) >= 2);
        Assert.Equal(drawn, header.RenderCount);

        var (first, second) = (healthy.Servers[0] with { Role = "Standby" }, healthy.Servers[1] with { Role = "Active" });
        Engine.Push(Engine.Current = healthy with { Version = healthy.Version + 10, Servers = [first, second] });
        header.WaitForAssertion(() => Assert.Equal("S2", header.Find("header").GetAttribute("data-active")));
        Assert.Equal(1, menu.RenderCount);
    }

    [Fact]
    public async Task Header_SaysWhenTheOtherServerIsSilent()
    {
        await Task.Run(Services.GetRequiredService<LiveStatus>().Start);
        var header = Render<PairHeader>();
        Assert.StartsWith("<", header.Find("header").GetAttribute("data-heard-2"), StringComparison.Ordinal);

        var healthy = Engine.Current;
        Engine.Current = Older(healthy, 600);

        var heard = healthy.At.AddSeconds(600 - healthy.Servers[1].AgeSeconds!.Value - 600).ToUnixTimeMilliseconds();
        header.WaitForAssertion(() => Assert.Equal($"{heard}", header.Find("header").GetAttribute("data-heard-2")), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Overview_DrawsOnlyThePanelsThatHaveChanged()
    {
        await Task.Run(Services.GetRequiredService<LiveStatus>().Start);
        var page = Render<Overview>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".probes")));
        var panels = page.FindComponents<ServerPanel>();
        var picture = page.FindComponents<Topology>()[0];
        var healthy = Engine.Current;
        int[] before = [panels[0].RenderCount, panels[1].RenderCount, picture.RenderCount];

        Engine.Push(Engine.Current = healthy with { Version = healthy.Version + 1, Servers = [healthy.Servers[0], healthy.Servers[1] with { Epoch = 99 }] });

        page.WaitForAssertion(() => Assert.Contains("99", panels[1].Markup, StringComparison.Ordinal));
        Assert.Equal([before[0], before[1] + 1, before[2]], new[] { panels[0].RenderCount, panels[1].RenderCount, picture.RenderCount });
    }

    [Fact]
    public void ProbeBar_WithOneNewProbe_KeepsTheOthers()
    {
        var probes = Enumerable.Range(0, 60).Select(i => new ProbeSample(DateTimeOffset.UnixEpoch.AddSeconds(i), 100 - i, "link", "ok", 0.001, "")).ToList();
        var bar = Render<ProbeBar>(parameters => parameters.Add(p => p.Samples, probes).Add(p => p.Label, "Probes"));
        var second = bar.FindAll(".tick")[1].GetAttribute("title");

        // The same, older by a second: nothing to draw. Then one more.
        bar.Render(parameters => parameters.Add(p => p.Samples, [.. probes.Select(probe => probe with { AgeSeconds = probe.AgeSeconds + 1 })]));
        Assert.Equal(1, bar.RenderCount);
        bar.Render(parameters => parameters.Add(p => p.Samples, [.. probes.Skip(1), probes[^1] with { At = DateTimeOffset.UnixEpoch.AddSeconds(60), Result = "failed" }]));

        Assert.Equal(2, bar.RenderCount);
        Assert.Equal(second, bar.FindAll(".tick")[0].GetAttribute("title"));
        Assert.Equal("tick failed", bar.FindAll(".tick")[59].ClassName);
    }

    /// <summary>The same as of later; the other server was not heard meanwhile when that is long.</summary>
    private static StatusSnapshot Older(StatusSnapshot snapshot, int seconds) => snapshot with
    {
        Version = snapshot.Version + 1,
        At = snapshot.At.AddSeconds(seconds),
        Servers = [.. snapshot.Servers.Select(server => server with { AgeSeconds = server.Local || seconds < 60 ? 0.1 : server.AgeSeconds + seconds })],
    };
}
