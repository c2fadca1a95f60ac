using HaConsole.Failover;
using HaConsole.Simulation.Checks;
using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;

namespace HaConsole.Simulation.Model;

/// <summary>
/// Two servers, the network between them, a load balancer and a witness in virtual time. The servers decide with the real
/// <see cref="FailoverMachine"/>; everything else here is what the engine's shell and the outside world would do. Single-threaded;
/// the same scenario and seed always give the same run.
/// </summary>
internal sealed partial class World
{
    /// <summary>More events than this at one instant mean that somebody answers himself for ever.</summary>
    private const int MostEventsAtOneInstant = 100_000;

    private const long StepsBetweenLooks = 1024;

    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Scenario scenario;
    private readonly SeededRandom random;
    private readonly EventQueue queue = new();
    private readonly Fault[] faults;
    private readonly Recorder recorder;
    private readonly InvariantChecker checker;
    private readonly ServerRules rules;
    private readonly FailoverSettings settings;
    private readonly Server one;
    private readonly Server two;
    private Revision controls;
    private readonly long timeout;
    private readonly long latency;
    private int nextFault;
    private int eventsAtThisInstant;
    private long steps;

    /// <summary>Virtual time since the processes were first started, in ticks.</summary>
    private long now;

    /// <summary>Where the scenario's time 0 is on <see cref="now"/>: a pair that "has long been Active" has a past.</summary>
    private long origin;

    public World(Scenario scenario, long seed, bool timeline, ServerRules rules)
    {
        this.scenario = scenario;
        this.rules = rules;
        random = new SeededRandom(seed);
        settings = scenario.ToFailoverSettings();
        timeout = settings.HeartbeatTimeout.Ticks;

        // Never quite nothing: cause and effect have different times, although nobody sees it in the results.
        latency = Math.Max(1, scenario.Settings.Latency.Ticks);
        savedConfiguration = settings.Revision;
        one = new Server(1, settings);
        two = new Server(2, settings);
        faults = [.. scenario.Faults.OrderBy(f => f.At)];
        recorder = new Recorder(timeline);
        checker = new InvariantChecker(scenario, violation => recorder.Violated(violation, this));
    }

    public Scenario Scenario => scenario;

    /// <summary>Most work; none by default.</summary>
    public SimulationLimits Limits { get; init; } = SimulationLimits.None;

    /// <summary>Ends the run; looked at every <see cref="StepsBetweenLooks"/> steps.</summary>
    public CancellationToken Cancellation { get; init; }

    public Server One => one;

    public Server Two => two;

    public Witness Witness { get; } = new();

    /// <summary>Server that the VIP points to.</summary>
    public int Vip { get; private set; } = 1;

    /// <summary>0 … 1.</summary>
    public double Loss { get; private set; }

    /// <summary>Time of the scenario.</summary>
    public TimeSpan Time => TimeSpan.FromTicks(now - origin);

    private DateTimeOffset Utc => Begin.AddTicks(now);

    private TimeSpan Now => TimeSpan.FromTicks(now);

    /// <summary>Carries out the whole scenario.</summary>
    public SimulationResult Run(long seed)
    {
        StartUp();
        recorder.Begin(this);
        checker.Begin();
        var end = origin + scenario.Duration.Ticks;
        RunUntil(end, including: true);
        AdvanceTo(end);
        checker.See(end - origin, Facts());
        checker.End(end - origin, savedConfiguration, controls);
        recorder.DualActive = TimeSpan.FromTicks(checker.DualActive);
        recorder.NoActive = TimeSpan.FromTicks(checker.NoActive);
        return recorder.Finish(this, seed);
    }

    private void StartUp()
    {
        if (scenario.Start == ScenarioStart.BothStarting)
        {
            Schedule(EventKind.ProcessStart, one, scenario.Settings.TickPhase(1).Ticks);
            Schedule(EventKind.ProcessStart, two, scenario.Settings.TickPhase(2).Ticks);
        }
        else
        {
            LiveThroughThePast();
        }

        if (scenario.LoadBalancer is not null)
        {
            StartLoadBalancer();
        }
    }

    /// <summary>
    /// The pair starts on intervals before time 0 and comes to rest by its own rules; time 0 is the first whole interval after that,
    /// so that the ticks have the wanted phases.
    /// </summary>
    private void LiveThroughThePast()
    {
        var interval = settings.HeartbeatInterval.Ticks;
        Schedule(EventKind.ProcessStart, one, scenario.Settings.TickPhase(1).Ticks % interval);
        Schedule(EventKind.ProcessStart, two, scenario.Settings.TickPhase(2).Ticks % interval);
        origin = long.MaxValue / 2;
        var most = (4 * settings.FailuresToSwitch) + 10
            + ((scenario.Settings.ServiceStartDelay + scenario.Settings.FrameworkStartDelay).Ticks / interval);
        for (var past = 2L; past <= most; past++)
        {
            RunUntil(past * interval, including: false);
            AdvanceTo(past * interval);
            if (AtRest())
            {
                break;
            }
        }

        origin = now;
    }

    private bool AtRest() => one.CountsAsActive && one.FrameworkUp && one.Services.State == ServicesState.Running
        && two.VisibleRole == Role.Standby && two.FrameworkUp;

    private void RunUntil(long limit, bool including)
    {
        while (true)
        {
            var next = Math.Min(queue.NextAt(now), Math.Min(one.WakeAt, two.WakeAt));
            var faultAt = nextFault < faults.Length ? origin + faults[nextFault].At.Ticks : long.MaxValue;
            next = Math.Min(next, faultAt);
            if (next > limit || (next == limit && !including))
            {
                return;
            }

            if (++steps % StepsBetweenLooks == 0 || steps > Limits.MostSteps)
            {
                Cancellation.ThrowIfCancellationRequested();
                if (steps > Limits.MostSteps)
                {
                    throw new SimulationTooLongException(Limits.MostSteps, now >= origin ? Time : TimeSpan.Zero);
                }
            }

            if (next > now)
            {
                AdvanceTo(next);
                eventsAtThisInstant = 0;
            }
            else if (++eventsAtThisInstant > MostEventsAtOneInstant)
            {
                throw new SimulationException($"time stands still at {Time.TotalSeconds:0.###} s: the servers keep each other busy without an end");
            }

            if (faultAt <= now)
            {
                Happen(faults[nextFault++]);
            }
            else if (queue.TryTake(now, out var item))
            {
                Handle(ref item);
            }
            else
            {
                var server = one.WakeAt <= now ? one : two;
                Step(server, NodeInput.Wake(Now, Utc));
            }
        }
    }

    /// <summary>The state of the world has lasted from <see cref="now"/> until <paramref name="time"/>.</summary>
    private void AdvanceTo(long time)
    {
        if (time > now && now >= origin)
        {
            if (checker.Stale)
            {
                checker.See(now - origin, Facts());
            }

            checker.Lasted(now - origin, time - origin);
            recorder.Lasted(this, TimeSpan.FromTicks(time - origin));
        }

        now = time;
    }

    /// <summary>One call of the real core, and its effects.</summary>
    private void Step(Server server, in NodeInput input)
    {
        var before = server.State.Role;
        var controlled = server.State.Controls;
        var answered = rules.AnswersActive(in server.State);
        var result = rules.Step(in server.State, in input, server.Settings);
        server.State = result.Next;
        server.LastTurn = now;
        server.WakeAt = server.State.WakeAt.Ticks;
        var effects = result.Effects;
        for (var i = 0; i < effects.Count; i++)
        {
            if (rules.CarriesOut(effects[i]))
            {
                CarryOut(server, effects[i]);
            }
        }

        if (rules.AnswersActive(in server.State) != answered)
        {
            checker.Changed();
        }

        if (!ReferenceEquals(server.State.Controls, controlled))
        {
            controls = server.State.Controls.Revision > controls ? server.State.Controls.Revision : controls;
            checker.Changed();
        }

        if (server.State.Role != before)
        {
            RoleChanged(server, result.Decision, effects);
        }
    }

    private void RoleChanged(Server server, Decision decision, IReadOnlyList<NodeEffect> effects)
    {
        checker.Changed();
        if (server.State.Role == Role.Active)
        {
            checker.Activated(now - origin, server.Number, server.State.Epoch);
        }

        if (now < origin)
        {
            return;
        }

        var reason = decision.Sentence;
        var row = decision.Row == 0 ? server.State.RoleRow : decision.Row;
        if (reason.Length == 0)
        {
            reason = effects.OfType<NodeEffect.RecordEvent>().FirstOrDefault()?.Sentence ?? "";
        }

        checker.RoleChanged(recorder.RoleChanged(this, server, server.State.Role, row, reason), Vip);
    }

    private void Schedule(EventKind kind, Server server, long at)
    {
        var item = new WorldEvent { Kind = kind, Server = (byte)server.Number, At = at, StartedAt = now, Generation = server.Generation };
        queue.Add(ref item, now);
    }

    private Server Other(Server server) => ReferenceEquals(server, one) ? two : one;
}
