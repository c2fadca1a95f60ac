namespace HaConsole.Engine.Tests.Services;

/// <summary>Processes that stand still: the services go without their help, and come back only by a new order.</summary>
public sealed class GuardTests : IDisposable
{
    private readonly Bench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task When_worker_and_supervisor_stand_still_the_guard_kills_the_service_with_its_children_and_the_supervisor()
    {
        using var supervised = new SupervisedProcess(bench, [Bench.Script("family", "sleep 1000 & echo $! > child; wait")], leaseMilliseconds: 1000);
        await supervised.UntilState("Running");
        await Bench.Until(() => bench.Read("child").EndsWith('\n'), "grandchild started");
        var (worker, service) = (supervised.Workers[0], supervised.ServiceId);

        Signals.Send(supervised.Id, Signals.SigStop);
        Signals.Send(worker, Signals.SigStop);

        await Bench.Until(() => !Bench.Alive(service) && !Bench.Alive(bench.Number("child")), "service and grandchild killed");
        await Bench.Until(() => supervised.Ended && !Bench.Alive(worker), "supervisor killed, and the worker with it");
    }

    [Fact]
    public async Task A_supervisor_that_stands_still_alone_costs_nothing_and_is_told()
    {
        using var supervised = new SupervisedProcess(bench, [Bench.Sleeper()], leaseMilliseconds: 600);
        await supervised.UntilState("Running");
        var service = supervised.ServiceId;

        Signals.Send(supervised.Id, Signals.SigStop);
        await Bench.Until(() => supervised.Guard.Contains("stopped=True", StringComparison.Ordinal), "told");
        Signals.Send(supervised.Id, Signals.SigContinue);

        await Bench.Until(() => supervised.Guard.Contains("stopped=False", StringComparison.Ordinal), "goes on");
        Assert.True(Bench.Alive(service));
        Assert.Single(supervised.Workers);
    }

    [Fact]
    public async Task A_hung_worker_is_killed_and_the_next_one_is_told_what_happened()
    {
        using var supervised = new SupervisedProcess(bench, [Bench.Sleeper()], leaseMilliseconds: 300);
        await supervised.UntilState("Running");
        var (worker, service) = (supervised.Workers[0], supervised.ServiceId);

        Signals.Send(worker, Signals.SigStop);

        await Bench.Until(() => supervised.Workers.Count == 2, "second worker");
        Assert.False(Bench.Alive(service));
        Assert.False(Bench.Alive(worker));
        await Bench.Until(() => supervised.Guard.Contains("guard-released", StringComparison.Ordinal) && supervised.Guard.Contains("worker-hung", StringComparison.Ordinal), "notes");
        await supervised.UntilState("Running");
    }

    [Fact]
    public async Task The_worker_goes_first_when_memory_runs_out_and_the_service_as_if_it_ran_alone()
    {
        using var supervised = new SupervisedProcess(bench, [Bench.Sleeper()]);
        await supervised.UntilState("Running");
        int Score(int pid) => int.Parse(File.ReadAllText($"/proc/{pid}/oom_score_adj"), System.Globalization.CultureInfo.InvariantCulture);
        var own = Score(Environment.ProcessId);
        await Bench.Until(() => Score(supervised.ServiceId) == own, "service as this process");
        Assert.Equal(Math.Min(1000, own + 200), Score(supervised.Workers[0]));
        Assert.True(Score(supervised.Id) <= own);
    }
}
