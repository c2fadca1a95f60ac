using HaConsole.Failover;
using HaConsole.Simulation.Checks;
using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;

namespace HaConsole.Simulation.Tests;

/// <summary>
/// A recorded sequence of facts about a world, told to the invariant checker: first a healthy pair with server 1 Active, then what the
/// test says. H = 30 s, T = 10 s, N = 5, all delays 0.
/// </summary>
internal sealed class Watch
{
    /// <summary>The shortest time: one tick of the clock.</summary>
    public const double Instant = 1e-7;

    private readonly List<Violation> found = [];
    private readonly InvariantChecker checker;
    private WorldFacts facts;
    private long now;

    public Watch(bool witness = false, Func<ScenarioSettings, ScenarioSettings>? settings = null)
    {
        var scenario = new Scenario { Duration = TimeSpan.FromHours(1), Witness = witness };
        checker = new InvariantChecker(settings is null ? scenario : scenario.With(settings), found.Add);
        var server = new ServerFacts
        {
            Exists = true,
            MonitorWell = true,
            HighestEpoch = new Epoch(1),
            Configuration = new Revision(1, 4, 1),
            ConfigurationHash = 7,
            Controls = new Revision(1, 2, 1),
        };
        facts = new WorldFacts
        {
            One = server with { Role = Role.Active, AnswersActive = true, Services = ServicesState.Running },
            Two = server with { Role = Role.Standby, Services = ServicesState.Stopped, ToldToStop = true },
        };
        checker.Begin();
    }

    /// <summary>All that was reported so far, as <c>I1 at 190: sentence</c>.</summary>
    public IEnumerable<string> Reported => found.Select(v => FormattableString.Invariant($"{v.Invariant} at {v.At.TotalSeconds}: {v.Sentence}"));

    /// <summary>Server 1 is other than before.</summary>
    public Watch One(Func<ServerFacts, ServerFacts> change) => World(w => w with { One = change(w.One) });

    /// <summary>Server 2 is other than before.</summary>
    public Watch Two(Func<ServerFacts, ServerFacts> change) => World(w => w with { Two = change(w.Two) });

    /// <summary>Both are other than before.</summary>
    public Watch Both(Func<ServerFacts, ServerFacts> change) => One(change).Two(change);

    /// <summary>Something is other than before.</summary>
    public Watch World(Func<WorldFacts, WorldFacts> change)
    {
        facts = change(facts);
        checker.Changed();
        return this;
    }

    /// <summary>A fault of the scenario.</summary>
    public Watch Fault()
    {
        checker.FaultHappens();
        return this;
    }

    /// <summary>An operator forces a failover.</summary>
    public Watch Forced()
    {
        checker.Forced();
        return this;
    }

    /// <summary>Nothing changes for a while.</summary>
    public Watch Lasts(double seconds)
    {
        if (checker.Stale)
        {
            checker.See(now, facts);
        }

        var from = now;
        now += (long)Math.Round(seconds * TimeSpan.TicksPerSecond);
        checker.Lasted(from, now);
        return this;
    }

    /// <summary>Server 2's probes fail that many times.</summary>
    public Watch ProbesFail(int times)
    {
        for (var i = 0; i < times; i++)
        {
            checker.Probed(2, ProbeOutcome.NoAnswer);
        }

        return this;
    }

    /// <summary>A probe of server 2 succeeds.</summary>
    public Watch ProbeSucceeds()
    {
        checker.Probed(2, ProbeOutcome.Success);
        return this;
    }

    /// <summary>The process of server 2 starts.</summary>
    public Watch Starts()
    {
        checker.ProcessStarts(2);
        return this;
    }

    /// <summary>A server takes a role by a row.</summary>
    public Watch Becomes(int server, Role role, int row, int vip = 1)
    {
        checker.RoleChanged(new RoleChange(TimeSpan.FromTicks(now), server, role, row, "because."), vip);
        return this;
    }

    /// <summary>A server becomes Active in an epoch.</summary>
    public Watch Activated(int server, int epoch)
    {
        checker.Activated(now, server, new Epoch(epoch));
        return this;
    }

    /// <summary>The scenario ends.</summary>
    public Watch Ends(Revision? saved = null, Revision? controls = null)
    {
        checker.See(now, facts);
        checker.End(now, saved ?? default, controls ?? default);
        return this;
    }

    /// <summary>Exactly this was reported.</summary>
    public void Reports(params string[] expected) => Assert.Equal(expected, Reported);

    /// <summary>Nothing was reported.</summary>
    public void IsSilent() => Assert.Empty(Reported);
}
