using System.Text.Json;
using HaConsole.Engine.Commands;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Replication;
using HaConsole.Failover;

namespace HaConsole.Engine;

/// <content>What this server does when the peer speaks.</content>
public sealed partial class HaEngine
{
    private sealed class PeerHandler(HaEngine engine) : IPeerLinkHandler
    {
        public ConfigurationDocument Configuration => engine.keeper.Current;

        public string Detail => engine.detail.Json;

        public long DetailVersion => engine.detail.Version;

        public Task<PeerReport> HeardAsync(PeerReport report, CancellationToken cancellationToken)
            => engine.loop.AskAsync((now, utc) => NodeInput.Heard(now, utc, report), cancellationToken);

        public void LinkEstablished() => engine.rounds.Exchange(engine.box.Settings);

        public void LinkLost() => engine.loop.Post(NodeInput.LinkLost);

        public Task<bool> OfferConfigurationAsync(ConfigurationDocument document, CancellationToken cancellationToken)
            => engine.keeper.OfferAsync(document, cancellationToken);

        public async Task<ForwardedResponse> ForwardedAsync(ForwardedRequest request, CancellationToken cancellationToken)
        {
            switch (request.Path)
            {
                case SwitchCommands.Path:
                    var wanted = JsonSerializer.Deserialize(request.Body, CommandJson.Default.SwitchRequest)!;
                    var outcome = await engine.switches.HereAsync(wanted, cancellationToken);
                    return Ok(JsonSerializer.Serialize(outcome, CommandJson.Default.SwitchOutcome));
                case ConfigurationForwarding.Path:
                    return Ok(await ConfigurationForwarding.HereAsync(engine.keeper, request.Body, engine.parts.Rank, engine.box.State.HighestEpoch, cancellationToken));
                default:
                    return (engine.conflictExchange.Answer(request) ?? await engine.AnswerPageAsync(request, cancellationToken)) is { } answer ? Ok(answer) : await engine.parts.Dispatch(request, cancellationToken);
            }
        }

        public Task ServeFilesAsync(Stream stream, CancellationToken cancellationToken) => engine.files.ServeAsync(stream, cancellationToken);

        public async Task<bool> IsWellAsync(bool needsApplicationOk, CancellationToken cancellationToken)
        {
            var seen = engine.box;
            if (seen.State.Local.Lan is not (LanState.Up or LanState.UpUnverified))
            {
                // Well, but for nobody: to the peer's probe that is as good as dead.
                return false;
            }

            var own = await engine.parts.Probe.ProbeAsync(engine.parts.Options.LocalAddress, engine.parts.Options.HttpPort, needsApplicationOk, false, seen.Settings.HeartbeatTimeout, cancellationToken);
            return own.Outcome == ProbeOutcome.Success;
        }

        public void LinkEvent(string kind, string sentence, Severity severity) => engine.Event(kind, sentence, severity);

        private static ForwardedResponse Ok(string body) => new(200, body, new Dictionary<string, string>());
    }
}
