using System.Collections.Concurrent;
using System.Text;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Status;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaConsole.Engine.Tests.Loop;

/// <summary>The loop's own thread, with effects that the test carries out. A lone server without hot standby, which serves at once.</summary>
public sealed class EngineLoopTests
{
    [Fact]
    public async Task A_loop_that_was_away_answers_standby_until_word_of_released_services_can_have_come()
    {
        using var loop = new LoneLoop(H: 1);
        using var hang = new ManualResetEventSlim();
        loop.Start();
        await Eventually.HoldsAsync(() => loop.Answer == "ACTIVE", "serves");

        // The disk hangs under an effect; meanwhile the lease ends and the services are released.
        loop.OnEffect = effect =>
        {
            if (effect is NodeEffect.PersistControls)
            {
                hang.Wait();
            }
        };
        loop.Loop.Order((now, utc) => NodeInput.Command(now, utc, new NodeCommand(CommandKind.SetControls) { Controls = controls => controls }));
        await Eventually.HoldsAsync(() => loop.Answer == "STANDBY", "frozen");
        loop.Answers.Clear();
        loop.Loop.Order((now, utc) => NodeInput.Services(now, utc, ServicesState.Stopped));
        hang.Set();
        await Eventually.HoldsAsync(() => loop.Turns.Any(box => box.State.Services == ServicesState.Stopped), "the release is known");

        // Told to start again by the machine, which answers ACTIVE from then on; never before.
        var known = loop.Turns.First(box => box.State.Services == ServicesState.Stopped).At;
        await Eventually.HoldsAsync(() => loop.Answer == "ACTIVE", "serves again");
        Assert.DoesNotContain(loop.Answers, answer => answer.Text == "ACTIVE" && answer.At < known);
    }

    [Fact]
    public async Task A_failing_effect_ends_the_loop_and_the_process_and_nobody_waits_for_ever()
    {
        using var loop = new LoneLoop(H: 1);
        loop.OnEffect = effect => throw new FormatException("broken");

        loop.Start();

        await Eventually.HoldsAsync(() => loop.Failure is FormatException, "fatal");
        Assert.True(loop.HasEnded);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop.Loop.AskAsync(NodeInput.Wake, CancellationToken.None));
    }

    [Fact]
    public async Task A_stop_during_a_hanging_effect_starts_nothing_afterwards()
    {
        using var loop = new LoneLoop(H: 1);
        using var hang = new ManualResetEventSlim();
        using var hanging = new ManualResetEventSlim();
        var after = new ConcurrentQueue<NodeEffect>();
        loop.OnEffect = effect =>
        {
            if (effect is NodeEffect.PersistState)
            {
                hanging.Set();
                hang.Wait();
                return;
            }

            after.Enqueue(effect);
        };
        loop.Start();
        Assert.True(hanging.Wait(TimeSpan.FromSeconds(20)));
        after.Clear();

        var stopping = Task.Run(loop.Loop.Stop);
        await Eventually.HoldsAsync(() => loop.Loop.HasEnded, "closed");
        hang.Set();
        await stopping;

        await Eventually.HoldsAsync(() => loop.HasEnded, "ended");
        Assert.Empty(after);
        Assert.Null(loop.Failure);
    }

    [Fact]
    public async Task What_happens_within_200_ms_of_the_last_show_is_shown_without_another_input()
    {
        using var loop = new LoneLoop(H: 3600);
        loop.Start();
        await Eventually.HoldsAsync(() => loop.Answer == "ACTIVE", "serves");

        loop.Loop.Order((now, utc) => NodeInput.Services(now, utc, ServicesState.Starting));
        loop.Loop.Order((now, utc) => NodeInput.Services(now, utc, ServicesState.StartFailed));

        await Eventually.HoldsAsync(() => loop.Shown?.State.Services == ServicesState.StartFailed, "shown");
    }

    private sealed class LoneLoop : IDisposable
    {
        private readonly EngineClock clock = new(TimeProvider.System);
        private readonly HealthBoard board = new(TimeProvider.System);

        public LoneLoop(double H)
        {
            var settings = new FailoverSettings { PeerConfigured = false, HeartbeatInterval = TimeSpan.FromSeconds(H), HeartbeatTimeout = TimeSpan.FromSeconds(H / 2), FailuresToSwitch = 2 };
            var start = FailoverMachine.Start(Rank.Primary, StoredState.Fresh, PairControls.None, settings, clock.Now);
            Loop = new EngineLoop(start, settings, clock, board, NullLogger.Instance)
            {
                Effect = (effect, _) => OnEffect(effect),
                Turned = Turns.Enqueue,
                Show = box => Shown = box,
                Renew = (_, _) => Answers.Enqueue((clock.Now, Answer)),
                Ended = () => HasEnded = true,
                Fatal = e => Failure = e,
            };
        }

        public EngineLoop Loop { get; }

        public Action<NodeEffect> OnEffect { get; set; } = _ => { };

        public ConcurrentQueue<NodeStateBox> Turns { get; } = new();

        public ConcurrentQueue<(TimeSpan At, string Text)> Answers { get; } = new();

        public NodeStateBox? Shown { get; private set; }

        public bool HasEnded { get; private set; }

        public Exception? Failure { get; private set; }

        public string Answer => Encoding.ASCII.GetString(board.FaultTolerance.Span);

        public void Start() => Loop.Start();

        public void Dispose() => Loop.Stop();
    }
}
