using HaConsole.Failover;
using HaConsole.Simulation.Model;

namespace HaConsole.Simulation.Tests;

/// <summary>
/// Servers that break one rule each. They do so from outside of the decision core: other facts go in, other settings are in force, other
/// words and effects come out.
/// </summary>
internal static class BrokenRules
{
    /// <summary>One broken rule.</summary>
    /// <param name="Breaks">Invariant that suffers.</param>
    /// <param name="Make">Makes it anew for each run.</param>
    public sealed record Broken(string Breaks, Func<ServerRules> Make);

    /// <summary>All by name.</summary>
    public static IReadOnlyDictionary<string, Broken> All { get; } = new Dictionary<string, Broken>
    {
        ["never hears a step-down request"] = new("I1", () => new OtherReports((_, report) => report with { StepDown = Epoch.None })),
        ["never hears that the peer is Active too"] = new("I1", () => new OtherReports((state, report) => state.Role == Role.Active && report.Role == Role.Active ? report with { Role = Role.Unknown } : report)),
        ["never hears that the peer is Standby too"] = new("I2", () => new OtherReports((state, report) => state.Role == Role.Standby && report.Role == Role.Standby ? report with { Role = Role.Unknown } : report)),
        ["never hears an offer of the role"] = new("I2", () => new OtherReports((_, report) => report with { Offer = OfferReason.None })),
        ["takes an Active peer for a Standby"] = new("I1", () => new OtherReports((_, report) => report.Role == Role.Active ? report with { Role = Role.Standby } : report)),
        ["does not learn epochs"] = new("I4", () => new OtherReports((_, report) => report with { HighestEpoch = Epoch.None, Epoch = Epoch.None })),
        ["does not learn pause and holds"] = new("I4", () => new OtherReports((_, report) => report with { Controls = PairControls.None })),
        ["ignores the loss of the LAN"] = new("I1", () => new IgnoresLanLoss()),
        ["ignores failed probes"] = new("I2", () => new IgnoresFailedProbes()),
        ["acts at N - 1"] = new("I3", () => new OtherSettings(settings => settings with { FailuresToSwitch = Math.Max(1, settings.FailuresToSwitch - 1) })),
        ["acts at N + 2"] = new("I1", () => new OtherSettings(settings => settings with { FailuresToSwitch = settings.FailuresToSwitch + 2 })),
        ["activates without the vote"] = new("I1", () => new OtherSettings(settings => settings with { Witness = false })),
        ["fails back although the option is off"] = new("I3", () => new OtherSettings(settings => settings with { FirstServerAutoRestart = true })),
        ["believes that leases live for ever"] = new("I1", () => new BelievesInLeases()),
        ["promises its vote while Active"] = new("I1", () => new PromisesWhileActive()),
        ["answers ACTIVE while it yields"] = new("I6", () => new AnswersActiveWhileYielding()),
        ["does not store epochs"] = new("I4", () => new Without(effect => effect is NodeEffect.PersistState)),
        ["does not store pause and holds"] = new("I5", () => new Without(effect => effect is NodeEffect.PersistControls)),
        ["leaves the services running"] = new("I1", () => new Without(effect => effect is NodeEffect.SwitchLocal { Component: Component.Services, Role: not Role.Active })),
        ["never pulls the configuration"] = new("I4", () => new Without(effect => effect is NodeEffect.PullConfiguration)),
        ["never starts the services"] = new("I2", () => new Without(effect => effect is NodeEffect.StartServices)),
        ["never asks the witness"] = new("I2", () => new Without(effect => effect is NodeEffect.RequestLease)),
    };

    private static NodeInput WithReport(in NodeInput input, PeerReport report) => input.Kind == InputKind.Heard
        ? NodeInput.Heard(input.Now, input.Utc, report)
        : NodeInput.ExchangeAnswered(input.Now, input.Utc, report, input.StartedAt);

    private sealed class OtherReports(Func<NodeState, PeerReport, PeerReport> change) : ServerRules
    {
        public override StepResult Step(in NodeState state, in NodeInput input, FailoverSettings settings)
            => input.Report is { } report ? base.Step(state, WithReport(input, change(state, report)), settings) : base.Step(state, input, settings);
    }

    private sealed class IgnoresLanLoss : ServerRules
    {
        public override StepResult Step(in NodeState state, in NodeInput input, FailoverSettings settings)
            => input.Kind == InputKind.Local
                ? base.Step(state, NodeInput.Local(input.Now, input.Utc, input.LocalFacts with { Lan = LanState.Up }), settings)
                : base.Step(state, input, settings);
    }

    private sealed class IgnoresFailedProbes : ServerRules
    {
        public override StepResult Step(in NodeState state, in NodeInput input, FailoverSettings settings)
            => input.Kind == InputKind.Probe
                ? base.Step(state, NodeInput.Probe(input.Now, input.Utc, input.ProbeFact with { Outcome = ProbeOutcome.Success }), settings)
                : base.Step(state, input, settings);
    }

    private sealed class OtherSettings(Func<FailoverSettings, FailoverSettings> change) : ServerRules
    {
        private readonly Dictionary<FailoverSettings, FailoverSettings> changed = [];

        public override StepResult Step(in NodeState state, in NodeInput input, FailoverSettings settings)
        {
            if (!changed.TryGetValue(settings, out var other))
            {
                changed[settings] = other = change(settings);
            }

            return base.Step(state, input, other);
        }
    }

    private sealed class BelievesInLeases : ServerRules
    {
        public override StepResult Step(in NodeState state, in NodeInput input, FailoverSettings settings)
            => input.Kind == InputKind.LeaseGranted
                ? base.Step(state, NodeInput.LeaseGranted(input.Now, input.Utc, input.StartedAt, 1000 * input.LeaseDuration), settings)
                : base.Step(state, input, settings);
    }

    private sealed class PromisesWhileActive : ServerRules
    {
        public override PeerReport Report(in NodeState state, FailoverSettings settings, TimeSpan now, PeerReport? previous)
        {
            var report = base.Report(state, settings, now, previous);
            return state is { Role: Role.Active, Peer.VoteWanted: true } ? report with { Promise = settings.VoteDuration } : report;
        }
    }

    private sealed class AnswersActiveWhileYielding : ServerRules
    {
        public override bool AnswersActive(in NodeState state) => state.Role == Role.Yielding || base.AnswersActive(state);
    }

    private sealed class Without(Func<NodeEffect, bool> forgotten) : ServerRules
    {
        public override bool CarriesOut(NodeEffect effect) => !forgotten(effect);
    }
}
