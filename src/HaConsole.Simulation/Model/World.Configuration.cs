using HaConsole.Failover;

namespace HaConsole.Simulation.Model;

/// <summary>The replicated configuration: saved by the Active, pulled by whoever hears of a higher revision.</summary>
internal sealed partial class World
{
    private long documents;

    /// <summary>Newest configuration that an operator was told is saved.</summary>
    private Revision savedConfiguration;

    /// <summary>The parameters stay as they are: what matters here is which document is in force, and that a change resets the counters.</summary>
    private void SaveConfiguration(Server server)
    {
        var peer = Other(server);
        var saves = !server.CountsAsActive && peer.CountsAsActive && Reaches(server, peer) ? peer : server;
        if (!server.Runs || !saves.Runs)
        {
            recorder.Note(this, $"The change is refused: server {server.Number} does not run");
            return;
        }

        var revision = saves.Settings.Revision.NextBy(saves.Rank, saves.State.HighestEpoch);
        saves.Settings = saves.Settings with { Revision = revision, ConfigurationHash = settings.ConfigurationHash + ++documents };
        savedConfiguration = revision > savedConfiguration ? revision : savedConfiguration;
        recorder.Note(this, $"Server {saves.Number}: configuration {revision} is saved");
        Step(saves, NodeInput.Wake(Now, Utc));
    }

    /// <summary>The higher revision wins as a whole.</summary>
    private void PullConfiguration(Server server)
    {
        var peer = Other(server);
        if (!peer.Runs || !Reaches(server, peer) || peer.Settings.Revision <= server.Settings.Revision)
        {
            return;
        }

        recorder.Note(this, $"Server {server.Number}: configuration {peer.Settings.Revision} of server {peer.Number} replaces {server.Settings.Revision}");
        server.Settings = peer.Settings;

        // Other parameters reset the counters: what must come true within a time begins again.
        checker.FaultHappens();
        Step(server, NodeInput.Wake(Now, Utc));
    }
}
