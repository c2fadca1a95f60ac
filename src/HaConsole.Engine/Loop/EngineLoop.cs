using HaConsole.Engine.Status;
using HaConsole.Failover;
using Microsoft.Extensions.Logging;

namespace HaConsole.Engine.Loop;

/// <summary>
/// The only loop that decides: one thread of its own, one reader, one state. It takes an input, lets
/// <see cref="FailoverMachine.Step"/> decide, has the effects carried out in their order and shows what came of it. It does not
/// depend on the thread pool.
/// </summary>
internal sealed partial class EngineLoop
{
    private readonly LoopQueue queue = new();
    private readonly EngineClock clock;
    private readonly HealthBoard board;
    private readonly ILogger logger;
    private readonly Thread thread;
    private readonly TimeSpan showEvery = TimeSpan.FromMilliseconds(200);
    private NodeState state;
    private PeerReport? report;
    private TimeSpan shownAt;
    private volatile FailoverSettings settings;

    public EngineLoop(NodeState start, FailoverSettings settings, EngineClock clock, HealthBoard board, ILogger logger)
    {
        state = start;
        this.settings = settings;
        this.clock = clock;
        this.board = board;
        this.logger = logger;
        thread = new Thread(Run) { IsBackground = true, Name = "ha-engine", Priority = ThreadPriority.AboveNormal };
    }

    /// <summary>Carries out one effect; the state is the one after the step. Set before <see cref="Start"/>.</summary>
    public required Action<NodeEffect, NodeStateBox> Effect { get; init; }

    /// <summary>The state after the step, before its effects are carried out.</summary>
    public required Action<NodeStateBox> Turned { get; init; }

    /// <summary>Something is to be shown: role, decision or 200 ms have passed.</summary>
    public required Action<NodeStateBox> Show { get; init; }

    /// <summary>The loop has turned: keep the services.</summary>
    public required Action<TimeSpan> Renew { get; init; }

    /// <summary>The loop cannot go on.</summary>
    public required Action<Exception> Fatal { get; init; }

    /// <summary>Settings in force from the next turn on.</summary>
    public FailoverSettings Settings
    {
        get => settings;
        set
        {
            settings = value;
            Post(NodeInput.Wake);
        }
    }

    public void Start() => thread.Start();

    public void Post(Func<TimeSpan, DateTimeOffset, NodeInput> make) => queue.Post(new LoopItem(make));

    /// <summary>Posts an input and waits for the own report as it stands after the step.</summary>
    public Task<PeerReport> AskAsync(Func<TimeSpan, DateTimeOffset, NodeInput> make, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<PeerReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Post(new LoopItem(make, answer));
        return answer.Task.WaitAsync(cancellationToken);
    }

    public void Stop()
    {
        queue.Close();
        if (Thread.CurrentThread != thread && !thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            thread.Join(TimeSpan.FromSeconds(5));
        }
    }

    private void Run()
    {
        try
        {
            while (!queue.Closed)
            {
                Turn();
            }
        }
        catch (Exception e)
        {
            // A loop that has thrown has lost its state: better a process that is restarted than one that runs half dead.
            LogLoopFailed(logger, e);
            Fatal(e);
        }
    }

    private void Turn()
    {
        var inForce = settings;
        var sleep = Min(state.WakeAt - clock.Now, LoopTiming.LongestSleep(inForce));
        var item = queue.Take(sleep);
        inForce = settings;
        var now = clock.Now;
        var utc = clock.Utc;
        var input = item?.Make(now, utc) ?? NodeInput.Wake(now, utc);
        var role = state.Role;
        var result = FailoverMachine.Step(state, input, inForce);
        state = result.Next;
        var box = new NodeStateBox(state, inForce, now);
        Turned(box);
        if (!state.AnswersActive)
        {
            // Before the services are told to stop (invariant I6).
            TurnBoard(inForce);
        }

        foreach (var effect in result.Effects)
        {
            Effect(effect, box);
        }

        TurnBoard(inForce);
        Renew(LoopTiming.ServiceLease(inForce));
        if (item?.Answer is { } answer)
        {
            report = FailoverMachine.Report(state, inForce, now, report);
            answer.TrySetResult(report);
        }

        if (result.Decision.Row != 0 || role != state.Role || now - shownAt >= showEvery)
        {
            shownAt = now;
            ShowSafely(box);
        }
    }

    /// <summary>What is shown must never decide: a fault in it costs a snapshot, not the engine.</summary>
    private void ShowSafely(NodeStateBox box)
    {
        try
        {
            Show(box);
        }
        catch (Exception e)
        {
            LogShowFailed(logger, e);
        }
    }

    private void TurnBoard(FailoverSettings inForce)
    {
        var ready = state.Role is Role.Active or Role.Standby && state.Local.Self != SelfHealth.Failed;
        board.Turn(state.AnswersActive, ready, LoopTiming.FrozenAfter(inForce));
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    [LoggerMessage(1002, LogLevel.Error, "The status could not be shown.")]
    private static partial void LogShowFailed(ILogger logger, Exception exception);

    [LoggerMessage(1001, LogLevel.Critical, "The engine's loop has failed; the process ends so that it can be restarted.")]
    private static partial void LogLoopFailed(ILogger logger, Exception exception);
}

/// <summary>A state as it stood after one step, for readers on other threads.</summary>
/// <param name="State">The state.</param>
/// <param name="Settings">Settings it was decided with.</param>
/// <param name="At">When (monotonic).</param>
internal sealed record NodeStateBox(NodeState State, FailoverSettings Settings, TimeSpan At);
