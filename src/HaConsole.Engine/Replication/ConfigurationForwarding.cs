using System.Text.Json;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Peering;
using HaConsole.Failover;

namespace HaConsole.Engine.Replication;

/// <summary>A change that the Active must make, wherever the operator sits (ANM: changes go to the Active alone).</summary>
/// <param name="Wanted">Wanted configuration.</param>
/// <param name="Expected">Revision that it was made from.</param>
/// <param name="Owner">Who.</param>
/// <param name="Over">Document of the sender that the change replaces knowingly, without its content; null when there is none.</param>
internal sealed record ForwardedChange(PairConfiguration Wanted, string Expected, string Owner, ConfigurationDocument? Over = null);

/// <summary>Sends a change of the configuration to the Active, and makes it there.</summary>
internal static class ConfigurationForwarding
{
    public const string Path = "/engine/configuration";

    /// <summary>Null when the peer cannot be reached.</summary>
    public static async Task<ConfigurationOutcome?> ForwardAsync(
        IPeerLink link, PairConfiguration wanted, Revision expected, string owner, CancellationToken cancellationToken, ConfigurationDocument? over = null)
    {
        var change = new ForwardedChange(wanted, expected.ToString(), owner, over is null ? null : over with { Content = new PairConfiguration() });
        var body = JsonSerializer.Serialize(change, ConfigurationJson.Options);
        var request = new ForwardedRequest("PUT", Path, body, new Dictionary<string, string>());
        var answer = await link.ForwardAsync(request, TimeSpan.FromSeconds(15), cancellationToken);
        try
        {
            return answer is { Status: 200 } ? JsonSerializer.Deserialize<ConfigurationOutcome>(answer.Body, ConfigurationJson.Options) : null;
        }
        catch (JsonException)
        {
            // A peer of another version: as if it could not be reached.
            return null;
        }
    }

    public static async Task<string> HereAsync(ConfigurationKeeper keeper, string body, Rank rank, Epoch epoch, CancellationToken cancellationToken)
    {
        var change = JsonSerializer.Deserialize<ForwardedChange>(body, ConfigurationJson.Options);
        if (change is not { Wanted: not null })
        {
            throw new JsonException("the change has no content");
        }

        // What is no revision is none in force: a conflict, which is the answer wanted.
        var expected = Revision.TryParse(change.Expected, out var parsed) ? parsed : new Revision(-1, -1, 0);
        var outcome = await keeper.ChangeAsync(change.Wanted, expected, change.Owner ?? "", rank, epoch, cancellationToken, change.Over is { Hash: not null } over ? over : null);
        return JsonSerializer.Serialize(outcome, ConfigurationJson.Options);
    }
}
