using System.Threading.RateLimiting;

namespace HaConsole.Web.Security;

/// <summary>Takes browsers' reports of violations of the content security policy: something tried to load or run what is not ours.</summary>
public sealed partial class PolicyReports(ILogger<PolicyReports> logger) : IDisposable
{
    private const int LongestReport = 16 * 1024;
    private const int LongestLogged = 500;

    // Anybody can post here without being signed in: the log must not be filled by it.
    private readonly TokenBucketRateLimiter limiter = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = 10,
        TokensPerPeriod = 10,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1),
        QueueLimit = 0,
    });

    private long count;

    /// <summary>Reports since the start.</summary>
    public long Count => Interlocked.Read(ref count);

    /// <summary>Takes one report; always 204, there is nothing to find out here.</summary>
    public async Task TakeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Interlocked.Increment(ref count);
        using var lease = limiter.AttemptAcquire();
        if (lease.IsAcquired)
        {
            var buffer = new byte[LongestReport];
            var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted).ConfigureAwait(false);
            LogViolation(Printable(System.Text.Encoding.UTF8.GetString(buffer, 0, length)));
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <inheritdoc/>
    public void Dispose() => limiter.Dispose();

    private static string Printable(string text)
        => new([.. text.Take(LongestLogged).Select(c => char.IsControl(c) ? ' ' : c)]);

    [LoggerMessage(2201, LogLevel.Warning, "A browser reports a violation of the content security policy: {Report}")]
    private partial void LogViolation(string report);
}
