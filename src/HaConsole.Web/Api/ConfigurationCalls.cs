using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using HaConsole.Engine.Configuration;
using HaConsole.Failover;
using HaConsole.Web.Licensing;
using HaConsole.Web.Model.Settings;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>
/// Calls that read and change the replicated configuration. A change names the revision it was made from (<c>If-Match</c>), so that
/// nobody overwrites what he has not seen. Members that a body leaves out keep their value.
/// </summary>
internal static class ConfigurationCalls
{
    // Members of the document that are neither shown nor changed with the rest of it.
    private static readonly string[] OwnCalls = ["access", "mutes"];

    // Services and checks are replaced as a whole, and what they leave out has its default: generated serializers would make it null.
    private static readonly JsonTypeInfo<PairConfiguration> Whole
        = (JsonTypeInfo<PairConfiguration>)new JsonSerializerOptions(ApiJson.Default.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() }.GetTypeInfo(typeof(PairConfiguration));

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
        return ApiExchange.WriteAsync(context, Shown(document.Content), ApiJson.Default.JsonObject);
    }

    public static Task HistoryAsync(HttpContext context, ApiServices services)
    {
        IReadOnlyList<RevisionInfo> history =
            [.. services.Engine.ConfigurationHistory.Select(d => new RevisionInfo(d.Revision.ToString(), d.Hash, d.SavedAt, d.SavedBy, Shown(d.Content)))];
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
        var body = await ReadObjectAsync(context).ConfigureAwait(false);
        if (OwnCalls.FirstOrDefault(member => body.Any(p => string.Equals(p.Key, member, StringComparison.OrdinalIgnoreCase))) is { } foreign)
        {
            throw ApiErrors.Of(StatusCodes.Status400BadRequest, $"{foreign}: has calls of its own and is no part of the configuration here");
        }

        var merged = Merge(Shown(document.Content), body);
        var wanted = ApiExchange.Parse(merged.ToJsonString(), Whole).KeepSecretsOf(document.Content) with { Access = document.Content.Access, Mutes = document.Content.Mutes };
        if (wanted.Format is < 1 or > PairConfiguration.CurrentFormat)
        {
            throw ApiErrors.Invalid([new ConfigurationProblem("Format", $"must be 1 to {PairConfiguration.CurrentFormat}; {wanted.Format} comes from another version")]);
        }

        await SaveAsync(context, services, wanted, expected).ConfigureAwait(false);
    }

    private static async Task SaveAsync(HttpContext context, ApiServices services, PairConfiguration wanted, Revision expected)
    {
        var before = services.Engine.Configuration;
        var changes = ConfigurationDifference.Between(before.Content, wanted);
        var line = changes.All(c => c.Section == nameof(PairConfiguration.HotStandby))
            ? SettingsCommandLine.Set(before.Content.HotStandby, wanted.HotStandby)
            : SettingsCommandLine.Import("FILE");
        var operation = new Operation("settings-save", "configuration", line, Right.Administer)
        {
            Before = string.Join(", ", changes.Select(c => $"{c.Section} {c.Item} {c.Field}={c.Before}")),
            After = string.Join(", ", changes.Select(c => $"{c.Section} {c.Item} {c.Field}={c.After}")),
        };
        var result = await GatedCalls.RunAsync(context, operation, () => ChangeAsync(context, services, wanted, expected), saved => $"Saved as revision {saved.Revision}.").ConfigureAwait(false);
        await ApiExchange.WriteAsync(context, result, ApiJson.Default.SavedResult).ConfigureAwait(false);
    }

    private static async Task<SavedResult> ChangeAsync(HttpContext context, ApiServices services, PairConfiguration wanted, Revision expected)
    {
        if (context.RequestServices.GetRequiredService<LicenceKeeper>().Problem(services.Engine.Configuration.Content, wanted) is { } unlicensed)
        {
            throw ApiErrors.Invalid([unlicensed]);
        }

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
        return new SavedResult(outcome.Document.Revision.ToString(), outcome.Document.Hash, outcome.OnPeer, warnings);
    }

    /// <summary>What is shown of a configuration: no users, no tokens.</summary>
    private static JsonObject Shown(PairConfiguration content)
    {
        var shown = JsonSerializer.SerializeToNode(content.WithoutSecrets(), ApiJson.Default.PairConfiguration)!.AsObject();
        foreach (var member in OwnCalls)
        {
            shown.Remove(member);
        }

        return shown;
    }

    private static string Tag(ConfigurationDocument document) => $"\"{document.Revision}\"";

    private static ApiProblemException Conflict(ConfigurationDocument document)
        => ApiErrors.Of(StatusCodes.Status412PreconditionFailed, $"the configuration has changed in the meantime; revision {document.Revision} of {document.SavedBy} is in force");

    /// <summary>The revision that a call says it has seen (<c>If-Match</c>).</summary>
    internal static Revision Expected(HttpContext context, ConfigurationDocument document)
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
            var node = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted).ConfigureAwait(false) as JsonObject
                ?? throw ApiErrors.Of(StatusCodes.Status400BadRequest, "the body must be a JSON object");
            return NullIn(node, "") is { } path ? throw ApiErrors.Of(StatusCodes.Status400BadRequest, $"{path}: null is no value; leave the member out to keep it") : node;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Members and texts are read when they are asked for: one that is there twice, or holds half a character, is none.
            throw ApiErrors.Of(StatusCodes.Status400BadRequest, $"not JSON: {e.Message}");
        }
        catch (JsonException e)
        {
            throw ApiErrors.Of(StatusCodes.Status400BadRequest, $"not JSON: {e.Message}");
        }
    }

    /// <summary>Path of the first null, or null; reads every text on its way.</summary>
    private static string? NullIn(JsonNode? node, string path) => node switch
    {
        null => path,
        JsonObject members => members.Select(member => NullIn(member.Value, path.Length == 0 ? member.Key : $"{path}.{member.Key}")).FirstOrDefault(found => found is not null),
        JsonArray items => items.Select((item, i) => NullIn(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"))).FirstOrDefault(found => found is not null),
        _ => node.GetValueKind() == JsonValueKind.String && node.GetValue<string>() is null ? path : null,
    };

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
