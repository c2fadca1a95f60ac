using System.Text.Json;
using System.Text.Json.Serialization;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Peering;
using HaConsole.Failover;

namespace HaConsole.Engine.Commands;

/// <summary>What is asked of the server that must carry a switch out.</summary>
internal sealed record SwitchRequest(int To, bool DryRun, bool Force, string Owner, string Reason);

/// <summary>JSON of what one engine asks the other to do for an operator.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SwitchRequest))]
[JsonSerializable(typeof(SwitchOutcome))]
internal sealed partial class CommandJson : JsonSerializerContext;

/// <summary>
/// The operator's switchover (guide 6.1.3) and the forced failover: finds the server that must carry it out, has it done there, and
/// tells step by step what came of it.
/// </summary>
internal sealed class SwitchCommands(EngineLoop loop, EngineClock clock, PendingCommands pending, IPeerLink? link)
{
    public const string Path = "/engine/switch";

    public required Func<NodeStateBox> State { get; init; }

    /// <summary>Carries it out here when it is for this server to do, else has the peer do it.</summary>
    public async Task<SwitchOutcome> SwitchAsync(SwitchRequest request, CancellationToken cancellationToken)
    {
        if (request.To is not (1 or 2))
        {
            return NoSuchServer(request);
        }

        var box = State();
        var target = (Rank)request.To;
        var peerRole = FailoverMachine.PeerRoleOf(box.State, box.Settings, clock.Now);
        var forPeer = request.Force ? target != box.State.Rank : peerRole == Role.Active && box.State.Role != Role.Active;
        if (forPeer && link is not null)
        {
            var outcome = await ForwardAsync(request, box, cancellationToken);
            if (outcome is not null)
            {
                return outcome;
            }

            if (request.Force)
            {
                return Refused($"Server #{request.To} does not answer on the peer link: force it on that server itself.", "peer-unreachable");
            }
        }

        return await HereAsync(request, cancellationToken);
    }

    /// <summary>Carries it out on this server.</summary>
    public async Task<SwitchOutcome> HereAsync(SwitchRequest request, CancellationToken cancellationToken)
    {
        if (request.To is not (1 or 2))
        {
            return NoSuchServer(request);
        }

        var box = State();
        var target = (Rank)request.To;
        var checks = FailoverMachine.CheckSwitchover(box.State, box.Settings, target, clock.Now, clock.Utc);
        if (request.DryRun)
        {
            var passes = request.Force || checks.All(check => check.Passed);
            return new SwitchOutcome(passes, !passes, passes ? $"A switch to server #{request.To} would succeed." : Sentence(checks), checks, passes ? Plan(target, box.State) : []);
        }

        var (id, ended) = pending.Next();
        var command = new NodeCommand(request.Force ? CommandKind.ForcedFailover : CommandKind.Switchover)
        {
            Id = id,
            Target = target,
            Owner = request.Owner,
            Reason = request.Reason,
        };
        loop.Order((now, utc) => pending.IsAwaited(id) ? NodeInput.Command(now, utc, command) : NodeInput.Wake(now, utc));
        try
        {
            var bound = box.Settings.LongestStop + (3 * box.Settings.HeartbeatTimeout) + TimeSpan.FromSeconds(10);
            var end = await ended.WaitAsync(bound, clock.Time, cancellationToken);
            var refused = !end.Succeeded && end.Checks.Any(check => !check.Passed);
            return new SwitchOutcome(end.Succeeded, refused || (!end.Succeeded && end.Step == "pre-checks"), end.Sentence, end.Checks.Count > 0 ? end.Checks : checks, Steps(end, box.State));
        }
        catch (TimeoutException)
        {
            return new SwitchOutcome(false, false, "The switch did not end in time; see the events of both servers.", checks, []);
        }
        finally
        {
            pending.Forget(id);
        }
    }

    private async Task<SwitchOutcome?> ForwardAsync(SwitchRequest request, NodeStateBox box, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.Serialize(request, CommandJson.Default.SwitchRequest);
        var peerStop = box.State.Peer?.LongestStop ?? TimeSpan.Zero;
        var bound = peerStop + box.Settings.LongestStop + (4 * box.Settings.HeartbeatTimeout) + TimeSpan.FromSeconds(12);
        var answer = await link!.ForwardAsync(new ForwardedRequest("POST", Path, body, new Dictionary<string, string>()), bound, cancellationToken);
        try
        {
            return answer is { Status: 200 } ? JsonSerializer.Deserialize(answer.Body, CommandJson.Default.SwitchOutcome) : null;
        }
        catch (JsonException)
        {
            // A peer of another version: as if it could not be reached.
            return null;
        }
    }

    private static SwitchOutcome NoSuchServer(SwitchRequest request)
        => Refused($"There is no server #{request.To}: legal are 1 and 2.", "no-such-server");

    private static SwitchOutcome Refused(string sentence, string code)
        => new(false, true, sentence, [new SwitchoverCheck(code, sentence, false)], []);

    private static string Sentence(IReadOnlyList<SwitchoverCheck> checks)
        => string.Join(' ', checks.Where(check => !check.Passed).Select(check => check.Sentence));

    /// <summary>The six requests of the guide (6.3), as a planned switch carries them out.</summary>
    private static List<SwitchStep> Plan(Rank target, in NodeState state)
    {
        var from = target.Other().Number();
        var handOver = state.Role == Role.Active;
        var steps = new List<SwitchStep>();
        if (handOver)
        {
            steps.Add(new SwitchStep("drain", true, $"Server #{from} answers STANDBY to the load balancer."));
            steps.Add(new SwitchStep("stop-services", true, $"Server #{from} stops its managed services and confirms it."));
        }

        steps.Add(new SwitchStep("peer-active", true, $"Server #{target.Number()} raises the epoch, stores it and becomes Active."));
        steps.Add(new SwitchStep("start-services", true, $"Server #{target.Number()} starts its managed services."));
        return steps;
    }

    private static List<SwitchStep> Steps(NodeEffect.CommandEnded end, in NodeState before)
    {
        if (end.Step == "pre-checks")
        {
            return [];
        }

        var steps = new List<SwitchStep>();
        if (before.Role == Role.Active)
        {
            steps.Add(new SwitchStep("drain", true, "The load balancer was answered STANDBY."));
            if (end.Step != "stop-services")
            {
                steps.Add(new SwitchStep("stop-services", true, "The managed services were stopped."));
            }
        }

        steps.Add(new SwitchStep(end.Step, end.Succeeded, end.Sentence));
        return steps;
    }
}
