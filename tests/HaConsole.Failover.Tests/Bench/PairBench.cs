using HaConsole.Failover;

namespace HaConsole.Failover.Tests.Bench;

/// <summary>
/// Two servers, a network between them, a witness and one virtual clock. Deterministic: the same story always gives the same
/// trace. Effects are carried out in their order, as an engine around the core would.
/// </summary>
internal sealed class PairBench
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> queue = new();
    private readonly List<string> trace = [];
    private long order;
    private TimeSpan stretch;

    public PairBench(FailoverSettings? settings = null, bool start = true)
    {
        Settings = settings ?? Defaults;
        One = new BenchServer(this, Rank.Primary);
        Two = new BenchServer(this, Rank.Backup);
        Witness = new BenchWitness(this);
        if (start)
        {
            One.Boot();
            Two.Boot();
        }
    }

    /// <summary>H = 1 s, T = 0.3 s, N = 3; services stop within 0.2 s and start in 0.1 s.</summary>
    public static FailoverSettings Defaults { get; } = new()
    {
        Enabled = true,
        Revision = new Revision(0, 1, 1),
        ConfigurationHash = 11,
        HeartbeatInterval = TimeSpan.FromSeconds(1),
        HeartbeatTimeout = TimeSpan.FromSeconds(0.3),
        FailuresToSwitch = 3,
        LongestStop = TimeSpan.FromSeconds(0.2),
        Version = "1.0",
    };

    public FailoverSettings Settings { get; }

    public BenchServer One { get; }

    public BenchServer Two { get; }

    public BenchWitness Witness { get; }

    public TimeSpan Now { get; private set; }

    public DateTimeOffset Utc => Start + Now;

    /// <summary>One way of the network.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Time during which both servers had running services.</summary>
    public TimeSpan BothServing { get; private set; }

    /// <summary>Time during which both servers held the role Active (frozen ones do not count).</summary>
    public TimeSpan BothActive { get; private set; }

    /// <summary>Longest time in one stretch, since the last <see cref="BeginStretch"/>, with two Actives although messages could pass.</summary>
    public TimeSpan LongestDualWhileConnected { get; private set; }

    /// <summary>Time during which no server served.</summary>
    public TimeSpan NoneServing { get; private set; }

    public string Trace => string.Join(Environment.NewLine, trace);

    public BenchServer Other(BenchServer server) => ReferenceEquals(server, One) ? Two : One;

    public void After(TimeSpan delay, Action action) => queue.Enqueue(action, (Now + delay, ++order));

    public void Note(BenchServer server, string text) => trace.Add($"{Now.TotalSeconds,9:0.000} #{server.Rank.Number()} {text}");

    /// <summary>Lets the time pass.</summary>
    public PairBench Run(double seconds)
    {
        var until = Now + TimeSpan.FromSeconds(seconds);
        while (queue.TryPeek(out _, out var next) && next.At <= until)
        {
            Advance(next.At);
            queue.Dequeue()();
        }

        Advance(until);
        return this;
    }

    /// <summary>Lets the time pass until the condition holds; fails with the trace when it does not within the bound.</summary>
    public TimeSpan RunUntil(Func<bool> condition, double atMostSeconds, string what)
    {
        var since = Now;
        var until = Now + TimeSpan.FromSeconds(atMostSeconds);
        while (!condition())
        {
            if (!queue.TryPeek(out _, out var next) || next.At > until)
            {
                Assert.Fail($"Not within {atMostSeconds} s: {what}{Environment.NewLine}{Trace}");
            }

            Advance(next.At);
            queue.Dequeue()();
        }

        return Now - since;
    }

    /// <summary>Cuts or restores everything between the servers, both ways.</summary>
    public void Link(bool up)
    {
        One.CanSend = up;
        Two.CanSend = up;
    }

    /// <summary>A pair in which #1 has become Active and both are well.</summary>
    public static PairBench Settled(FailoverSettings? settings = null)
    {
        var bench = new PairBench(settings);
        bench.RunUntil(() => bench is { One.Serving: true, Two.Role: Role.Standby, Two.Probed: true }, 30, "#1 Active, #2 Standby");
        bench.Run(2);
        bench.Forget();
        return bench;
    }

    /// <summary>A settled pair in which #2 is the Active.</summary>
    public static PairBench SettledOnTwo(FailoverSettings? settings = null)
    {
        var bench = new PairBench(settings, start: false);
        bench.Two.Stored = new StoredState(Role.Active, new Epoch(4), new Epoch(4), []);
        bench.One.Stored = new StoredState(Role.Standby, new Epoch(3), new Epoch(4), []);
        bench.Two.Boot();
        bench.RunUntil(() => bench.Two.Serving, 60, "#2 Active");
        bench.One.Boot();
        bench.RunUntil(() => bench.One.Role == Role.Standby, 10, "#1 Standby");
        bench.Run(1.1);
        bench.Forget();
        return bench;
    }

    /// <summary>The surroundings have just changed: a stretch of two Actives begins anew.</summary>
    public void BeginStretch() => stretch = TimeSpan.Zero;

    /// <summary>Forgets decisions, events and the times measured so far.</summary>
    public void Forget()
    {
        foreach (var server in new[] { One, Two })
        {
            server.Decisions.Clear();
            server.Events.Clear();
            server.Effects.Clear();
            server.Ended.Clear();
        }

        BothServing = BothActive = NoneServing = TimeSpan.Zero;
    }

    private void Advance(TimeSpan to)
    {
        var passed = to - Now;
        BothServing += One.Serving && Two.Serving ? passed : TimeSpan.Zero;
        BothActive += One.Role == Role.Active && Two.Role == Role.Active && !One.Frozen && !Two.Frozen ? passed : TimeSpan.Zero;
        var connected = One is { CanSend: true, LinkPort: true } && Two is { CanSend: true, LinkPort: true } && (One.CanCall || Two.CanCall);
        stretch = connected && One.Role == Role.Active && Two.Role == Role.Active && !One.Frozen && !Two.Frozen ? stretch + passed : TimeSpan.Zero;
        LongestDualWhileConnected = stretch > LongestDualWhileConnected ? stretch : LongestDualWhileConnected;
        NoneServing += !One.Serving && !Two.Serving ? passed : TimeSpan.Zero;
        Now = to;
    }
}
