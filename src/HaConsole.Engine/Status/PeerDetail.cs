using System.Text.Json;

namespace HaConsole.Engine.Status;

/// <summary>Reads what the peer tells of its services and checks, once for each text. A peer of another version may send anything.</summary>
internal sealed class PeerDetail
{
    private LastRead lastRead = new(null, null);

    /// <summary>Null when there is nothing that this version can read.</summary>
    public ServerStatus? Read(string? json)
    {
        var seen = Volatile.Read(ref lastRead);
        if (!ReferenceEquals(seen.Json, json))
        {
            seen = new LastRead(json, json is null ? null : Parse(json));
            Volatile.Write(ref lastRead, seen);
        }

        return seen.Status;
    }

    private static ServerStatus? Parse(string json)
    {
        try
        {
            var read = JsonSerializer.Deserialize(json, StatusJson.Default.ServerStatus);
            return read is null ? null : read with
            {
                SettingsHash = read.SettingsHash ?? "",
                Services = [.. (read.Services ?? []).Where(service => service is { Name: not null, State: not null })],
                Addresses = [.. read.Addresses.Where(address => address is { Name: not null, Address: not null, Interface: not null, State: not null })],
                Readiness = read.Readiness is { Missing: null } bareProof ? bareProof with { Missing = [] } : read.Readiness,
                View = read.View is { Counters: null } bare ? bare with { Counters = [] } : read.View,
                Checks = [.. (read.Checks ?? []).Where(check => check is { Name: not null, State: not null })],
            };
        }
        catch (JsonException)
        {
            // Not knowing the peer's services is no reason not to show the rest.
            return null;
        }
    }

    private sealed record LastRead(string? Json, ServerStatus? Status);
}
