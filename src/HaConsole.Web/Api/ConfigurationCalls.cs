using System.Text.Json;
using System.Text.Json.Nodes;
using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Web.Api;

/// <summary>
/// Calls that read and change the replicated configuration. A change names the revision it was made from (<c>If-Match</c>), so that
/// nobody overwrites what he has not seen. Members that a body leaves out keep their value.
/// </summary>
internal static class ConfigurationCalls
{
    public static Task GetHotStandbyAsync(HttpContext context, ApiServices services)
    {
        var document = services.Engine.Configuration;
        context.Response.Headers.ETag = Tag(document);
        return ApiExchange.WriteAsync(context, document.Content.HotStandby, ApiJson.Default.HotStandbyParameters);
    }

    public static Task GetAsync(HttpContext context, ApiServices services)
    {
        var document = services.Engine.Configuration;
        context.Response.Headers.ETag = Tag(document);
        return ApiExchange.WriteAsync(context, document.Content, ApiJson.Default.PairConfiguration);
    }

    public static Task HistoryAsync(HttpContext context, ApiServices services)
    {
        IReadOnlyList<RevisionInfo> history =
            [.. services.Engine.ConfigurationHistory.Select(d => new RevisionInfo(d.Revision.ToString(), d.Hash, d.SavedAt, d.SavedBy, d.Content))];
        return ApiExchange.WriteAsync(context, history, ApiJson.Default.IReadOnlyListRevisionInfo);
    }

    public static async Task PutHotStandbyAsync(HttpContext context, ApiServices services)
    {
        var document = services.Engine.Configuration;
        var expected = Expected(context, document);
        var present = JsonSerializer.SerializeToNode(document.Content.HotStandby, ApiJson.Default.HotStandbyParameters)!.AsObject();
        var merged = Merge(present, await ReadObjectAsync(context).ConfigureAwait(false));
        var wanted = document.Content with { HotStandby = ApiExchange.Parse(merged.ToJsonString(), ApiJson.Default.HotStandbyParameters) };
        await SaveAsync(context, services, wanted, expected).ConfigureAwait(false);
    }

    public static async Task PutAsync(HttpContext context, ApiServices services)
    {
        var document = services.Engine.Configuration;
        var expected = Expected(context, document);
        var present = JsonSerializer.SerializeToNode(document.Content, ApiJson.Default.PairConfiguration)!.AsObject();
        var merged = Merge(present, await ReadObjectAsync(context).ConfigureAwait(false));
        var wanted = ApiExchange.Parse(merged.ToJsonString(), ApiJson.Default.PairConfiguration);
        if (wanted.Format is < 1 or > PairConfiguration.CurrentFormat)
        {
            throw ApiErrors.Invalid([new ConfigurationProblem("Format", $"must be 1 to {PairConfiguration.CurrentFormat}; {wanted.Format} comes from another version")]);
        }

        await SaveAsync(context, services, wanted, expected).ConfigureAwait(false);
    }

    private static async Task SaveAsync(HttpContext context, ApiServices services, PairConfiguration wanted, Revision expected)
    {
        // Once begun a change is saved on both or on none, whether or not its caller waits.
        var outcome = await services.Engine.ChangeConfigurationAsync(wanted, expected, ApiExchange.Owner(context), CancellationToken.None).ConfigureAwait(false);
        context.Response.Headers.ETag = Tag(outcome.Document);
        if (outcome.Conflict)
        {
            throw Conflict(outcome.Document);
        }

        if (!outcome.Saved)
        {
            throw ApiErrors.Invalid(outcome.Problems);
        }

        var warnings = ApiErrors.ByKey(outcome.Problems.Where(p => p.IsWarning));
        var result = new SavedResult(outcome.Document.Revision.ToString(), outcome.Document.Hash, outcome.OnPeer, warnings);
        await ApiExchange.WriteAsync(context, result, ApiJson.Default.SavedResult).ConfigureAwait(false);
    }

    private static string Tag(ConfigurationDocument document) => $"\"{document.Revision}\"";

    private static ApiProblemException Conflict(ConfigurationDocument document)
        => ApiErrors.Of(StatusCodes.Status412PreconditionFailed, $"the configuration has changed in the meantime; revision {document.Revision} of {document.SavedBy} is in force");

    private static Revision Expected(HttpContext context, ConfigurationDocument document)
    {
        var header = context.Request.Headers.IfMatch.ToString().Trim();
        if (header.Length == 0)
        {
            throw ApiErrors.Of(StatusCodes.Status428PreconditionRequired, $"If-Match is missing; the revision in force is {Tag(document)}");
        }

        if (header == "*")
        {
            return document.Revision;
        }

        return Revision.TryParse(header.Trim('"'), out var revision)
            ? revision
            : throw ApiErrors.Of(StatusCodes.Status400BadRequest, "If-Match must be a revision in quotes, for example \"7.12.1\"");
    }

    private static async Task<JsonObject> ReadObjectAsync(HttpContext context)
    {
        try
        {
            var node = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted).ConfigureAwait(false);
            return node as JsonObject ?? throw ApiErrors.Of(StatusCodes.Status400BadRequest, "the body must be a JSON object");
        }
        catch (JsonException e)
        {
            throw ApiErrors.Of(StatusCodes.Status400BadRequest, $"not JSON: {e.Message}");
        }
    }

    /// <summary>Objects are merged member by member; anything else, lists too, is replaced.</summary>
    private static JsonObject Merge(JsonObject present, JsonObject wanted)
    {
        foreach (var (name, value) in wanted)
        {
            present[name] = value is JsonObject inner && present[name] is JsonObject outer ? Merge(outer, inner) : value?.DeepClone();
        }

        return present;
    }
}
