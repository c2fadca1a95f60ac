using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Services;

/// <summary>Services that need other services, and checks.</summary>
public sealed class ServiceNeedsTests
{
    [Fact]
    public async Task Start_FollowsTheNeedsAndStopIsInReverse()
    {
        using var bench = new Bench();
        await using var host = bench.Host(Told("web", "bus"), Told("bus", "db"), Told("db"));

        host.Start(new Epoch(1));
        await Bench.Until(host, ServicesState.Running);
        host.Stop(new Epoch(1));
        await Bench.Until(host, ServicesState.Stopped);

        Assert.Equal("+db\n+bus\n+web\n-web\n-bus\n-db\n", bench.Read("order"));
        Assert.Equal(["db", "bus", "web"], host.Current.Services.Select(service => service.Name));
    }

    [Fact]
    public async Task Check_ThatIsNotUp_HoldsTheServiceBackUntilItIs()
    {
        using var bench = new Bench();
        await using var host = bench.Host(Bench.Sleeper("cti") with { Needs = ["pbx"], StartTimeout = 1000 });

        host.Start(new Epoch(1));
        await Bench.Until(() => host.Current.Services[0].Detail == "waits for check pbx", "it waits");
        Assert.Equal(0, Bench.Pid(host, "cti"));
        host.ChecksAre(["other", "PBX"]);

        await Bench.Until(host, ServicesState.Running);
    }

    [Fact]
    public async Task Check_ThatIsNotUpInTime_IsAFailedStartWhichMendsItself()
    {
        using var bench = new Bench();
        await using var host = bench.Host(Bench.Sleeper("cti") with { Needs = ["pbx"], StartTimeout = 0.1 });

        host.Start(new Epoch(1));
        await Bench.Until(host, ServicesState.StartFailed);
        Assert.Equal("check pbx is not up", host.Current.Services[0].Detail);
        host.ChecksAre(["pbx"]);

        await Bench.Until(host, ServicesState.Running);
    }

    /// <summary>It runs when its start has been written down: one that merely has a process would still be about to write.</summary>
    private static ServiceDefinition Told(string name, params string[] needs) => new()
    {
        Name = name,
        Type = ServiceType.Command,
        StartCommand = $"echo +{name} >> order; touch {name}",
        StopCommand = $"echo -{name} >> order; rm {name}",
        StatusCommand = $"test -e {name}",
        Needs = needs,
    };
}
