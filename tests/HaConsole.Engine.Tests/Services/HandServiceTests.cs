using HaConsole.Engine.Services;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Services;

/// <summary>Services that a person stops, starts and restarts.</summary>
public sealed class HandServiceTests : IDisposable
{
    private static readonly Epoch Five = new(5);
    private readonly Bench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_service_stopped_by_hand_stays_so_counts_for_nothing_and_starts_by_hand()
    {
        await using var host = bench.Host(Bench.Sleeper("a"), Bench.Sleeper("b"));
        host.Start(Five);
        await Bench.Until(host, ServicesState.Running);
        var worst = ServicesState.Running;
        host.Changed += report => worst = report.State == ServicesState.Running ? worst : report.State;

        host.Command("a", ServiceCommand.Stop, "anna");
        await Bench.Until(() => One(host, "a").State == ServicesState.Stopped, "stopped");

        Assert.Equal(("anna", "stopped by anna"), (One(host, "a").Held, One(host, "a").Detail));
        Assert.Equal(ServicesState.Running, host.Current.State);
        Assert.Empty(host.Current.OverBudget);
        host.Start(new Epoch(6));
        host.Configure([Bench.Sleeper("a"), Bench.Sleeper("b"), Bench.Sleeper("c")]);
        await Bench.Until(() => One(host, "c").State == ServicesState.Running, "the one behind it starts all the same");
        Assert.Equal(ServicesState.Stopped, One(host, "a").State);
        Assert.DoesNotContain(worst, new[] { ServicesState.Stopped, ServicesState.Stopping, ServicesState.StartFailed });

        host.Command("a", ServiceCommand.Start, "anna");
        await Bench.Until(() => One(host, "a").State == ServicesState.Running, "started");
        Assert.Null(One(host, "a").Held);
    }

    [Fact]
    public async Task The_next_takeover_starts_what_was_stopped_by_hand()
    {
        await using var host = bench.Host(Bench.Sleeper("a"));
        host.Start(Five);
        await Bench.Until(host, ServicesState.Running);
        host.Command("a", ServiceCommand.Stop, "anna");
        await Bench.Until(() => One(host, "a").State == ServicesState.Stopped, "stopped");

        host.Stop(new Epoch(6));
        Assert.Equal(ServicesState.Stopped, host.Current.State);
        Assert.Null(One(host, "a").Held);
        host.Start(new Epoch(7));
        await Bench.Until(() => One(host, "a").State == ServicesState.Running, "started");
    }

    [Fact]
    public async Task A_restart_by_hand_costs_no_budget()
    {
        await using var host = bench.Host(Bench.Sleeper("a") with { RestartBudget = 0 });
        host.Start(Five);
        await Bench.Until(host, ServicesState.Running);
        for (var i = 0; i < 3; i++)
        {
            var before = Bench.Pid(host, "a");
            host.Command("a", ServiceCommand.Restart, "anna");
            await Bench.Until(() => One(host, "a").State == ServicesState.Running && Bench.Pid(host, "a") != before, "another process");
        }

        Assert.Equal(0, One(host, "a").Restarts);
        Assert.Empty(host.Current.OverBudget);
    }

    [Fact]
    public async Task A_service_that_has_given_up_starts_at_once_by_hand()
    {
        await using var host = bench.Host(Bench.Script("a", "test -f well && exec sleep 1000; exit 3") with { RestartBudget = 0 });
        host.Start(Five);
        await Bench.Until(host, ServicesState.StartFailed);
        bench.Write("well", "");

        host.Command("a", ServiceCommand.Restart, "anna");

        await Bench.Until(host, ServicesState.Running);
        Assert.Empty(host.Current.OverBudget);
    }

    [Fact]
    public async Task While_the_services_are_not_wanted_nothing_happens()
    {
        await using var host = bench.Host(Bench.Sleeper("a"));

        host.Command("a", ServiceCommand.Start, "anna");

        Assert.Equal(ServicesState.Stopped, One(host, "a").State);
    }

    [Fact]
    public async Task A_stop_by_hand_survives_the_death_of_the_worker()
    {
        using var supervised = new SupervisedProcess(bench, [Bench.Sleeper("a"), Bench.Sleeper("b")]);
        await supervised.UntilState("Running");
        bench.Write("hold", "a");
        await Bench.Until(() => supervised.Reports.Count > 0 && supervised.Reports[^1].Contains("a=Stopped", StringComparison.Ordinal), "stopped by hand");

        bench.Write("exit-with", $"{SupervisorProcess.RestartExitCode}");
        await Bench.Until(() => supervised.Workers.Count == 2, "the worker that asks for it is started again");
        await supervised.UntilState("Running");

        await Bench.Until(() => supervised.Reports.Count > 0 && supervised.Reports[^1].Contains("a=Stopped//stopped_by_anna b=Running", StringComparison.Ordinal), "still stopped");
        Assert.False(supervised.Ended);
    }

    private static ServiceStatus One(LocalServiceHost host, string name) => host.Current.Services.Single(service => service.Name == name);
}
