using System.Diagnostics.CodeAnalysis;

namespace HaConsole.Web.Live;

/// <summary>What a load balancer would have seen during a switch, asked every 50 ms.</summary>
/// <param name="GapSeconds">Longest time without a server that answers ACTIVE.</param>
/// <param name="OverlapSeconds">Time with two servers that answer ACTIVE.</param>
/// <param name="Looks">Times that both were asked.</param>
/// <param name="Active">Server that answers ACTIVE at the end; 0 when none or both.</param>
/// <param name="Vip">What was seen through the VIP; null when none was asked.</param>
public sealed record Interruption(double GapSeconds, double OverlapSeconds, int Looks, int Active, VipInterruption? Vip = null);

/// <summary>What a client of the virtual IP address would have seen during a switch, asked every 50 ms.</summary>
/// <param name="GapSeconds">Longest time in which the VIP led to no Active.</param>
/// <param name="Looks">Times that it was asked.</param>
/// <param name="Answered">It has led to an Active at least once.</param>
/// <param name="Answers">It leads to an Active at the end.</param>
public sealed record VipInterruption(double GapSeconds, int Looks, bool Answered, bool Answers);

/// <summary>
/// Measures a switch from outside: asks the health URLs of both servers (<c>mod=FT</c>) as a load balancer does, only more often, and the
/// same URL at the VIP as a client does. Each at its own pace: a VIP that hangs does not blur what is seen of the servers.
/// </summary>
public sealed class InterruptionMeter : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    // A pooled connection would go on to the server that had the VIP before.
    private readonly HttpClient throughVip = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.Zero });
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1) });
    private readonly Uri[] urls;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource ended = new();
    private readonly Task looking;
    private readonly Lock gate = new();
    private readonly Gap servers;
    private readonly Gap? vip;
    private double overlap;
    private int active;

    /// <summary>Begins to look.</summary>
    /// <param name="urls">Health URLs of server #1 and #2.</param>
    /// <param name="time">Clock.</param>
    /// <param name="vipUrl">Health URL at the VIP; null: there is none.</param>
    public InterruptionMeter(IReadOnlyList<Uri> urls, TimeProvider time, Uri? vipUrl = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.urls = [.. urls];
        this.time = time;
        (servers, vip) = (new Gap(time), vipUrl is null ? null : new Gap(time));
        looking = Task.WhenAll(
            Task.Run(() => LookAsync(AskServersAsync, ended.Token)),
            vipUrl is null ? Task.CompletedTask : Task.Run(() => LookAsync(token => AskVipAsync(vipUrl, token), ended.Token)));
    }

    /// <summary>What was seen until now.</summary>
    public Interruption Seen
    {
        get
        {
            lock (gate)
            {
                return new Interruption(servers.LongestSeconds, Math.Round(overlap, 3), servers.Looks, active, vip is null ? null : new VipInterruption(vip.LongestSeconds, vip.Looks, vip.Ever, vip.Now));
            }
        }
    }

    /// <summary>Health URL of a server as a load balancer asks it, with a mark: by way of a balancer's own address it must not look like the balancer's question.</summary>
    public static Uri UrlOf(string address, int port)
        => new UriBuilder("http", address, port, "/IPSCFG/admin/monitor.aspx") { Query = "mod=FT&" + Health.HealthMiddleware.MeterMark }.Uri;

    /// <summary>
    /// Looks on until the VIP leads to an Active: balancers follow a switch only after checks of their own. At once when there is no VIP.
    /// </summary>
    /// <param name="limit">Longest time.</param>
    public async Task SettleAsync(TimeSpan limit)
    {
        // One look may have begun before what has just happened.
        const int Enough = 2;
        var (begun, before) = (time.GetTimestamp(), Seen.Vip?.Looks ?? 0);
        while (Seen.Vip is { } seen && !(seen.Answers && seen.Looks >= before + Enough) && time.GetElapsedTime(begun) < limit)
        {
            await Task.Delay(Period, time).ConfigureAwait(false);
        }
    }

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
        throughVip.Dispose();
        ended.Dispose();
    }

    private async Task LookAsync(Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                await ask(cancellationToken).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Seen enough.
        }
    }

    private async Task AskServersAsync(CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var answers = await Task.WhenAll(urls.Select(url => IsActiveAsync(client, url, cancellationToken))).ConfigureAwait(false);
        var count = answers.Count(answer => answer);
        lock (gate)
        {
            overlap += count > 1 ? time.GetElapsedTime(servers.Last, begun).TotalSeconds : 0;
            active = count == 1 ? Array.IndexOf(answers, true) + 1 : 0;
            servers.Take(count > 0, begun);
        }
    }

    private async Task AskVipAsync(Uri url, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var answer = await IsActiveAsync(throughVip, url, cancellationToken).ConfigureAwait(false);
        lock (gate)
        {
            vip!.Take(answer, begun);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A server that is not reached in any way is not Active for a load balancer.")]
    private static async Task<bool> IsActiveAsync(HttpClient client, Uri url, CancellationToken cancellationToken)
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

    /// <summary>Looks at one thing, and the longest time in which it was not there.</summary>
    private sealed class Gap(TimeProvider time)
    {
        private long? without;
        private double longest;

        public long Last { get; private set; } = time.GetTimestamp();

        public int Looks { get; private set; }

        public bool Ever { get; private set; }

        public bool Now { get; private set; }

        public double LongestSeconds => Math.Round(Math.Max(longest, without is { } since ? time.GetElapsedTime(since).TotalSeconds : 0), 3);

        public void Take(bool there, long begun)
        {
            if (!there)
            {
                without ??= Last;
            }
            else if (without is { } since)
            {
                longest = Math.Max(longest, time.GetElapsedTime(since, begun).TotalSeconds);
                without = null;
            }

            (Last, Now, Ever) = (begun, there, Ever || there);
            Looks++;
        }
    }
}
