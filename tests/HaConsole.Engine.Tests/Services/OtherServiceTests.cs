using HaConsole.Engine.Configuration;
using HaConsole.Engine.Services;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Services;

/// <summary>Services of the types command, systemd and http.</summary>
public sealed class OtherServiceTests : IDisposable
{
    private static readonly Epoch Five = new(5);
    private readonly Bench bench = new();

    public void Dispose() => bench.Dispose();

    private static ServiceDefinition Command(string start, string stop, string status) => new()
    {
        Name = "cmd",
        Type = ServiceType.Command,
        StartCommand = start,
        StopCommand = stop,
        StatusCommand = status,
        StartTimeout = 10,
        StopTimeout = 10,
        RestartBudget = 0,
    };

    private static ServiceDefinition Told(string url) => new() { Name = "told", Type = ServiceType.Http, Url = url, StartTimeout = 10, StopTimeout = 10 };

    [Fact]
    public async Task Commands_start_and_stop_a_service_with_role_and_epoch()
    {
        await using var host = bench.Host(Command("echo $HACONSOLE_ROLE $HACONSOLE_EPOCH >> calls; touch up", "echo $HACONSOLE_ROLE >> calls; rm up", "test -e up"));
        host.Start(Five);
        await Bench.Until(host, ServicesState.Running);
        host.Stop(Five);
        await Bench.Until(host, ServicesState.Stopped);
        Assert.Equal("Active 5\nStandby\n", bench.Read("calls"));
    }

    [Fact]
    public async Task A_stop_command_that_fails_is_a_failed_stop_until_it_succeeds()
    {
        await using var host = bench.Host(Command("touch up", "test -e allowed || { echo refused >&2; exit 4; }; rm up", "test -e up"));
        host.Start(Five);
        await Bench.Until(host, ServicesState.Running);
        host.Stop(Five);
        await Bench.Until(host, ServicesState.StopFailed);
        Assert.Contains("stop command exited with code 4: refused", host.Current.Services[0].Detail, StringComparison.Ordinal);
        bench.Write("allowed", "");
        await Bench.Until(host, ServicesState.Stopped);
    }

    [Fact]
    public async Task A_stop_command_that_hangs_is_killed_with_its_children_and_is_a_failed_stop()
    {
        await using var host = bench.Host(Command("touch up", "test -e allowed && rm up && exit; sleep 1000 & echo $! > child; wait", "test -e up") with { StopTimeout = 0.5 });
        host.Start(Five);
        await Bench.Until(host, ServicesState.Running);
        host.Stop(Five);
        await Bench.Until(host, ServicesState.StopFailed);
        await Bench.Until(() => !Bench.Alive(bench.Number("child")), "child killed");
        bench.Write("allowed", "");
        await Bench.Until(host, ServicesState.Stopped);
    }

    [Fact]
    public async Task A_start_command_that_fails_uses_up_the_budget()
    {
        await using var host = bench.Host(Command("echo no licence >&2; exit 1", "true", "test -e up"));
        host.Start(Five);
        await Bench.Until(host, ServicesState.StartFailed);
        Assert.Contains("no licence", host.Current.Services[0].Detail, StringComparison.Ordinal);
        Assert.Equal(["cmd"], host.Current.OverBudget);
    }

    [Fact]
    public async Task A_command_service_that_ends_is_started_again()
    {
        await using var host = bench.Host(Command("echo start >> calls; touch up", "rm -f up", "test -e up") with { RestartBudget = 3 });
        host.Start(Five);
        await Bench.Until(host, ServicesState.Running);
        File.Delete(bench.File("up"));
        await Bench.Until(() => bench.Read("calls") == "start\nstart\n" && host.Current.State == ServicesState.Running, "started again");
        Assert.Equal(1, host.Current.Services[0].Restarts);
    }

    [Fact]
    public async Task A_unit_is_started_watched_and_stopped_by_systemctl()
    {
        // Stands for systemctl: keeps the unit's state in a file.
        bench.WriteProgram("systemctl", """
            #!/bin/sh
            cd "$(dirname "$0")"; state=$(cat state 2>/dev/null || echo inactive)
            case "$1 $2" in
              "start --") echo active > state; echo "start $3" >> calls;;
              "stop --") echo inactive > state; echo "stop $3" >> calls;;
              "show --property=ActiveState") echo $state;;
              "show --property=MainPID") echo 4711;;
            esac
            """);
        await using var host = new LocalServiceHost(new ServiceSetOptions { DataDirectory = bench.Root, SystemctlCommand = bench.File("systemctl") });
        host.Configure([new ServiceDefinition { Name = "unit", Type = ServiceType.Systemd, Unit = "cti.service" }]);
        host.Start(Five);
        await Bench.Until(host, ServicesState.Running);
        Assert.Equal(4711, host.Current.Services[0].ProcessId);
        bench.Write("state", "failed");
        await Bench.Until(() => host.Current is { State: ServicesState.Running, Services: [{ Restarts: 1 }] }, "restarted");
        host.Stop(Five);
        await Bench.Until(host, ServicesState.Stopped);
        Assert.Equal("start cti.service\nstart cti.service\nstop cti.service\n", bench.Read("calls"));
    }

    [Fact]
    public async Task Without_systemctl_the_start_says_so_and_the_standby_is_not_held_up()
    {
        await using var host = new LocalServiceHost(new ServiceSetOptions { DataDirectory = bench.Root, SystemctlCommand = bench.File("none") });
        host.Configure([new ServiceDefinition { Name = "unit", Type = ServiceType.Systemd, Unit = "cti.service", RestartBudget = 0 }]);
        host.Stop(Five);
        await Bench.Until(host, ServicesState.Stopped);
        host.Start(Five);
        await Bench.Until(host, ServicesState.StartFailed);
        Assert.Contains("systemctl not found", host.Current.Services[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_is_told_its_role_with_each_new_epoch()
    {
        await using var service = await RoleServer.StartAsync();
        await using var host = bench.Host(Told(service.Url));
        host.Start(Five);
        await Bench.Until(host, ServicesState.Running);
        host.Start(new Epoch(6));
        await Bench.Until(() => service.Requests == 2, "told again");
        await Bench.Until(host, ServicesState.Running);
        host.Stop(new Epoch(6));
        await Bench.Until(host, ServicesState.Stopped);
        Assert.Equal(["""{"role":"Active","epoch":5}""", """{"role":"Active","epoch":6}""", """{"role":"Standby","epoch":6}"""], service.Bodies);
    }

    [Fact]
    public async Task A_service_that_was_told_Active_and_does_not_answer_has_not_stopped()
    {
        var service = await RoleServer.StartAsync();
        var port = new Uri(service.Url).Port;
        await using var host = bench.Host(Told(service.Url) with { StopTimeout = 0.3 });
        host.Start(Five);
        await Bench.Until(host, ServicesState.Running);
        await service.DisposeAsync();
        host.Stop(Five);
        await Bench.Until(host, ServicesState.StopFailed);
        Assert.Contains("may still act as Active", host.Current.Services[0].Detail, StringComparison.Ordinal);
        await using var again = await RoleServer.StartAsync(port: port);
        await Bench.Until(host, ServicesState.Stopped);
    }

    [Fact]
    public async Task A_service_that_was_never_told_Active_and_does_not_answer_counts_as_stopped()
    {
        await using var host = bench.Host(Told($"http://127.0.0.1:{RoleServer.FreePort()}/"));
        host.Stop(Five);
        await Bench.Until(host, ServicesState.Stopped);
    }
}
