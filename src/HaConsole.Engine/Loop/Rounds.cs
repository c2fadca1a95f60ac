using HaConsole.Engine.Configuration;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Probing;
using HaConsole.Engine.Status;
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
    ILogger logger) : IDisposable
{
    private const int MostExchanges = 4;

    private readonly string? gateway = DefaultGateway.Of(options.LocalAddress);
    private readonly PeerProbe peerProbe = new(probe, link is null ? (_, _, _) => Task.FromResult(false) : link.PeerIsWellAsync, clock.Time);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock exchangeGate = new();
    private int probing;
    private int looking;
    private int exchanging;
    private bool exchangeWanted;
    private long lastSuccess;

    /// <summary>Address of the peer's console; empty on a lone server.</summary>
    public string PeerAddress { get; set; } = "";

    /// <summary>Virtual IP address; empty = none.</summary>
    public string VipAddress { get; set; } = "";

    /// <summary>The VIP's answer says that the LAN is there: not when the pair itself holds it.</summary>
    public bool VipIsLanTarget { get; set; } = true;

    /// <summary>The own report as it stands now.</summary>
    public required Func<PeerReport> Report { get; init; }

    /// <summary>Last state, for what the probes need to know.</summary>
    public required Func<NodeStateBox> State { get; init; }

    /// <summary>Where probes and exchanges are noted for people; null: nowhere.</summary>
    public ProbeLog? Log { get; init; }

    /// <summary>Where the clocks are compared; null: nowhere.</summary>
    public ClockWatch? Clock { get; init; }

    public void Start(FailoverSettings settings)
    {
        if (Interlocked.Exchange(ref looking, 1) == 0)
        {
            _ = GuardAsync(() => LookAsync(settings));
        }

        if (!settings.PeerConfigured)
        {
            return;
        }

        if (Interlocked.Exchange(ref probing, 1) == 0)
        {
            _ = GuardAsync(() => ProbeAsync(settings));
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

        lock (exchangeGate)
        {
            if (exchanging >= MostExchanges)
            {
                exchangeWanted = true;
                return;
            }

            exchanging++;
            // Report and number are taken together: a report never gets a higher number than a later one.
            _ = GuardAsync(() => ExchangeAsync(link, settings));
        }
    }

    /// <summary>Ends what is under way; nothing of it is posted or logged any more.</summary>
    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private void ExchangeDone()
    {
        lock (exchangeGate)
        {
            exchanging--;
            if (exchangeWanted && !stop.IsCancellationRequested)
            {
                exchangeWanted = false;
                Exchange(State().Settings);
            }
        }
    }

    private async Task ProbeAsync(FailoverSettings settings)
    {
        var askRole = link is null || link.Status.State != PeerLinkState.Connected;
        ProbeFact fact;
        var startedAt = clock.Now;
        try
        {
            fact = await peerProbe.ProbeAsync(PeerAddress, options.HttpPort, settings.SwitchOnApplicationError, askRole, settings.HeartbeatTimeout, stop.Token);
        }
        finally
        {
            // Before the loop hears of it: the round that it may start at once must find the probe free.
            Volatile.Write(ref probing, 0);
        }

        Log?.Add("monitor", fact.Outcome == ProbeOutcome.Success ? "ok" : fact.Outcome == ProbeOutcome.NoAnswer && clock.Now - startedAt >= settings.HeartbeatTimeout ? "timeout" : "failed", startedAt, fact.Outcome switch
        {
            ProbeOutcome.Success => "",
            ProbeOutcome.Unhealthy => "answers, but not well",
            _ => "no answer",
        });
        loop.Post((now, utc) => NodeInput.Probe(now, utc, fact));
    }

    private async Task ExchangeAsync(IPeerLink peer, FailoverSettings settings)
    {
        var startedAt = clock.Now;
        PeerReport? answer;
        try
        {
            answer = await peer.ExchangeAsync(Report(), settings.HeartbeatTimeout, stop.Token);
        }
        finally
        {
            ExchangeDone();
        }

        if (!stop.IsCancellationRequested)
        {
            Log?.Add("link", answer is not null ? "ok" : clock.Now - startedAt >= settings.HeartbeatTimeout ? "timeout" : "failed", startedAt, answer is not null ? "" : peer.Status.Detail);
        }

        if (answer is not null)
        {
            RaiseTo(ref lastSuccess, startedAt.Ticks);
            if (peer.Status is { ClockOffset: { } offset, RoundTrip: { } roundTrip } && !stop.IsCancellationRequested)
            {
                Clock?.Measured(offset, roundTrip);
            }

            loop.Post((now, utc) => NodeInput.ExchangeAnswered(now, utc, answer, startedAt));
        }
        else if (startedAt.Ticks > Volatile.Read(ref lastSuccess) && !stop.IsCancellationRequested)
        {
            // An old failure says nothing against a newer success.
            loop.Post(NodeInput.ExchangeFailed);
        }
    }

    private async Task LookAsync(FailoverSettings settings)
    {
        LocalFacts facts;
        try
        {
            facts = await SurroundingsAsync(settings);
        }
        finally
        {
            Volatile.Write(ref looking, 0);
        }

        loop.Post((now, utc) => NodeInput.Local(now, utc, facts));
    }

    private async Task<LocalFacts> SurroundingsAsync(FailoverSettings settings)
    {
        var state = State();
        var peerAnswers = FailoverMachine.PeerHealthOf(state.State, settings, clock.Now) == PeerHealth.Healthy
            || link?.Status.State == PeerLinkState.Connected;
        var timeout = settings.HeartbeatTimeout;
        var lanLook = lan.LookAsync(options.LocalAddress, Targets(), peerAnswers, timeout, stop.Token);
        var selfLook = probe.ProbeAsync(options.LocalAddress, options.HttpPort, settings.SwitchOnApplicationError, false, timeout, stop.Token);
        var vipLook = settings.TestVipDestination && VipAddress.Length > 0
            ? vip.LookAsync(VipAddress, options.HttpPort, timeout, stop.Token)
            : Task.FromResult(VipDestination.Unknown);
        var startedAt = clock.Now;
        await lanLook;
        Log?.Add("lan", await lanLook is LanState.Up or LanState.UpUnverified ? "ok" : "failed", startedAt, (await lanLook).ToString());
        await Task.WhenAll(selfLook, vipLook);
        if (settings.TestVipDestination && VipAddress.Length > 0)
        {
            Log?.Add("vip", await vipLook == VipDestination.Unknown ? "failed" : "ok", startedAt, (await vipLook).ToString());
        }

        return new LocalFacts(await lanLook, (await selfLook).Outcome == ProbeOutcome.Success ? SelfHealth.Ok : SelfHealth.Failed, await vipLook);
    }

    private List<string> Targets()
    {
        var targets = new List<string>(options.LanTargets);
        if (targets.Count == 0 && gateway is not null)
        {
            targets.Add(gateway);
        }

        if (VipAddress.Length > 0 && VipIsLanTarget)
        {
            targets.Add(VipAddress);
        }

        return targets;
    }

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The parts are being taken away.
        }
        catch (Exception e)
        {
            // Expected failures are results; whatever else a probe throws must not end the rounds.
            LogRoundFailed(logger, e);
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
