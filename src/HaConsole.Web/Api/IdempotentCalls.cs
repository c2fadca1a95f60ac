using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace HaConsole.Web.Api;

/// <summary>
/// A command with an <c>Idempotency-Key</c> is carried out once: a second one with the same key gets the answer of the first, as long
/// as this server runs and the key is among the last ones. Failed commands are not kept: they changed nothing and may be tried again.
/// </summary>
public sealed class IdempotentCalls(TimeProvider time)
{
    /// <summary>Header with the key, at most 128 characters.</summary>
    public const string Header = "Idempotency-Key";

    private const int LongestKey = 128;
    private const int MostKept = 1000;
    private static readonly TimeSpan Keeping = TimeSpan.FromHours(24);
    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);

    /// <summary>Carries out a call, or answers as it was answered before.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate call)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(call);
        var key = context.Request.Headers[Header].ToString();
        if (key.Length == 0)
        {
            await call(context).ConfigureAwait(false);
            return;
        }

        if (key.Length > LongestKey)
        {
            throw ApiErrors.Of(StatusCodes.Status400BadRequest, $"{Header} has at most {LongestKey} characters");
        }

        Sweep();
        var body = await BodyAsync(context).ConfigureAwait(false);
        var name = $"{context.User.Identity?.Name}\n{key}";
        var mine = new Kept(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{context.Request.Path}\n{body}"))), time.GetTimestamp());
        var known = kept.GetOrAdd(name, mine);
        if (!ReferenceEquals(known, mine))
        {
            await RepeatAsync(context, known, mine.Request).ConfigureAwait(false);
            return;
        }

        try
        {
            mine.Answer = await CarryOutAsync(context, call).ConfigureAwait(false);
        }
        finally
        {
            if (mine.Answer is null)
            {
                kept.TryRemove(name, out _);
            }
        }
    }

    private static async Task RepeatAsync(HttpContext context, Kept known, string request)
    {
        if (known.Request != request)
        {
            throw ApiErrors.Of(StatusCodes.Status422UnprocessableEntity, $"{Header} was used for another command");
        }

        if (known.Answer is not { } answer)
        {
            throw ApiErrors.Of(StatusCodes.Status409Conflict, $"the command with this {Header} is still being carried out");
        }

        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(answer, context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task<byte[]?> CarryOutAsync(HttpContext context, RequestDelegate call)
    {
        var real = context.Response.Body;
        using var buffer = new MemoryStream();
        context.Response.Body = buffer;
        try
        {
            await call(context).ConfigureAwait(false);
        }
        finally
        {
            context.Response.Body = real;
        }

        var answer = buffer.ToArray();
        await real.WriteAsync(answer, context.RequestAborted).ConfigureAwait(false);
        return context.Response.StatusCode == StatusCodes.Status200OK ? answer : null;
    }

    private static async Task<string> BodyAsync(HttpContext context)
    {
        context.Request.EnableBuffering();
        using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
        var text = await reader.ReadToEndAsync(context.RequestAborted).ConfigureAwait(false);
        context.Request.Body.Position = 0;
        return text;
    }

    private void Sweep()
    {
        foreach (var entry in kept.Where(e => e.Value.Answer is not null && time.GetElapsedTime(e.Value.Since) > Keeping)
            .Concat(kept.Count < MostKept ? [] : kept.Where(e => e.Value.Answer is not null).OrderBy(e => e.Value.Since).Take(MostKept / 4)).ToList())
        {
            kept.TryRemove(entry.Key, out _);
        }
    }

    private sealed class Kept(string request, long since)
    {
        public string Request { get; } = request;

        public long Since { get; } = since;

        public byte[]? Answer { get; set; }
    }
}
