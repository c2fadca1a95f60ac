using System.Text.Json;
using System.Text.Json.Serialization;
using HaConsole.Engine.Commands;
using HaConsole.Engine.Peering;

namespace HaConsole.Engine.Replication;

/// <summary>Names of conflict records.</summary>
internal sealed record ConflictNames(IReadOnlyList<string> Names);

/// <summary>JSON of what is asked about conflicts.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ConflictNames))]
[JsonSerializable(typeof(CallText))]
internal sealed partial class ConflictJson : JsonSerializerContext;

/// <summary>Brings the conflict records of the other server here, and what was done with them there.</summary>
internal sealed class ConflictExchange(ConflictStore store, IPeerLink? link)
{
    public const string Names = "/engine/conflicts";
    public const string Record = "/engine/conflict";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private readonly ConsoleCalls calls = new(link);

    /// <summary>Fetches all records of the other server; those that are new here.</summary>
    public async Task<IReadOnlyList<ConflictRecord>> FetchAsync(CancellationToken cancellationToken)
    {
        var found = new List<ConflictRecord>();
        var names = await calls.AskAsync(Names, "", ConflictJson.Default.ConflictNames, Bound, cancellationToken);
        foreach (var name in names?.Names ?? [])
        {
            var body = JsonSerializer.Serialize(new CallText(name), ConflictJson.Default.CallText);
            var answer = await calls.AskAsync(Record, body, ConflictJson.Default.CallText, Bound, cancellationToken);
            if (answer?.Text is { } text && ConflictStore.Parse(text) is { } record && store.Keep(record with { Reported = false }))
            {
                found.Add(record);
            }
        }

        return found;
    }

    /// <summary>Answers the other server; null when it asks for something else.</summary>
    public string? Answer(ForwardedRequest request) => request.Path switch
    {
        Names => JsonSerializer.Serialize(new ConflictNames([.. store.All.Select(r => r.Id)]), ConflictJson.Default.ConflictNames),
        Record => JsonSerializer.Serialize(new CallText(Find(request.Body)), ConflictJson.Default.CallText),
        _ => null,
    };

    private string? Find(string body)
        => JsonSerializer.Deserialize(body, ConflictJson.Default.CallText)?.Text is { } id && store.Find(id) is { } record ? ConflictStore.Text(record) : null;
}
