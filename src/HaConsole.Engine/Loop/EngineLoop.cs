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
    private readonly TimeSpan longestDoubt = TimeSpan.FromMilliseconds(100);
    private NodeState state;
    private PeerReport? report;
    private TimeSpan shownAt;
    private bool showOwed;
    private TimeSpan? boardAt;
    private TimeSpan boardLateAfter;
    private TimeSpan doubtUntil;
    private int started;
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

    /// <summary>Something is to be shown: a role, a decision, or whatever happened in the last 200 ms.</summary>
    public required Action<NodeStateBox> Show { get; init; }

    /// <summary>The loop has turned: keep the services.</summary>
    public required Action<TimeSpan, TimeSpan> Renew { get; init; }

    /// <summary>The loop has ended, orderly or not: nothing that was posted will be taken any more.</summary>
    public required Action Ended { get; init; }

    /// <summary>The loop cannot go on.</summary>
    public required Action<Exception> Fatal { get; init; }

    /// <summary>Nothing is taken any more.</summary>
    public bool HasEnded => queue.Closed;

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

    public void Start()
    {
        Volatile.Write(ref started, 1);
        thread.Start();
    }

    /// <summary>Posts a fact: in a flood an older one gives way to it.</summary>
    public void Post(Func<TimeSpan, DateTimeOffset, NodeInput> make) => queue.Post(new LoopItem(make));

    /// <summary>Posts what must not get lost.</summary>
    public void Order(Func<TimeSpan, DateTimeOffset, NodeInput> make) => queue.Post(new LoopItem(make, mustArrive: true));

    /// <summary>Posts an input and waits for the own report as it stands after the step.</summary>
    public Task<PeerReport> AskAsync(Func<TimeSpan, DateTimeOffset, NodeInput> make, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<PeerReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Post(new LoopItem(make, answer));
        return answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// An effect waits for a disk, and the loop with it: what serves goes on to be kept and vouched for as it was. What is being
    /// stopped is not: its services end with their lease.
    /// </summary>
    public void KeepAlive()
    {
        if (state.Role == Role.Active && !queue.Closed)
        {
            boardAt = boardAt is null ? null : clock.Now;
            board.Touch();
            RenewLease(state.SettingsSeen!);
        }
    }

    public void Stop()
    {
        queue.Close();
        if (Volatile.Read(ref started) == 0)
        {
            Ended();
        }
        else if (Thread.CurrentThread != thread)
        {
            thread.Join(TimeSpan.FromSeconds(5));
        }
    }

    private void Run()
    {
        Exception? failure = null;
        try
        {
            while (!queue.Closed)
            {
                Turn();
            }
        }
        catch (Exception e)
        {
            // The parts are being taken away while the last turn still runs: no failure.
            failure = queue.Closed ? null : e;
        }

        queue.Close();
        Ended();
        if (failure is not null)
        {
            // A loop that has thrown has lost its state: better a process that is restarted than one that runs half dead.
            LogLoopFailed(logger, failure);
            Fatal(failure);
        }
    }

    private void Turn()
    {
        var item = queue.Take(Sleep());
        if (queue.Closed)
        {
            item?.Answer?.TrySetCanceled();
            return;
        }

        var inForce = settings;
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

        if (state.AnswersActive)
        {
            // First, so that an order to start that gets stuck on its way is worth nothing when it arrives too late.
            RenewLease(inForce);
        }

        foreach (var effect in result.Effects)
        {
            if (queue.Closed)
            {
                // Whoever stopped the engine has not waited for a hanging disk: nothing must be started behind their back.
                return;
            }

            Effect(effect, box);
        }

        TurnBoard(inForce);
        if (state.Role != Role.Starting)
        {
            // What an earlier process left running is kept only for the rest of its lease: the peer may be about to take over.
            RenewLease(inForce);
        }

        if (item?.Answer is { } answer)
        {
            report = FailoverMachine.Report(state, inForce, now, report);
            answer.TrySetResult(report);
        }

        showOwed |= item is not null || result.Effects.Count > 0;
        if (result.Decision.Row != 0 || role != state.Role || (showOwed && now - shownAt >= showEvery))
        {
            shownAt = now;
            showOwed = false;
            ShowSafely(box);
        }
    }

    private void RenewLease(FailoverSettings inForce) => Renew(LoopTiming.ServiceLease(inForce), LoopTiming.ServicesGoneBy(inForce));

    private TimeSpan Sleep()
    {
        var now = clock.Now;
        var sleep = Min(state.WakeAt - now, LoopTiming.LongestSleep(settings));
        sleep = showOwed ? Min(sleep, shownAt + showEvery - now) : sleep;
        return doubtUntil > now ? Min(sleep, doubtUntil - now) : sleep;
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

    /// <summary>
    /// After a time without turns the services may have been released, and the word of it may still be on its way: until it can have
    /// arrived, nobody is told ACTIVE (invariant I6).
    /// </summary>
    private void TurnBoard(FailoverSettings inForce)
    {
        var now = clock.Now;
        if (now - boardAt > boardLateAfter)
        {
            doubtUntil = now + Min(longestDoubt, inForce.HeartbeatTimeout);
        }

        boardAt = now;
        boardLateAfter = LoopTiming.FrozenAfter(inForce);
        var ready = state.Role is Role.Active or Role.Standby && state.Local.Self != SelfHealth.Failed;
        board.Turn(state.AnswersActive && now >= doubtUntil, ready, boardLateAfter);
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
