using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Configuration;

public sealed class FailoverSettingsFactoryTests
{
    private static readonly HotStandbyParameters Parameters = new()
    {
        Enabled = true,
        Server1Address = "10.1.1.1",
        Server2Address = "10.1.1.2",
        HeartbeatInterval = 0.1,
        HeartbeatTimeout = 0.06,
        FailuresToSwitch = 3,
        HoldHours = 1.5,
        VipFirst = true,
    };

    [Fact]
    public void ToFailoverSettings_OfAPair_TakesEveryNumberOver()
    {
        var settings = Convert(new PairConfiguration { HotStandby = Parameters, Services = [new() { Name = "a", Command = "a", StopTimeout = 3.5 }, new() { Name = "b", Command = "b", StopTimeout = 2 }] });

        Assert.Null(settings.Invalid);
        Assert.Equal((TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(60), 3), (settings.HeartbeatInterval, settings.HeartbeatTimeout, settings.FailuresToSwitch));
        Assert.Equal((TimeSpan.FromHours(1.5), TimeSpan.FromSeconds(3.5)), (settings.HoldDuration, settings.LongestStop));
        Assert.True(settings is { Enabled: true, PeerConfigured: true, VipFirst: true, Witness: false });
        Assert.Equal(new Revision(2, 3, 1), settings.Revision);
        Assert.StartsWith("0.", settings.Version, StringComparison.Ordinal);
        Assert.NotEqual(0, settings.ConfigurationHash);
    }

    [Fact]
    public void ToFailoverSettings_LocalAddressIsNeither_SaysWhyItCannotRun()
        => Assert.StartsWith("Node:LocalAddress is 10.1.1.9; it must be ", Convert(new PairConfiguration { HotStandby = Parameters }, "10.1.1.9").Invalid, StringComparison.Ordinal);

    [Fact]
    public void ToFailoverSettings_NumbersThatBreakTheRules_DoNotReachTheCore()
    {
        var settings = Convert(new PairConfiguration { HotStandby = Parameters with { HeartbeatInterval = double.MaxValue, FailuresToSwitch = 0 } });

        Assert.StartsWith("HotStandby:", settings.Invalid, StringComparison.Ordinal);
        Assert.Equal((30, 5), (settings.HeartbeatInterval.TotalSeconds, settings.FailuresToSwitch));
    }

    [Fact]
    public void ToFailoverSettings_NumbersAndAddressBothWrong_DoNotReachTheCore()
    {
        var settings = Convert(new PairConfiguration { HotStandby = Parameters with { HeartbeatInterval = double.MaxValue } }, "10.1.1.9");

        Assert.NotNull(settings.Invalid);
        Assert.Equal(30, settings.HeartbeatInterval.TotalSeconds);
    }

    [Fact]
    public void HashNumber_IsTheFirstEightBytes()
    {
        Assert.Equal(0x0123456789abcdefL, FailoverSettingsFactory.HashNumber("0123456789abcdefff"));
        Assert.Equal(-1L, FailoverSettingsFactory.HashNumber("ffffffffffffffff00"));
    }

    /// <summary>Guide 6.2: (N−1)·H … N·H, the timeout, and 200 ms for each CTI port and each monitored device.</summary>
    [Fact]
    public void FailoverTimeBudget_OfTheGuidesDefaults_AddsUp()
    {
        var budget = FailoverTimeBudget.Of(new PairConfiguration { Services = [new() { StartDelay = 5, CtiPorts = 100, CtiDevices = 50 }] });

        Assert.Equal((165, 195), (Math.Round(budget.Shortest, 6), Math.Round(budget.Longest, 6)));
        Assert.Equal("A failover takes 165 … 195 s: 120 … 150 s to confirm the failure, 10 s heartbeat timeout, 35 s until the services have started.", budget.Sentence);
    }

    private static FailoverSettings Convert(PairConfiguration content, string local = "10.1.1.1")
        => FailoverSettingsFactory.ToFailoverSettings(
            new ConfigurationDocument(new Revision(2, 3, 1), ConfigurationJson.Hash(content), DateTimeOffset.UnixEpoch, "test", content), new NodeOptions { LocalAddress = local });
}
