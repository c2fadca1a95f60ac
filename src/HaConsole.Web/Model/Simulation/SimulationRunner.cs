using HaConsole.Simulation;
using HaConsole.Simulation.Exploration;
using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;

namespace HaConsole.Web.Model.Simulation;

/// <summary>How a request for a simulation ended.</summary>
public enum SimulationEnd
{
    /// <summary>With a result.</summary>
    Done,

    /// <summary>It needs more steps or time than the console spends on one.</summary>
    TooLong,

    /// <summary>Too many others wait.</summary>
    Busy,

    /// <summary>Whoever asked for it does not want it any more.</summary>
    Cancelled,

    /// <summary>The simulated servers keep each other busy for ever.</summary>
    Broken,
}

/// <summary>What came of a run.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Sentence">Why there is no result, for people; empty when there is.</param>
/// <param name="Result">The result.</param>
public sealed record SimulationAnswer(SimulationEnd End, string Sentence, SimulationResult? Result);

/// <summary>What came of an exploration.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Tried">Schedules run.</param>
/// <param name="Failures">Those that broke an invariant, shrunk.</param>
public sealed record ExplorationAnswer(SimulationEnd End, int Tried, IReadOnlyList<ExplorationFailure> Failures);

/// <summary>
/// Runs simulations for the pages, one at a time on the thread pool and with bounded work, so that nobody's scenario can take the
/// processor from the engine that watches the real pair.
/// </summary>
public sealed class SimulationRunner(TimeProvider time) : IDisposable
{
    /// <summary>Most schedules of one exploration.</summary>
    public const int MostSchedules = 500;

    /// <summary>Failures after which an exploration has found enough.</summary>
    private const int MostFailures = 3;

    private const int MostWaiting = 8;
    private readonly SemaphoreSlim one = new(1, 1);
    private int waiting;

    /// <summary>Most steps of one run. Default 2,000,000.</summary>
    public long MostSteps { get; init; } = 2_000_000;

    /// <summary>Longest time that one request may take. Default 20 s.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Runs a scenario.</summary>
    public async Task<SimulationAnswer> RunAsync(Scenario scenario, CancellationToken cancellationToken)
    {
        SimulationResult? result = null;
        var (end, sentence) = await InTurnAsync(token => result = Simulator.Run(scenario, new SimulationLimits(MostSteps), token), cancellationToken).ConfigureAwait(false);
        return new SimulationAnswer(end, sentence, end == SimulationEnd.Done ? result : null);
    }

    /// <summary>Runs random schedules with the settings of a scenario; a violation is shrunk to the smallest scenario that still has it.</summary>
    /// <param name="pair">Settings, start, load balancer and witness.</param>
    /// <param name="count">Schedules, 1 … <see cref="MostSchedules"/>.</param>
    /// <param name="progress">Told of the schedules done, at most every 10.</param>
    /// <param name="cancellationToken">Ends it; what was found so far is returned.</param>
    public async Task<ExplorationAnswer> ExploreAsync(Scenario pair, int count, Action<int> progress, CancellationToken cancellationToken)
    {
        var failures = new List<ExplorationFailure>();
        var tried = 0;
        var (end, _) = await InTurnAsync(token =>
        {
            Scenario Next(long seed)
            {
                if (++tried % 10 == 0)
                {
                    progress(tried);
                }

                return ScenarioGenerator.Generate(seed, pair);
            }

            failures.AddRange(Explorer.Explore(Math.Clamp(count, 1, MostSchedules), pair.Seed, scenario => Violations(scenario, token), Next).Take(MostFailures));
        }, cancellationToken).ConfigureAwait(false);
        return new ExplorationAnswer(end, tried, failures);
    }

    /// <inheritdoc/>
    public void Dispose() => one.Dispose();

    private IReadOnlyList<Violation> Violations(Scenario scenario, CancellationToken cancellationToken)
    {
        try
        {
            return Simulator.Run(scenario, new SimulationLimits(MostSteps / 4), cancellationToken).Violations;
        }
        catch (SimulationTooLongException)
        {
            // A schedule that is too long says nothing.
            return [];
        }
        catch (SimulationException e)
        {
            return [new Violation("I2", TimeSpan.Zero, e.Message)];
        }
    }

    private async Task<(SimulationEnd End, string Sentence)> InTurnAsync(Action<CancellationToken> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return (SimulationEnd.Busy, $"{MostWaiting} simulations wait already");
        }

        try
        {
            await one.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                using var deadline = new CancellationTokenSource(Longest, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
                await Task.Run(() => work(either.Token), CancellationToken.None).ConfigureAwait(false);
                return (SimulationEnd.Done, "");
            }
            finally
            {
                one.Release();
            }
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested ? (SimulationEnd.Cancelled, "") : (SimulationEnd.TooLong, $"it takes longer than {Longest.TotalSeconds:0} s");
        }
        catch (SimulationTooLongException e)
        {
            return (SimulationEnd.TooLong, e.Message);
        }
        catch (SimulationException e)
        {
            return (SimulationEnd.Broken, e.Message);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
