using HaConsole.Simulation.Checks;

namespace HaConsole.Simulation.Model;

/// <summary>What the invariants are told of this world.</summary>
internal sealed partial class World
{
    private WorldFacts Facts() => new()
    {
        One = FactsOf(one),
        Two = FactsOf(two),
        Lossy = Loss > 0,
        WitnessDown = Witness.Down,
        Paused = InPause(one) || InPause(two),
    };

    private static bool InPause(Server server) => server.Exists && server.State.Controls?.Pause is not null;

    private ServerFacts FactsOf(Server server) => new()
    {
        Exists = server.Exists,
        Frozen = server.Frozen,
        Role = server.State.Role,
        AnswersActive = server.Exists && rules.AnswersActive(in server.State),
        VoteOverridden = server.State.VoteOverridden,
        Services = server.Services.State,
        ToldToStop = server.Services.ToldToStop,
        MonitorWell = server.MonitorWell,
        Isolated = server.Isolated,
        CutOff = server.CutOff,
        HighestEpoch = server.State.HighestEpoch,
        Configuration = server.Settings.Revision,
        ConfigurationHash = server.Settings.ConfigurationHash,
        Controls = server.State.Controls?.Revision ?? default,
    };
}
