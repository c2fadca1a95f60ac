using System.Net;
using HaConsole.Web.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace HaConsole.Web.Tests.Live;

/// <summary>What is measured of a switch, over three real health URLs whose answers a test decides.</summary>
public sealed class InterruptionMeterTests : IAsyncLifetime
{
    private readonly Answering[] answering = [new(), new(), new()];

    public async Task InitializeAsync() => await Task.WhenAll(answering.Select(one => one.StartAsync()));

    public async Task DisposeAsync()
    {
        foreach (var one in answering)
        {
            await one.DisposeAsync();
        }
    }

    [Fact]
    public async Task Vip_ThatFollowsLaterThanTheServers_HasTheLongerGap()
    {
        var (first, second, vip) = (answering[0], answering[1], answering[2]);
        (first.Text, second.Text, vip.Text) = ("ACTIVE", "STANDBY", "ACTIVE");
        using var meter = new InterruptionMeter([first.Url, second.Url], TimeProvider.System, vip.Url);
        await SeenAsync(meter, seen => seen.Looks > 0 && seen.Vip!.Answers);

        (first.Text, vip.Text) = ("STANDBY", "STANDBY");
        await SeenAsync(meter, seen => seen.GapSeconds > 0 && !seen.Vip!.Answers);
        second.Text = "ACTIVE";
        await SeenAsync(meter, seen => seen.Active == 2);
        var settling = meter.SettleAsync(TimeSpan.FromSeconds(30));
        Assert.False(settling.IsCompleted);
        vip.Text = "ACTIVE";
        await settling;
        var end = await meter.FinishAsync();

        Assert.True(end.Vip!.Answers);
        Assert.True(end.GapSeconds > 0);
        Assert.True(end.Vip.GapSeconds > 0);
    }

    [Fact]
    public async Task Vip_ThatNeverLeadsToAnActive_IsSaidToBeSilent_AndIsNotWaitedForLongerThanAllowed()
    {
        answering[0].Text = "ACTIVE";
        answering[2].Text = "STANDBY";
        using var meter = new InterruptionMeter([answering[0].Url, answering[1].Url], TimeProvider.System, answering[2].Url);
        await SeenAsync(meter, seen => seen.Looks > 2 && seen.Vip!.Looks > 2);
        await meter.SettleAsync(TimeSpan.FromMilliseconds(100));
        var end = await meter.FinishAsync();

        Assert.False(end.Vip!.Answered);
        Assert.False(end.Vip.Answers);
        Assert.Equal(0, end.GapSeconds);
    }

    [Fact]
    public async Task WithoutAVip_NothingIsSaidOfOne()
    {
        answering[0].Text = "ACTIVE";
        using var meter = new InterruptionMeter([answering[0].Url, answering[1].Url], TimeProvider.System);
        await SeenAsync(meter, seen => seen.Active == 1);
        await meter.SettleAsync(TimeSpan.FromSeconds(30));

        Assert.Null((await meter.FinishAsync()).Vip);
    }

    private static async Task SeenAsync(InterruptionMeter meter, Func<Interruption, bool> wanted)
        => await Support.Eventually.TrueAsync(() => wanted(meter.Seen));

    private sealed class Answering : IAsyncDisposable
    {
        private WebApplication? app;

        public string Text { get; set; } = "STANDBY";

        public Uri Url { get; private set; } = null!;

        public async Task StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
            app = builder.Build();
            app.Run(context => context.Response.WriteAsync(Text));
            await app.StartAsync();
            Url = InterruptionMeter.UrlOf("127.0.0.1", new Uri(app.Urls.Single()).Port);
        }

        public ValueTask DisposeAsync() => app?.DisposeAsync() ?? default;
    }
}
