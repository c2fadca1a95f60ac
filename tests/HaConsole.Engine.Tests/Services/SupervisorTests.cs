using HaConsole.Engine.Services;

namespace HaConsole.Engine.Tests.Services;

public sealed class SupervisorTests : IDisposable
{
    private readonly Bench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task The_worker_killed_is_restarted_and_adopts_the_running_service()
    {
        using var supervised = new SupervisedProcess(bench, [Bench.Sleeper()]);
        await supervised.UntilState("Running");
        var service = supervised.ServiceId;
        Signals.Send(supervised.Workers[0], Signals.SigKill);
        await Bench.Until(() => supervised.Workers.Count == 2, "second worker");
        await supervised.UntilState("Running");
        Assert.Equal(service, supervised.ServiceId);
        Assert.True(Bench.Alive(service));
        Assert.DoesNotContain(supervised.Reports, report => !report.StartsWith("report Running", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_supervisor_killed_takes_worker_and_service_with_it_and_its_successor_starts_anew()
    {
        int worker, service, successor;
        using (var supervised = new SupervisedProcess(bench, [Bench.Script("family", "sleep 1000 & echo $! > child; wait")]))
        {
            await supervised.UntilState("Running");
            await Bench.Until(() => bench.Read("child").EndsWith('\n'), "grandchild started");
            (worker, service) = (supervised.Workers[0], supervised.ServiceId);
            Signals.Send(supervised.Id, Signals.SigKill);
            await Bench.Until(() => !Bench.Alive(worker) && !Bench.Alive(service) && !Bench.Alive(bench.Number("child")), "worker, service and grandchild gone");
        }

        using (var supervised = new SupervisedProcess(bench, [Bench.Sleeper()]))
        {
            await supervised.UntilState("Running");
            successor = supervised.ServiceId;
            Assert.NotEqual(service, successor);
        }

        await Bench.Until(() => !Bench.Alive(successor), "service gone");
    }

    [Fact]
    public async Task Leftovers_of_a_killed_supervisor_are_gone_before_the_service_starts_again()
    {
        // The grandchild is in a session of its own, so that the kernel's signal on the supervisor's death does not reach it.
        var service = Bench.Script("family", "setsid sh -c 'echo $$ >> children; exec sleep 1000' & wait");
        using (var supervised = new SupervisedProcess(bench, [service]))
        {
            await Bench.Until(() => bench.Read("children").EndsWith('\n'), "grandchild started");
            Signals.Send(supervised.Id, Signals.SigKill);
            await Bench.Until(() => supervised.Ended, "killed");
        }

        var leftover = bench.Number("children");
        Assert.True(Bench.Alive(leftover));
        using (var supervised = new SupervisedProcess(bench, [service], active: false))
        {
            await Bench.Until(() => supervised.Workers.Count == 1, "worker");
            await supervised.UntilState("Running");
            Assert.False(Bench.Alive(leftover));
            Signals.Send(supervised.Id, Signals.SigTerm);
            await Bench.Until(() => supervised.Ended, "ended");
        }
    }

    [Fact]
    public async Task A_worker_that_stands_still_loses_its_services_when_the_lease_runs_out_and_is_told()
    {
        using var supervised = new SupervisedProcess(bench, [Bench.Sleeper()], leaseMilliseconds: 1000);
        await supervised.UntilState("Running");
        var service = supervised.ServiceId;
        Signals.Send(supervised.Workers[0], Signals.SigStop);
        await Bench.Until(() => !Bench.Alive(service), "service stopped by the supervisor");
        Signals.Send(supervised.Workers[0], Signals.SigContinue);
        await supervised.UntilState("Stopped");
        Assert.Contains("did_not_renew_its_lease", supervised.Reports[^1], StringComparison.Ordinal);
        Assert.Single(supervised.Workers);
    }

    [Fact]
    public async Task A_worker_that_lives_but_does_not_renew_loses_its_services()
    {
        using var supervised = new SupervisedProcess(bench, [Bench.Sleeper()], leaseMilliseconds: 1000);
        await supervised.UntilState("Running");
        bench.Write("no-renew", "");
        await supervised.UntilState("Stopped");
    }

    [Fact]
    public async Task SIGTERM_stops_worker_and_services_in_order_and_hands_on_the_exit_code()
    {
        using var supervised = new SupervisedProcess(bench, [Bench.Script("polite", "trap 'echo bye > bye; exit 0' TERM; echo ready > ready; while :; do sleep 0.02; done")]);
        await supervised.UntilState("Running");
        await Bench.Until(() => bench.Read("ready").Length > 0, "trap set");
        var service = supervised.ServiceId;
        Signals.Send(supervised.Id, Signals.SigTerm);
        await Bench.Until(() => supervised.Ended, "ended");
        Assert.Equal(7, supervised.ExitCode);
        Assert.False(Bench.Alive(service));
        Assert.Equal("bye\n", bench.Read("bye"));
        Assert.Equal("[]", bench.Read("services/run.json"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(65)]
    public async Task An_exit_on_purpose_ends_the_supervisor_with_the_same_code_and_stops_the_services(int code)
    {
        using var supervised = new SupervisedProcess(bench, [Bench.Sleeper()]);
        await supervised.UntilState("Running");
        var service = supervised.ServiceId;
        bench.Write("exit-with.new", $"{code}");
        File.Move(bench.File("exit-with.new"), bench.File("exit-with"));
        await Bench.Until(() => supervised.Ended, "ended");
        Assert.Equal(code, supervised.ExitCode);
        Assert.Single(supervised.Workers);
        Assert.False(Bench.Alive(service));
    }

    [Fact]
    public async Task A_worker_that_fails_before_its_engine_ever_ran_is_not_repeated()
    {
        // A port in use, say: another try would only repeat the message.
        bench.Write("no-renew", "");
        bench.Write("exit-with", "1");
        using var supervised = new SupervisedProcess(bench, [], active: false);
        await Bench.Until(() => supervised.Ended, "ended");
        Assert.Equal(1, supervised.ExitCode);
        Assert.Single(supervised.Workers);
    }

    [Fact]
    public async Task A_worker_that_fails_later_is_restarted()
    {
        using var supervised = new SupervisedProcess(bench, [Bench.Sleeper()]);
        await supervised.UntilState("Running");
        bench.Write("exit-with.new", "1");
        File.Move(bench.File("exit-with.new"), bench.File("exit-with"));
        await Bench.Until(() => supervised.Workers.Count == 2, "second worker");
        await supervised.UntilState("Running");
    }

    [Fact]
    public async Task SIGTERM_ends_a_worker_that_stands_still()
    {
        using var supervised = new SupervisedProcess(bench, [Bench.Sleeper()]);
        await supervised.UntilState("Running");
        Signals.Send(supervised.Workers[0], Signals.SigStop);
        Signals.Send(supervised.Id, Signals.SigTerm);
        await Bench.Until(() => supervised.Ended, "ended");
        Assert.Equal(7, supervised.ExitCode);
    }

    [Fact]
    public async Task A_supervisor_that_stands_still_when_services_must_stop_ends_with_all_of_this_server()
    {
        using var supervised = new SupervisedProcess(bench, [Bench.Sleeper()]);
        await supervised.UntilState("Running");
        var (worker, service) = (supervised.Workers[0], supervised.ServiceId);
        Signals.Send(supervised.Id, Signals.SigStop);
        await Bench.Until(() => File.ReadAllText($"/proc/{supervised.Id}/stat").Contains(") T ", StringComparison.Ordinal), "supervisor halted");
        Signals.Send(worker, Signals.SigTerm);
        await Bench.Until(() => supervised.Ended && !Bench.Alive(worker) && !Bench.Alive(service), "all gone");
        Assert.Equal(128 + Signals.SigKill, supervised.ExitCode);
    }

    [Fact]
    public async Task A_second_supervisor_of_the_same_data_directory_is_refused_and_harms_nothing()
    {
        using var first = new SupervisedProcess(bench, [Bench.Sleeper()]);
        await first.UntilState("Running");
        using var second = new SupervisedProcess(bench, [Bench.Sleeper()]);
        await Bench.Until(() => second.Ended, "ended");
        Assert.Equal(1, second.ExitCode);
        await Bench.Until(() => second.Output.Contains("in use by another haconsole process", StringComparison.Ordinal), "message");
        Assert.True(Bench.Alive(first.ServiceId));
    }

    [Fact]
    public void A_host_whose_supervisor_is_not_there_says_so()
    {
        var refused = Assert.Throws<IOException>(() => new SupervisedServiceHost("haconsole-nobody:token", new ServiceSetOptions { DataDirectory = bench.Root }));
        Assert.Contains("the supervisor cannot be reached", refused.Message, StringComparison.Ordinal);
    }
}
