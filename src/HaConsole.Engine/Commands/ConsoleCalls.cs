using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Status;

namespace HaConsole.Engine.Commands;

internal sealed record ServiceCall(string Service, ServiceCommand Command, string Owner);

internal sealed record CheckCall(string Check);

internal sealed record LogCall(string Name, long From, int Most);

/// <summary>Ports of the asking server that the other one is to try.</summary>
internal sealed record PortCall(string Address, int PeerPort, int HttpPort);

internal sealed record FileSetCall(string Set, FileSetCommand Command);

internal sealed record CallText(string? Text);

/// <summary>JSON of what a page of one server asks of the other server's engine.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServiceCall))]
[JsonSerializable(typeof(CheckCall))]
[JsonSerializable(typeof(LogCall))]
[JsonSerializable(typeof(PortCall))]
[JsonSerializable(typeof(FileSetCall))]
[JsonSerializable(typeof(IReadOnlyList<FileSetStatus>))]
[JsonSerializable(typeof(IReadOnlyList<AddressDefinition>))]
[JsonSerializable(typeof(IReadOnlyList<ConfigurationProblem>))]
[JsonSerializable(typeof(CallText))]
[JsonSerializable(typeof(CheckInfo))]
[JsonSerializable(typeof(EngineHistory))]
[JsonSerializable(typeof(ClockHistory))]
[JsonSerializable(typeof(LogPart))]
[JsonSerializable(typeof(IReadOnlyList<LogFile>))]
[JsonSerializable(typeof(IReadOnlyList<PortTest>))]
internal sealed partial class ConsoleJson : JsonSerializerContext;

/// <summary>Sends what a page asks to the other server's engine.</summary>
internal sealed class ConsoleCalls(IPeerLink? link)
{
    public const string Service = "/engine/service";
    public const string Check = "/engine/check";
    public const string History = "/engine/history";
    public const string Logs = "/engine/logs";
    public const string Log = "/engine/log";
    public const string Clock = "/engine/clock";
    public const string FileSets = "/engine/file-sets";
    public const string FileSet = "/engine/file-set";
    public const string Addresses = "/engine/addresses";
    public const string Ports = "/engine/ports";

    /// <summary>Null when the peer does not answer, or has nothing to say.</summary>
    public async Task<T?> AskAsync<T>(string path, string body, JsonTypeInfo<T> type, TimeSpan bound, CancellationToken cancellationToken)
        where T : class
    {
        if (link is null)
        {
            return null;
        }

        var answer = await link.ForwardAsync(new ForwardedRequest(body.Length == 0 ? "GET" : "POST", path, body, new Dictionary<string, string>()), bound, cancellationToken);
        try
        {
            return answer is { Status: 200 } ? JsonSerializer.Deserialize(answer.Body, type) : null;
        }
        catch (JsonException)
        {
            // A peer of another version: as if it could not be reached.
            return null;
        }
    }
}
