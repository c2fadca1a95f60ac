using System.Diagnostics.CodeAnalysis;

namespace HaConsole.Web.Live;

/// <summary>What a load balancer would have seen during a switch, asked every 50 ms.</summary>
/// <param name="GapSeconds">Longest time without a server that answers ACTIVE.</param>
/// <param name="OverlapSeconds">Time with two servers that answer ACTIVE.</param>
/// <param name="Looks">Times that both were asked.</param>
/// <param name="Active">Server that answers ACTIVE at the end; 0 when none or both.</param>
public sealed record Interruption(double GapSeconds, double OverlapSeconds, int Looks, int Active);

/// <summary>Measures a switch from outside: asks the health URLs of both servers (<c>mod=FT</c>) as a load balancer does, only more often.</summary>
public sealed class InterruptionMeter : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1) });
    private readonly Uri[] urls;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource ended = new();
    private readonly Task looking;
    private readonly Lock gate = new();
    private long lastLook;
    private long? without;
    private double gap;
    private double overlap;
    private int looks;
    private int active;

    /// <summary>Begins to look.</summary>
    /// <param name="urls">Health URLs of server #1 and #2.</param>
    /// <param name="time">Clock.</param>
    public InterruptionMeter(IReadOnlyList<Uri> urls, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.urls = [.. urls];
        this.time = time;
        lastLook = time.GetTimestamp();
        looking = Task.Run(() => LookAsync(ended.Token));
    }

    /// <summary>What was seen until now.</summary>
    public Interruption Seen
    {
        get
        {
            lock (gate)
            {
                var open = without is { } since ? time.GetElapsedTime(since).TotalSeconds : 0;
                return new Interruption(Math.Round(Math.Max(gap, open), 3), Math.Round(overlap, 3), looks, active);
            }
        }
    }

    /// <summary>Health URL of a server as a load balancer asks it.</summary>
    public static Uri UrlOf(string address, int port)
        => new UriBuilder("http", address, port, "/IPSCFG/admin/monitor.aspx") { Query = "mod=FT" }.Uri;

    /// <summary>Ends the looking and says what was seen.</summary>
    public async Task<Interruption> FinishAsync()
    {
        await ended.CancelAsync().ConfigureAwait(false);
        await looking.ConfigureAwait(false);
        return Seen;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ended.Cancel();
        client.Dispose();
        ended.Dispose();
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                var begun = time.GetTimestamp();
                var answers = await Task.WhenAll(urls.Select(url => IsActiveAsync(url, cancellationToken))).ConfigureAwait(false);
                Take(answers, begun);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Seen enough.
        }
    }

    private void Take(bool[] answers, long begun)
    {
        lock (gate)
        {
            var count = answers.Count(answer => answer);
            if (count == 0)
            {
                without ??= lastLook;
            }
            else if (without is { } since)
            {
                gap = Math.Max(gap, time.GetElapsedTime(since, begun).TotalSeconds);
                without = null;
            }

            overlap += count > 1 ? time.GetElapsedTime(lastLook, begun).TotalSeconds : 0;
            active = count == 1 ? Array.IndexOf(answers, true) + 1 : 0;
            lastLook = begun;
            looks++;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A server that is not reached in any way is not Active for a load balancer.")]
    private async Task<bool> IsActiveAsync(Uri url, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return (await client.GetStringAsync(url, patience.Token).ConfigureAwait(false)).StartsWith("ACTIVE", StringComparison.Ordinal);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
