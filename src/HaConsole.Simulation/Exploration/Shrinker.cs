using HaConsole.Simulation.Scenarios;

namespace HaConsole.Simulation.Exploration;

/// <summary>Makes a failing scenario as small as it can while it still fails: fewer faults, shorter, rounder, simpler.</summary>
public static class Shrinker
{
    /// <summary>A scenario that fails and that no single simplification can make smaller (or the best found in <paramref name="budget"/> runs).</summary>
    /// <param name="scenario">A scenario that fails.</param>
    /// <param name="stillFails">Whether a candidate fails in the same way.</param>
    /// <param name="budget">Most candidates to try.</param>
    public static Scenario Shrink(Scenario scenario, Func<Scenario, bool> stillFails, int budget = 3000)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(stillFails);
        var best = scenario;
        bool improved;
        do
        {
            improved = false;
            foreach (var pass in Passes)
            {
                improved |= Exhaust(ref best, pass, stillFails, ref budget);
            }
        }
        while (improved && budget > 0);
        return best;
    }

    private static readonly Func<Scenario, IEnumerable<Scenario>>[] Passes = [WithFewerFaults, Shorter, Simpler, Rounder];

    private static bool Exhaust(ref Scenario best, Func<Scenario, IEnumerable<Scenario>> pass, Func<Scenario, bool> stillFails, ref int budget)
    {
        var improved = false;
        var again = true;
        while (again)
        {
            again = false;
            var present = ScenarioWriter.Write(best);
            foreach (var candidate in pass(best))
            {
                if (!Legal(candidate) || ScenarioWriter.Write(candidate) == present)
                {
                    continue;
                }

                if (budget-- <= 0)
                {
                    return improved;
                }

                if (stillFails(candidate))
                {
                    best = candidate;
                    improved = again = true;
                    break;
                }
            }
        }

        return improved;
    }

    /// <summary>Halves first, then smaller runs, then single faults.</summary>
    private static IEnumerable<Scenario> WithFewerFaults(Scenario scenario)
    {
        var count = scenario.Faults.Count;
        for (var size = count; size >= 1; size /= 2)
        {
            for (var from = 0; from + size <= count; from += size)
            {
                yield return scenario with { Faults = [.. scenario.Faults.Take(from), .. scenario.Faults.Skip(from + size)] };
            }
        }

        // Some faults only go together: a cut and the other one, a pause and its end.
        for (var a = 0; a < count; a++)
        {
            for (var b = a + 1; b < count; b++)
            {
                yield return scenario with { Faults = [.. scenario.Faults.Where((_, i) => i != a && i != b)] };
            }
        }
    }

    private static IEnumerable<Scenario> Shorter(Scenario scenario)
    {
        var last = scenario.Faults.Count == 0 ? TimeSpan.Zero : scenario.Faults.Max(f => f.At);
        foreach (var part in (double[])[0, 0.25, 0.5, 0.75, 0.9])
        {
            var duration = Whole(last + ((scenario.Duration - last) * part));
            if (duration < scenario.Duration && duration > TimeSpan.Zero)
            {
                yield return scenario with { Duration = duration };
            }
        }

        // The quiet time before the first fault.
        if (scenario.Faults.Count > 0 && scenario.Faults.Min(f => f.At) is { } first && first > TimeSpan.Zero)
        {
            foreach (var by in (TimeSpan[])[first, first / 2, scenario.Settings.HeartbeatInterval])
            {
                if (by <= first && by < scenario.Duration)
                {
                    yield return scenario with
                    {
                        Duration = scenario.Duration - by,
                        Faults = [.. scenario.Faults.Select(f => f with { At = f.At - by })],
                    };
                }
            }
        }
    }

    private static IEnumerable<Scenario> Simpler(Scenario scenario)
    {
        var s = scenario.Settings;
        yield return scenario with { Start = ScenarioStart.Server1Active };
        yield return scenario with { LoadBalancer = null };
        yield return scenario with { Witness = false };
        yield return scenario with { Seed = 1 };
        ScenarioSettings[] simpler =
        [
            s with { VipFirst = false },
            s with { TestVipDestination = false },
            s with { FirstServerAutoRestart = false },
            s with { SwitchOnApplicationError = false },
            s with { FastConfirmation = false },
            s with { Latency = TimeSpan.Zero },
            s with { ServiceStartDelay = TimeSpan.Zero },
            s with { ServiceStopDelay = TimeSpan.Zero },
            s with { FrameworkStartDelay = TimeSpan.Zero },
            s with { TickPhase1 = TimeSpan.Zero },
            s with { TickPhase2 = TimeSpan.Zero },
            s with { HeartbeatTimeout = Whole(s.HeartbeatInterval / 3) },
            s with { ServiceStartDelay = Whole(s.ServiceStartDelay) },
            s with { ServiceStopDelay = Whole(s.ServiceStopDelay) },
            s with { FrameworkStartDelay = Whole(s.FrameworkStartDelay) },
            s with { TickPhase1 = Whole(s.TickPhase1) },
            s with { TickPhase2 = Whole(s.TickPhase(2)) },
        ];
        foreach (var settings in simpler)
        {
            yield return scenario with { Settings = settings };
        }

        if (scenario.Settings.FailuresToSwitch > 1)
        {
            yield return scenario with { Settings = s with { FailuresToSwitch = s.FailuresToSwitch - 1 } };
        }
    }

    private static IEnumerable<Scenario> Rounder(Scenario scenario)
    {
        yield return scenario with { Duration = Whole(scenario.Duration) };
        yield return scenario with { Faults = [.. scenario.Faults.Select(f => f with { At = Whole(f.At) })] };
        for (var i = 0; i < scenario.Faults.Count; i++)
        {
            var fault = scenario.Faults[i];
            foreach (var at in (TimeSpan[])[Grid(fault.At, scenario.Settings.HeartbeatInterval), Whole(fault.At)])
            {
                yield return scenario with { Faults = [.. scenario.Faults.Take(i), fault with { At = at }, .. scenario.Faults.Skip(i + 1)] };
            }
        }
    }

    private static TimeSpan Whole(TimeSpan time) => TimeSpan.FromSeconds(Math.Floor(time.TotalSeconds));

    private static TimeSpan Grid(TimeSpan time, TimeSpan grid) => TimeSpan.FromTicks(time.Ticks / grid.Ticks * grid.Ticks);

    /// <summary>What the reader of a scenario file would accept.</summary>
    private static bool Legal(Scenario scenario)
    {
        var s = scenario.Settings;
        return scenario.Duration > TimeSpan.Zero
            && s.HeartbeatTimeout > TimeSpan.Zero && s.HeartbeatTimeout < s.HeartbeatInterval
            && 2 * s.Latency < s.HeartbeatTimeout
            && scenario.Faults.All(f => f.At <= scenario.Duration);
    }
}
