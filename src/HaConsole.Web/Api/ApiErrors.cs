using System.Globalization;
using System.Text.Json;
using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>An API call cannot be carried out; becomes problem details.</summary>
public sealed class ApiProblemException(Problem problem) : Exception(problem?.Detail)
{
    /// <summary>What is answered.</summary>
    public Problem Problem { get; } = problem!;
}

/// <summary>Makes and writes problem details.</summary>
public static class ApiErrors
{
    private const int LongestDetail = 2000;

    /// <summary>A problem with one sentence.</summary>
    public static ApiProblemException Of(int status, string detail) => new(Make(status, detail));

    /// <summary>422 with the errors of each key.</summary>
    public static ApiProblemException Invalid(IEnumerable<ConfigurationProblem> problems)
    {
        var errors = problems.Where(p => !p.IsWarning).ToList();
        return new(Make(StatusCodes.Status422UnprocessableEntity, string.Join("; ", errors.Select(e => e.Sentence))) with { Errors = ByKey(errors) });
    }

    /// <summary>409 with the failed pre-checks or the steps.</summary>
    public static ApiProblemException Refused(SwitchOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return new(Make(StatusCodes.Status409Conflict, outcome.Sentence) with { Checks = [.. outcome.Checks.Where(c => !c.Passed)], Steps = outcome.Steps });
    }

    /// <summary>The result when the operation was carried out, else the problem that says why not.</summary>
    public static T Require<T>(T result)
        where T : OperationResult
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Succeeded ? result : throw Of(StatusOf(result.End), result.Sentence);
    }

    /// <summary>Sentence of a problem that another server has answered; null when it is none.</summary>
    public static string? DetailOf(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ApiJson.Default.Problem) is { Detail.Length: > 0 } problem ? problem.Detail : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Sentences by key.</summary>
    public static IReadOnlyDictionary<string, string[]> ByKey(IEnumerable<ConfigurationProblem> problems)
        => problems.GroupBy(p => p.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(p => p.Message).ToArray(), StringComparer.Ordinal);

    /// <summary>Answers API calls that fail, and those that no endpoint knows, with problem details.</summary>
    public static async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (!context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        try
        {
            await next(context).ConfigureAwait(false);
            if (context.Response is { HasStarted: false, ContentLength: null, ContentType: null } && Explain(context) is { } detail)
            {
                await WriteAsync(context, Make(context.Response.StatusCode, detail)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; nobody reads an answer.
        }
        catch (ApiProblemException e)
        {
            await WriteAsync(context, e.Problem).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await WriteAsync(context, Make(e.StatusCode, e.Message)).ConfigureAwait(false);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            Log.CallFailed(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("HaConsole.Api"), context.Request.Path, e);
            await WriteAsync(context, Make(StatusCodes.Status500InternalServerError, e.Message)).ConfigureAwait(false);
        }
    }

    /// <summary>The sentence for a status that nobody has explained yet; null for one that needs none.</summary>
    private static string? Explain(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status401Unauthorized => "sign in, send a valid token (Authorization: Bearer …) or use the control socket",
        StatusCodes.Status403Forbidden => $"{context.Request.Method} {context.Request.Path} needs a higher role or scope",
        StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed => $"{context.Request.Method} {context.Request.Path} is not a call of this API",
        StatusCodes.Status413PayloadTooLarge => string.Create(CultureInfo.InvariantCulture, $"the body is larger than {Security.BodyLimit.Most} bytes"),
        StatusCodes.Status429TooManyRequests => "too many tries; wait a minute",
        _ => null,
    };

    private static int StatusOf(OperationEnd end) => end switch
    {
        OperationEnd.Invalid => StatusCodes.Status400BadRequest,
        OperationEnd.Forbidden => StatusCodes.Status403Forbidden,
        OperationEnd.Failed => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status409Conflict,
    };

    private static Problem Make(int status, string detail) => new() { Status = status, Title = Title(status), Detail = Readable(detail) };

    /// <summary>A sentence repeats what was sent: it stays one that a person can read, on a terminal too.</summary>
    private static string Readable(string detail)
        => string.Concat((detail.Length > LongestDetail ? detail[..LongestDetail] + "…" : detail).Select(c => char.IsControl(c) && c != '\n' ? '\uFFFD' : c));

    private static Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(problem, ApiJson.Default.Problem, "application/problem+json", context.RequestAborted);
    }

    private static string Title(int status) => status switch
    {
        400 => "Bad request",
        401 => "Not signed in",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        409 => "Refused",
        412 => "Changed in the meantime",
        413 => "Too large",
        422 => "Invalid value",
        428 => "Revision missing",
        429 => "Too many tries",
        _ => "Failed",
    };
}

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "{Path} failed")]
    public static partial void CallFailed(ILogger logger, string path, Exception exception);
}
