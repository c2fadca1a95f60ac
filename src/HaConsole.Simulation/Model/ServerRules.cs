using HaConsole.Failover;

namespace HaConsole.Simulation.Model;

/// <summary>
/// The rules that the servers of a world follow: the real decision core and an obedient shell. Tests break them on purpose, one at a
/// time, to prove that the invariants notice.
/// </summary>
internal class ServerRules
{
    /// <summary>Those of the product.</summary>
    public static ServerRules Real { get; } = new();

    /// <summary>One decision.</summary>
    public virtual StepResult Step(in NodeState state, in NodeInput input, FailoverSettings settings) => FailoverMachine.Step(in state, in input, settings);

    /// <summary>What the server tells its peer.</summary>
    public virtual PeerReport Report(in NodeState state, FailoverSettings settings, TimeSpan now, PeerReport? previous)
        => FailoverMachine.Report(in state, settings, now, previous);

    /// <summary>Whether <c>mod=FT</c> answers ACTIVE.</summary>
    public virtual bool AnswersActive(in NodeState state) => state.AnswersActive;

    /// <summary>Whether the shell carries an effect out.</summary>
    public virtual bool CarriesOut(NodeEffect effect) => true;
}
