using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Balancers;

/// <summary>What the balancer sees at one place.</summary>
/// <param name="Place"><c>1</c>, <c>2</c> or <c>vip</c>.</param>
/// <param name="Address">Address asked.</param>
/// <param name="Up">It would use it; null before the first check, and for the VIP.</param>
/// <param name="Against">Checks in a row that say the contrary.</param>
/// <param name="Last">Last check; null before the first.</param>
/// <param name="At">When (UTC).</param>
public sealed record BalancerSeen(string Place, string Address, bool? Up, int Against, BalancerCheck? Last, DateTimeOffset? At);

/// <summary>Seconds in which balancer and pair did not agree about the server, ended by the last switch.</summary>
/// <param name="Server">Server that became Active.</param>
/// <param name="Seconds">How long.</param>
/// <param name="At">When it ended (UTC).</param>
public sealed record BalancerMismatch(int Server, double Seconds, DateTimeOffset At);

/// <summary>
/// Carries out the balancer's checks at its own interval, and counts as it does. When the Active has changed, the seconds in which it would have
/// sent clients elsewhere are recorded as an event by the server that is Active then.
/// </summary>
internal sealed class BalancerView(BalancerProbe probe, EngineClock clock, int own, int port) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly BalancerCounter[] counters = [new(), new()];
    private CancellationTokenSource ended = new();
    private Task running = Task.CompletedTask;
    private (LoadBalancerSettings Settings, string One, string Two, string Vip) inForce = (new(), "", "", "");
    private BalancerSeen[] seen = [];
    private int choice;
    private int active;
    private int lastActive;
    private TimeSpan? apartSince;

    public required Action<string, string, Severity> Event { get; init; }

    /// <summary>What it sees; empty when nobody has said what the balancer asks.</summary>
    public IReadOnlyList<BalancerSeen> Seen
    {
        get
        {
            lock (gate)
            {
                return [.. seen];
            }
        }
    }

    /// <summary>Server that it would use: 1, 2, or 0 for none.</summary>
    public int Choice => Volatile.Read(ref choice);

    /// <summary>Seconds for which they have not agreed; null when they do.</summary>
    public double? ApartSeconds
    {
        get
        {
            lock (gate)
            {
                return apartSince is { } since ? Math.Round((clock.Now - since).TotalSeconds, 3) : null;
            }
        }
    }

    /// <summary>What the last switch cost; null before the first.</summary>
    public BalancerMismatch? Last { get; private set => Volatile.Write(ref field, value); }

    public void Configure(LoadBalancerSettings settings, HotStandbyParameters pair)
    {
        lock (gate)
        {
            var wanted = (settings, pair.Server1Address, pair.Server2Address, pair.VipAddress);
            if (wanted == inForce)
            {
                return;
            }

            inForce = wanted;
            ended.Cancel();
            ended = new CancellationTokenSource();
            (counters[0], counters[1], apartSince, choice) = (new(), new(), null, 0);
            seen = [];
            if (settings.Mode == BalancerMode.Unset || pair.Server1Address.Length == 0 || pair.Server2Address.Length == 0)
            {
                return;
            }

            seen = [new("1", wanted.Server1Address, null, 0, null, null), new("2", wanted.Server2Address, null, 0, null, null), .. wanted.VipAddress.Length > 0 ? (BalancerSeen[])[new("vip", wanted.VipAddress, null, 0, null, null)] : []];
            var (before, token) = (running, ended.Token);
            running = Task.Run(async () =>
            {
                await before;
                await Task.WhenAll(Enumerable.Range(0, seen.Length).Select(i => LookAsync(i, settings, token)));
            });
        }
    }

    /// <summary>Server that is Active for this one: 1, 2, or 0 for none. Returns at once.</summary>
    public void ActiveIs(int server)
    {
        if (server == Volatile.Read(ref active))
        {
            return;
        }

        lock (gate)
        {
            active = server;
            Compare();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task last;
        lock (gate)
        {
            ended.Cancel();
            last = running;
        }

        await last;
        probe.Dispose();
    }

    private async Task LookAsync(int index, LoadBalancerSettings settings, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(settings.Interval), clock.Time);
        try
        {
            do
            {
                var check = await probe.AskAsync(seen[index].Address, port, settings.Mode, TimeSpan.FromSeconds(settings.Timeout), cancellationToken);
                Take(index, check, settings, cancellationToken);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Other settings, or the end of the engine.
        }
    }

    private void Take(int index, BalancerCheck check, LoadBalancerSettings settings, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            bool? up = null;
            var against = 0;
            if (index < counters.Length)
            {
                counters[index].Take(check.Well, settings.Fall, settings.Rise);
                (up, against) = (counters[index].Up, counters[index].Against);
                choice = BalancerCounter.Choice(choice, counters[0].Up == true, counters[1].Up == true, settings.PrefersFirst);
            }

            seen[index] = seen[index] with { Up = up, Against = against, Last = check, At = clock.Utc };
            Compare();
        }
    }

    /// <summary>Within the lock.</summary>
    private void Compare()
    {
        if (seen.Length == 0 || counters.Any(c => c.Up is null))
        {
            lastActive = active == 0 ? lastActive : active;
            return;
        }

        if (active == 0 || choice != active)
        {
            apartSince ??= clock.Now;
            return;
        }

        if (lastActive != active && lastActive != 0)
        {
            var seconds = apartSince is { } since ? Math.Round((clock.Now - since).TotalSeconds, 3) : 0;
            Last = new BalancerMismatch(active, seconds, clock.Utc);
            if (active == own)
            {
                Event(
                    "balancer-mismatch",
                    string.Create(CultureInfo.InvariantCulture, $"Server #{active} is Active, and a load balancer with the settings entered sends to it again after {seconds:0.###} s without agreement."),
                    Severity.Info);
            }
        }

        (apartSince, lastActive) = (null, active);
    }
}
