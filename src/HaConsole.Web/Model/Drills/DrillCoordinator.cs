using System.Globalization;
using HaConsole.Engine.Status;
using HaConsole.Web.History;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Model.Drills;

/// <summary>
/// The drills of this server: at most one at a time, seen by everybody, begun and ended in the journal. One that a restart of the
/// process left open is closed as interrupted at the next start.
/// </summary>
public sealed partial class DrillCoordinator(
    ConsoleEngine console, PairOperations operations, OperationGate gate, IRoleUrls urls, DrillSchedule schedule, TimeProvider time, ILogger<DrillCoordinator> logger) : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan UrlTimeout = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource ended = new();
    private readonly Lock @lock = new();
    private readonly DrillHistory history = new();
    private volatile DrillView? current;
    private WatchedDrill? watched;
    private object? leader;
    private IReadOnlyList<ProofFact> facts = [];

    /// <summary>Something has changed; raised on any thread, handlers only hand over to their circuit.</summary>
    public event Action? Changed;

    /// <summary>The drill that runs; null when none does.</summary>
    public DrillView? Current => current;

    /// <summary>Drills that have ended, newest first; proofs included.</summary>
    public IReadOnlyList<DrillView> Results => [.. history.All.Where(drill => drill.End != DrillEnd.Running)];

    /// <summary>Last proof that succeeded; null when there is none.</summary>
    public DrillView? LastProven => Results.FirstOrDefault(drill => drill is { Kind: DrillKind.Proof, End: DrillEnd.Passed });

    /// <summary>Facts of the last proof made since the start of the process.</summary>
    public IReadOnlyList<ProofFact> LastFacts => facts;

    /// <summary>The daily proof.</summary>
    public DrillSchedule Schedule => schedule;

    /// <summary>What the parameters in force promise.</summary>
    public DrillTimes Times => DrillTimes.Of(console.Engine.Configuration.Content);

    /// <summary>Reads what was and begins to keep the plan; called once, when the engine turns.</summary>
    public void Start() => _ = Task.Run(() => KeepPlanAsync(ended.Token));

    /// <summary>Reads earlier drills; those that nobody leads any more end as interrupted.</summary>
    public void Recover()
    {
        foreach (var open in history.Load(console.Journal).Where(drill => drill.Id != current?.Id))
        {
            Record(open with { End = DrillEnd.Interrupted, EndedAt = time.GetUtcNow() });
        }
    }

    /// <summary>Begins a planned switch there and back.</summary>
    /// <param name="actor">Who.</param>
    public Task<OperationResult> StartSwitchAsync(Actor actor) => StartAsync(actor, DrillKind.Switch, null);

    /// <summary>Begins to watch the stop of the Active.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="circuit">Whoever leads it: when that ends, so does the drill. Null: nobody has to stay.</param>
    public Task<OperationResult> StartWatchAsync(Actor actor, object? circuit) => StartAsync(actor, DrillKind.Stop, circuit);

    /// <summary>Ends the drill that watches; a planned switch carries on until the role is back.</summary>
    public Task<OperationResult> StopAsync(Actor actor) => gate.RunAsync(actor, new Operation("drill-stop", "pair", "haconsole drill stop", Right.Operate), () => Task.FromResult(
        Close(DrillEnd.Stopped) ? OperationResult.Done("The drill has ended; the pair is left as it is.") : OperationResult.Refused("No drill that can be ended runs.")));

    /// <summary>Switches back, as the last part of a watched drill.</summary>
    public async Task<OperationResult> SwitchBackAsync(Actor actor)
        => current is { Kind: DrillKind.Stop, Current.Code: "rollback" } drill
            ? await operations.SwitchAsync(actor, drill.From, dryRun: false, force: false, "drill").ConfigureAwait(false)
            : OperationResult.Refused("No drill waits for the role to go back.");

    /// <summary>Leaves the role where it is, as the last part of a watched drill.</summary>
    public Task<OperationResult> LeaveAsync(Actor actor) => gate.RunAsync(actor, new Operation("drill-leave", "pair", "haconsole drill leave", Right.Operate), () =>
    {
        lock (@lock)
        {
            watched?.Leave();
        }

        return Task.FromResult(OperationResult.Done("The role stays where it is."));
    });

    /// <summary>Proves now, without any disruption, that a switch would succeed, or says why not.</summary>
    public Task<OperationResult> ProveAsync(Actor actor) => gate.RunAsync(actor, new Operation("drill-proof", "pair", "haconsole drill start proof", Right.View), async () =>
    {
        var snapshot = console.Engine.Current;
        var target = snapshot.Servers.FirstOrDefault(server => server.Role != "Active")?.Server ?? 2;
        var outcome = await operations.SwitchAsync(actor, target, dryRun: true, force: false, "drill").ConfigureAwait(false);
        var address = snapshot.Servers.FirstOrDefault(server => server.Server == target)?.Address ?? "";
        var answer = address.Length == 0 ? null : await urls.AskAsync(address, UrlTimeout, ended.Token).ConfigureAwait(false);
        var found = ReadinessProof.Facts(snapshot, target, outcome.Value, answer);
        facts = found;
        var proven = found.All(fact => fact.Passed);
        var now = time.GetUtcNow();
        Record(New(DrillKind.Proof, actor.Name, 3 - target, target) with
        {
            End = proven ? DrillEnd.Passed : DrillEnd.Failed,
            EndedAt = now,
            Steps = [.. found.Select(fact => new DrillStep(fact.Code, fact.Passed ? StepState.Passed : StepState.Failed, null, null, fact.Sentence))],
        });
        return proven
            ? OperationResult.Done($"Proven: server #{target} could take over now.")
            : OperationResult.Refused("Not proven: " + string.Join(", ", found.Where(fact => !fact.Passed).Select(fact => fact.Code)) + ".");
    });

    /// <summary>Plans the daily proof, or ends the plan.</summary>
    public Task<OperationResult> PlanAsync(Actor actor, TimeOnly? at) => gate.RunAsync(actor, new Operation("drill-plan", "pair", $"haconsole drill plan {at?.ToString("HH:mm", CultureInfo.InvariantCulture) ?? "off"}", Right.Operate), () =>
    {
        var problem = schedule.Save(at);
        Changed?.Invoke();
        return Task.FromResult(problem is null ? OperationResult.Done(at is null ? "No proof is planned any more." : $"Planned daily at {at:HH:mm}.") : OperationResult.Failed(problem));
    });

    /// <summary>A circuit has ended: a drill that it led is interrupted.</summary>
    public void CircuitEnded(object circuit)
    {
        if (ReferenceEquals(leader, circuit))
        {
            Close(DrillEnd.Interrupted);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ended.Cancel();
        ended.Dispose();
    }

    private Task<OperationResult> StartAsync(Actor actor, DrillKind kind, object? circuit)
        => gate.RunAsync(actor, new Operation(kind == DrillKind.Stop ? "drill-watch" : "drill-switch", "pair", kind == DrillKind.Stop ? "haconsole drill start stop" : "haconsole drill start switch", Right.Operate), () => Task.FromResult(Begin(actor, kind, circuit)));

    private OperationResult Begin(Actor actor, DrillKind kind, object? circuit)
    {
        var snapshot = console.Engine.Current;
        lock (@lock)
        {
            if (current is { } running)
            {
                return OperationResult.Refused($"A drill of {running.Operator} runs already.");
            }

            if (!snapshot.SwitchWouldSucceed || snapshot.Servers.Count(server => server.Role == "Active") != 1)
            {
                return OperationResult.Refused("The pair is not ready for a drill: " + string.Join(" ", snapshot.NotReady.Select(reason => reason.Sentence)));
            }

            var from = snapshot.Servers.First(server => server.Role == "Active");
            if (kind == DrillKind.Stop && from.Local)
            {
                return OperationResult.Refused($"Server #{from.Server} is the one to be stopped: lead this drill on the other server.");
            }

            leader = circuit;
            current = New(kind, actor.Name, from.Server, 3 - from.Server);
        }

        Record(current);
        _ = kind == DrillKind.Stop ? Task.Run(() => GuardAsync(WatchAsync)) : Task.Run(() => GuardAsync(() => SwitchThereAndBackAsync(actor)));
        return OperationResult.Done("The drill has begun.");
    }

    private DrillView New(DrillKind kind, string name, int from, int to) => new()
    {
        Id = Guid.NewGuid().ToString("N")[..12],
        Kind = kind,
        Operator = name,
        StartedAt = time.GetUtcNow(),
        Server = Servers.Local(console.Engine.Current),
        From = from,
        To = to,
    };

    private async Task WatchAsync()
    {
        var start = time.GetTimestamp();
        var gaps = new ClientGaps();
        lock (@lock)
        {
            watched = new WatchedDrill(current!, Times, TimeSpan.Zero);
        }

        while (current is not null)
        {
            await AskAsync(gaps, start).ConfigureAwait(false);
            lock (@lock)
            {
                if (watched is not { } drill)
                {
                    return;
                }

                drill.See(console.Engine.Current, gaps, time.GetElapsedTime(start), time.GetUtcNow());
                Show(drill.View);
            }

            await Task.Delay(Look, time, ended.Token).ConfigureAwait(false);
        }
    }

    private async Task SwitchThereAndBackAsync(Actor actor)
    {
        var times = Times;
        var sheet = SwitchDrill.Sheet(current!, times);
        var gaps = new ClientGaps();
        var start = time.GetTimestamp();
        await AskAsync(gaps, start).ConfigureAwait(false);
        var work = new SwitchDrill(console, operations, urls, actor, times, time).RunAsync(sheet, () => Show(sheet.View), ended.Token);
        while (!work.IsCompleted)
        {
            await AskAsync(gaps, start).ConfigureAwait(false);
            await Task.WhenAny(work, Task.Delay(Look / 2, time, ended.Token)).ConfigureAwait(false);
        }

        await work.ConfigureAwait(false);
        sheet.ClientsSaw(gaps.Longest(time.GetElapsedTime(start)).TotalSeconds);
        sheet.Finish(time.GetUtcNow());
        Show(sheet.View);
    }

    /// <summary>A drill that the program itself breaks must not stay open.</summary>
    private async Task GuardAsync(Func<Task> drill)
    {
        try
        {
            await drill().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The process ends; the next start closes the drill.
        }
        catch (Exception e)
        {
            LogBroken(e);
            Close(DrillEnd.Interrupted, force: true);
        }
    }

    private async Task AskAsync(ClientGaps gaps, long start)
    {
        var asked = time.GetElapsedTime(start);
        var answers = await Task.WhenAll(console.Engine.Current.Servers.Where(server => server.Address.Length > 0).Select(server => urls.AskAsync(server.Address, UrlTimeout, ended.Token))).ConfigureAwait(false);
        var served = answers.Contains("ACTIVE");
        gaps.See(served, served ? time.GetElapsedTime(start) : asked);
    }

    private void Show(DrillView view)
    {
        lock (@lock)
        {
            if (current is null || current.Id != view.Id)
            {
                return;
            }

            var before = current;
            current = view.End == DrillEnd.Running ? view : null;
            if (current is null)
            {
                (watched, leader) = (null, null);
            }
            else if (before == view)
            {
                return;
            }
        }

        if (view.End != DrillEnd.Running)
        {
            Record(view);
        }

        Changed?.Invoke();
    }

    private bool Close(DrillEnd end, bool force = false)
    {
        DrillView closed;
        lock (@lock)
        {
            if (current is null || (current.Kind != DrillKind.Stop && !force))
            {
                return false;
            }

            watched?.Close(end, time.GetUtcNow());
            closed = watched?.View is { End: not DrillEnd.Running } view ? view : current with { End = end, EndedAt = time.GetUtcNow() };
            (current, watched, leader) = (null, null, null);
        }

        Record(closed);
        Changed?.Invoke();
        return true;
    }

    private void Record(DrillView drill)
    {
        history.Put(drill);
        console.Engine.Record(DrillEvents.Write(drill, console.Engine.Current.Servers.Select(server => server.Epoch).DefaultIfEmpty(0).Max()));
        Changed?.Invoke();
    }

    private async Task KeepPlanAsync(CancellationToken cancellationToken)
    {
        try
        {
            Recover();
            var seen = time.GetLocalNow().DateTime;
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(20), time, cancellationToken).ConfigureAwait(false);
                var now = time.GetLocalNow().DateTime;

                // A clock that was set back must not prove twice, one that was set forward by days not once for each day.
                if (schedule.Next(seen) is { } due && due <= now && now - due < TimeSpan.FromHours(1))
                {
                    await ProveAsync(Actor.System).ConfigureAwait(false);
                }

                seen = now > seen || seen - now > TimeSpan.FromHours(2) ? now : seen;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops.
        }
        catch (Exception e)
        {
            LogBroken(e);
        }
    }

    [LoggerMessage(2301, LogLevel.Error, "A drill could not go on")]
    private partial void LogBroken(Exception exception);
}

/// <summary>One per circuit: tells the drills when the circuit has ended.</summary>
public sealed class DrillCircuit(DrillCoordinator drills) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => drills.CircuitEnded(this);
}
