using HaConsole.Engine.Configuration;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Probing;
using HaConsole.Failover;
using Microsoft.Extensions.Logging;

namespace HaConsole.Engine.Loop;

/// <summary>
/// What a tick starts, side by side: the probe of the peer's monitor URL, the exchange on the peer link, and the look at the own
/// surroundings. Each ends within T and comes back to the loop as an input.
/// </summary>
internal sealed partial class Rounds(
    EngineLoop loop,
    EngineClock clock,
    NodeOptions options,
    IMonitorProbe probe,
    ILanObserver lan,
    IVipObserver vip,
    IPeerLink? link,
    ILogger logger)
{
    private const int MostExchanges = 4;

    private readonly string? gateway = DefaultGateway.Of(options.LocalAddress);
    private int probing;
    private int looking;
    private int exchanging;
    private int exchangeWanted;
    private long lastSuccess;

    /// <summary>Address of the peer's console; empty on a lone server.</summary>
    public string PeerAddress { get; set; } = "";

    /// <summary>Virtual IP address; empty = none.</summary>
    public string VipAddress { get; set; } = "";

    /// <summary>The own report as it stands now.</summary>
    public required Func<PeerReport> Report { get; init; }

    /// <summary>Last state, for what the probes need to know.</summary>
    public required Func<NodeStateBox> State { get; init; }

    public void Start(FailoverSettings settings)
    {
        if (Interlocked.Exchange(ref looking, 1) == 0)
        {
            _ = GuardAsync(() => LookAsync(settings), () => Volatile.Write(ref looking, 0));
        }

        if (!settings.PeerConfigured)
        {
            return;
        }

        if (Interlocked.Exchange(ref probing, 1) == 0)
        {
            _ = GuardAsync(() => ProbeAsync(settings), () => Volatile.Write(ref probing, 0));
        }

        Exchange(settings);
    }

    /// <summary>Sends an exchange now. When as many as are allowed hang already, one more follows as soon as one of them has ended.</summary>
    public void Exchange(FailoverSettings settings)
    {
        if (link is null || !settings.PeerConfigured)
        {
            loop.Post(NodeInput.ExchangeFailed);
            return;
        }

        if (Interlocked.Increment(ref exchanging) > MostExchanges)
        {
            Interlocked.Decrement(ref exchanging);
            Volatile.Write(ref exchangeWanted, 1);
            return;
        }

        _ = GuardAsync(() => ExchangeAsync(link, settings), () =>
        {
            Interlocked.Decrement(ref exchanging);
            if (Interlocked.Exchange(ref exchangeWanted, 0) == 1)
            {
                Exchange(settings);
            }
        });
    }

    private async Task ProbeAsync(FailoverSettings settings)
    {
        var askRole = link is null || link.Status.State != PeerLinkState.Connected;
        var fact = await probe.ProbeAsync(PeerAddress, options.HttpPort, settings.SwitchOnApplicationError, askRole, settings.HeartbeatTimeout, CancellationToken.None);
        loop.Post((now, utc) => NodeInput.Probe(now, utc, fact));
    }

    private async Task ExchangeAsync(IPeerLink peer, FailoverSettings settings)
    {
        var startedAt = clock.Now;
        var answer = await peer.ExchangeAsync(Report(), settings.HeartbeatTimeout, CancellationToken.None);
        if (answer is not null)
        {
            RaiseTo(ref lastSuccess, startedAt.Ticks);
            loop.Post((now, utc) => NodeInput.ExchangeAnswered(now, utc, answer, startedAt));
        }
        else if (startedAt.Ticks > Volatile.Read(ref lastSuccess))
        {
            // An old failure says nothing against a newer success.
            loop.Post(NodeInput.ExchangeFailed);
        }
    }

    private async Task LookAsync(FailoverSettings settings)
    {
        var state = State();
        var peerAnswers = FailoverMachine.PeerHealthOf(state.State, settings, clock.Now) == PeerHealth.Healthy
            || link?.Status.State == PeerLinkState.Connected;
        var timeout = settings.HeartbeatTimeout;
        var lanLook = lan.LookAsync(options.LocalAddress, Targets(), peerAnswers, timeout, CancellationToken.None);
        var selfLook = probe.ProbeAsync(options.LocalAddress, options.HttpPort, settings.SwitchOnApplicationError, false, timeout, CancellationToken.None);
        var vipLook = settings.TestVipDestination && VipAddress.Length > 0
            ? vip.LookAsync(VipAddress, options.HttpPort, timeout, CancellationToken.None)
            : Task.FromResult(VipDestination.Unknown);
        var facts = new LocalFacts(await lanLook, (await selfLook).Outcome == ProbeOutcome.Success ? SelfHealth.Ok : SelfHealth.Failed, await vipLook);
        loop.Post((now, utc) => NodeInput.Local(now, utc, facts));
    }

    private List<string> Targets()
    {
        var targets = new List<string>(options.LanTargets);
        if (targets.Count == 0 && gateway is not null)
        {
            targets.Add(gateway);
        }

        if (VipAddress.Length > 0)
        {
            targets.Add(VipAddress);
        }

        return targets;
    }

    private async Task GuardAsync(Func<Task> work, Action done)
    {
        try
        {
            await work();
        }
        catch (Exception e)
        {
            // Expected failures are results; whatever else a probe throws must not end the rounds.
            LogRoundFailed(logger, e);
        }
        finally
        {
            done();
        }
    }

    private static void RaiseTo(ref long target, long value)
    {
        long seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }

    [LoggerMessage(1010, LogLevel.Error, "A probe, exchange or look at the surroundings failed in an unexpected way.")]
    private static partial void LogRoundFailed(ILogger logger, Exception exception);
}
