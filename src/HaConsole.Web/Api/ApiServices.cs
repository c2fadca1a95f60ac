using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HaConsole.Engine;
using HaConsole.Web.Authentication;
using HaConsole.Web.Hosting;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>What the endpoints work with.</summary>
/// <param name="Run">The engine and its surroundings.</param>
/// <param name="Time">Clock.</param>
/// <param name="Stop">Ends this server.</param>
public sealed record ApiServices(IEngineRun Run, TimeProvider Time, StopRequest Stop)
{
    /// <summary>The engine.</summary>
    public IHaEngine Engine => Run.Engine;
}

/// <summary>Reads requests and writes answers.</summary>
public static class ApiExchange
{
    /// <summary>Header in which the command line says who types.</summary>
    public const string OwnerHeader = "X-HaConsole-User";

    /// <summary>Who gives a command: only the control socket's word is taken.</summary>
    public static string Owner(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!ControlConnection.Carries(context))
        {
            return context.User.Identity?.Name ?? "";
        }

        var name = context.Request.Headers[OwnerHeader].ToString();
        return name.Length is > 0 and <= 64 ? name : "local";
    }

    /// <summary>Who makes a call, and what he may do.</summary>
    public static Actor Actor(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var actor = CurrentActor.Of(context.User, context.RequestServices.GetRequiredService<SessionRegistry>());
        return actor.Origin == Origin.Console ? actor with { Origin = Origin.Api } : actor;
    }

    /// <summary>The body. Nothing at all stands for an object without members; what is not JSON, or not known, is a 400 that names it.</summary>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var reader = new StreamReader(context.Request.Body);
        var text = await reader.ReadToEndAsync(context.RequestAborted).ConfigureAwait(false);
        return Parse(string.IsNullOrWhiteSpace(text) ? "{}" : text, type);
    }

    /// <summary>JSON text as a value; a 400 when it is none.</summary>
    public static T Parse<T>(string text, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw ApiErrors.Of(StatusCodes.Status400BadRequest, "the body must be a JSON object");
        }
        catch (JsonException e)
        {
            throw ApiErrors.Of(StatusCodes.Status400BadRequest, Explain(e));
        }
    }

    /// <summary>What is wrong with JSON, with the path of the member.</summary>
    public static string Explain(JsonException problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        const string unknown = "The JSON property '";
        var path = problem.Path is { Length: > 1 } p ? p.TrimStart('$').TrimStart('.') : "body";
        if (problem.Message.StartsWith(unknown, StringComparison.Ordinal))
        {
            var name = problem.Message[unknown.Length..];
            return $"{path}: unknown member '{name[..name.IndexOf('\'', StringComparison.Ordinal)]}'";
        }

        // What is not JSON at all has a cause in the reader; a value of the wrong kind has none.
        return problem.Path is null || problem.InnerException is JsonException
            ? $"not JSON: {(problem.InnerException ?? problem).Message}"
            : $"{path}: wrong kind of value{(problem.LineNumber is { } at ? $" (line {at + 1})" : "")}";
    }

    /// <summary>Writes JSON that no cache may keep.</summary>
    public static Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(value, type, "application/json", context.RequestAborted);
    }
}
