using HaConsole.Simulation.Model;
using HaConsole.Simulation.Scenarios;

namespace HaConsole.Simulation.Exploration;

/// <summary>
/// Makes random scenarios, swarm-style: each uses only some kinds of faults, so that a rare combination is not drowned by the others.
/// After the faults all is healed, and the pair has the time to come to rest.
/// </summary>
public static class ScenarioGenerator
{
    private static readonly double[] Intervals = [0.1, 1, 5, 15, 30, 30, 60];

    /// <summary>Kinds that break something, each with the kind that mends it.</summary>
    private static readonly (FaultKind Breaks, FaultKind Mends)[] Kinds =
    [
        (FaultKind.Crash, FaultKind.Restart),
        (FaultKind.FrameworkDown, FaultKind.FrameworkUp),
        (FaultKind.ApplicationError, FaultKind.ApplicationOk),
        (FaultKind.Cut, FaultKind.Heal),
        (FaultKind.Isolate, FaultKind.Reconnect),
        (FaultKind.Freeze, FaultKind.Thaw),
        (FaultKind.Vip, FaultKind.Vip),
        (FaultKind.Switch, FaultKind.Switch),
        (FaultKind.Pause, FaultKind.Resume),
        (FaultKind.Loss, FaultKind.Loss),
        (FaultKind.WitnessDown, FaultKind.WitnessUp),
        (FaultKind.Restart, FaultKind.Restart),
        (FaultKind.Settings, FaultKind.Settings),
    ];

    /// <summary>The scenario of a seed.</summary>
    public static Scenario Generate(long seed)
    {
        var random = new SeededRandom(seed);
        var settings = Settings(random);
        var unit = settings.FailuresToSwitch * settings.HeartbeatInterval;
        var duration = Rounded(unit * (20 + random.Next(41)));
        var witness = random.Chance(0.5);
        if (witness)
        {
            settings = settings with { ServiceStopDelay = StoppedWithinTheVote(settings) };
        }

        var healed = Rounded(duration * 0.6);
        var faults = Faults(random, settings, healed, witness);
        faults.Sort((a, b) => a.At.CompareTo(b.At));
        Heal(faults, healed, witness);
        return new Scenario
        {
            Name = $"random schedule {seed}",
            Duration = duration,
            Seed = seed,
            Start = random.Chance(0.2) ? ScenarioStart.BothStarting : ScenarioStart.Server1Active,
            Settings = settings,
            LoadBalancer = settings.TestVipDestination && random.Chance(0.5) ? LoadBalancer(random, settings) : null,
            Witness = witness,
            Faults = faults,
        };
    }

    /// <summary>The schedule of a seed for a given pair: settings, start, load balancer and witness are kept, duration and faults are random.</summary>
    public static Scenario Generate(long seed, Scenario pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        var random = new SeededRandom(seed);
        var duration = Rounded(pair.Settings.FailuresToSwitch * pair.Settings.HeartbeatInterval * (20 + random.Next(41)));
        var healed = Rounded(duration * 0.6);
        var faults = Faults(random, pair.Settings, healed, pair.Witness);
        faults.Sort((a, b) => a.At.CompareTo(b.At));
        Heal(faults, healed, pair.Witness);
        return pair with { Name = $"random schedule {seed}", Duration = duration, Seed = seed, Faults = faults };
    }

    private static ScenarioSettings Settings(SeededRandom random)
    {
        var interval = TimeSpan.FromSeconds(random.Pick(Intervals));
        var timeout = Rounded(interval * (0.1 + (0.8 * random.NextDouble())));
        return new ScenarioSettings
        {
            HeartbeatInterval = interval,
            HeartbeatTimeout = timeout,
            FailuresToSwitch = 1 + random.Next(8),
            FirstServerAutoRestart = random.Chance(0.3),
            SwitchOnApplicationError = random.Chance(0.3),
            TestVipDestination = random.Chance(0.25),
            VipFirst = random.Chance(0.2),
            FastConfirmation = random.Chance(0.25),
            ServiceStartDelay = random.Chance(0.5) ? Rounded(interval * (3 * random.NextDouble())) : TimeSpan.Zero,
            ServiceStopDelay = random.Chance(0.4) ? Rounded(interval * (2 * random.NextDouble())) : TimeSpan.Zero,
            FrameworkStartDelay = random.Chance(0.3) ? Rounded(interval * (2 * random.NextDouble())) : TimeSpan.Zero,
            Latency = random.Chance(0.6) ? Rounded(timeout * (0.4 * random.NextDouble())) : TimeSpan.Zero,
            TickPhase1 = random.Chance(0.5) ? TimeSpan.Zero : Rounded(interval * random.NextDouble()),
            TickPhase2 = random.Chance(0.2) ? TimeSpan.Zero : Rounded(interval * random.NextDouble()),
        };
    }

    /// <summary>With a witness the services must stop between the last moment to renew the vote and its end; nobody can run a pair otherwise.</summary>
    private static TimeSpan StoppedWithinTheVote(ScenarioSettings settings)
    {
        var vote = new Scenario { Duration = TimeSpan.FromSeconds(1), Settings = settings, Witness = true }.ToFailoverSettings().VoteDuration;
        var most = (vote - settings.HeartbeatInterval - settings.HeartbeatTimeout) / 2;
        return settings.ServiceStopDelay <= most ? settings.ServiceStopDelay : TimeSpan.Zero;
    }

    private static LoadBalancerSettings LoadBalancer(SeededRandom random, ScenarioSettings settings) => new()
    {
        Check = (LoadBalancerCheck)random.Next(3),
        Interval = Rounded(settings.HeartbeatInterval * (0.5 + random.NextDouble())),
        Failures = 1 + random.Next(5),
        Prefer = 1 + random.Next(2),
    };

    private static List<Fault> Faults(SeededRandom random, ScenarioSettings settings, TimeSpan healed, bool witness)
    {
        var used = Kinds.Where(kind => random.Chance(0.35) && (witness || kind.Breaks != FaultKind.WitnessDown)).ToArray();
        var faults = new List<Fault>();
        if (used.Length == 0)
        {
            return faults;
        }

        var count = 1 + random.Next(14);
        for (var i = 0; i < count; i++)
        {
            var (breaks, mends) = random.Pick(used);
            var at = Rounded(healed * random.NextDouble());
            var server = 1 + random.Next(2);
            faults.Add(Make(random, breaks, at, server));

            // Around N·H is where rules race each other.
            var length = settings.HeartbeatInterval * (random.Chance(0.5)
                ? settings.FailuresToSwitch * (0.7 + (0.6 * random.NextDouble()))
                : 8 * settings.FailuresToSwitch * random.NextDouble() * random.NextDouble());
            var until = Rounded(at + length);
            if (until < healed && mends != breaks && random.Chance(0.85))
            {
                faults.Add(Make(random, mends, until, server));
            }
        }

        return faults;
    }

    private static Fault Make(SeededRandom random, FaultKind kind, TimeSpan at, int server) => kind switch
    {
        FaultKind.Cut or FaultKind.Heal => new Fault(at, kind) { From = server, To = 3 - server },
        FaultKind.Vip => new Fault(at, kind) { To = server },
        FaultKind.Switch => new Fault(at, kind) { To = server, Force = random.Chance(0.15) },
        FaultKind.Loss => new Fault(at, kind) { Percent = random.Chance(0.3) ? 0 : 1 + random.Next(60) },
        FaultKind.Pause or FaultKind.Resume or FaultKind.WitnessDown or FaultKind.WitnessUp => new Fault(at, kind),
        _ => new Fault(at, kind) { Server = server },
    };

    /// <summary>Mends everything that the faults have broken, in one instant.</summary>
    private static void Heal(List<Fault> faults, TimeSpan at, bool witness)
    {
        bool Used(FaultKind kind, int server) => faults.Exists(f => f.Kind == kind && (f.Server == server || f.From == server));
        for (var server = 1; server <= 2; server++)
        {
            foreach (var (breaks, mends) in Kinds)
            {
                if (breaks is FaultKind.FrameworkDown or FaultKind.ApplicationError or FaultKind.Isolate or FaultKind.Freeze && Used(breaks, server))
                {
                    faults.Add(new Fault(at, mends) { Server = server });
                }
            }

            if (Used(FaultKind.Cut, server))
            {
                faults.Add(new Fault(at, FaultKind.Heal) { From = server, To = 3 - server });
            }

            if (faults.FindLast(f => f.Kind is FaultKind.Crash or FaultKind.Restart && f.Server == server) is { Kind: FaultKind.Crash })
            {
                faults.Add(new Fault(at, FaultKind.Restart) { Server = server });
            }
        }

        if (faults.Exists(f => f.Kind == FaultKind.Loss))
        {
            faults.Add(new Fault(at, FaultKind.Loss) { Percent = 0 });
        }

        if (faults.Exists(f => f.Kind == FaultKind.Pause))
        {
            faults.Add(new Fault(at, FaultKind.Resume));
        }

        if (witness && faults.Exists(f => f.Kind == FaultKind.WitnessDown))
        {
            faults.Add(new Fault(at, FaultKind.WitnessUp));
        }
    }

    /// <summary>Milliseconds are fine enough, and readable in a file.</summary>
    private static TimeSpan Rounded(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Max(1, Math.Round(time.TotalMilliseconds)));
}
