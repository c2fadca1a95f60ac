using System.Net;
using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>
/// Keeps the connection to the peer on one path: connects, pairs when need be, holds a stream open whose end is the loss of the path, and
/// connects again with growing pauses.
/// </summary>
internal sealed partial class PeerClient(PeerLinkOptions options, PeerPath path, ReversePool? pool, PeerIdentity identity, PeerTrust trust, PairingServer pairing, PeerEvents events)
    : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PairingPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan HoldTimeout = TimeSpan.FromSeconds(6);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private readonly LinkPause pause = new(options.Time);
    private readonly LinkSilence silence = new(options.Time);
    private readonly LinkHold hold = new();
    private readonly LinkPairing linkPairing = new(options, path, identity, trust, pairing, events);
    private Task running = Task.CompletedTask;
    private IPEndPoint? peer = PeerEndPoint.TryParse(path.Peer, options.PeerPort, out var parsed) ? parsed : null;
    private PeerChannel? channel;
    private volatile PeerLinkStatus status = new(PeerLinkState.Disconnected, null, null, "");

    public PeerLinkStatus Status => status;

    /// <summary>Told when the path is there.</summary>
    public Action Established { get; init; } = () => { };

    /// <summary>Told when the path is lost.</summary>
    public Action Lost { get; init; } = () => { };

    /// <summary>Whether this path is the one to pair on, as long as the servers are not paired.</summary>
    public Func<bool> MayPair { get; init; } = () => true;

    /// <summary>The last attempt to pair found nobody there.</summary>
    public bool IsPairingUnreachable => linkPairing.IsUnreachable;

    /// <summary>It runs over a connection that the peer has made.</summary>
    public bool IsReverse
    {
        get
        {
            lock (gate)
            {
                return channel is { IsReverse: true };
            }
        }
    }

    public IPEndPoint? Peer
    {
        get
        {
            lock (gate)
            {
                return peer;
            }
        }
    }

    public void Start()
    {
        SetState(trust.IsPaired || options.PairSecret.Length > 0 ? PeerLinkState.Disconnected : PeerLinkState.NotPaired, "");
        running = Task.Run(RunAsync);
    }

    public void SetPeer(string address)
    {
        lock (gate)
        {
            var wanted = PeerEndPoint.TryParse(address, options.PeerPort, out var parsed) ? parsed : null;
            if (Equals(wanted, peer))
            {
                return;
            }

            peer = wanted;
        }

        Reset();
    }

    /// <summary>Drops the connection; the next call and the loop make a new one.</summary>
    public void Reset()
    {
        PeerChannel? old;
        lock (gate)
        {
            old = channel;
            channel = null;

            // The held stream outlives the disposal of its channel.
            hold.End();
        }

        old?.Dispose();
        Wake();
    }

    /// <summary>Ends the pause before the next attempt.</summary>
    public void Wake() => pause.End();

    /// <summary>An exchange succeeded.</summary>
    public void Measured(TimeSpan roundTrip, TimeSpan clockOffset)
    {
        lock (gate)
        {
            status = status with { RoundTrip = roundTrip, ClockOffset = clockOffset };
        }

        silence.Measured(roundTrip);
        if (status.State != PeerLinkState.Connected)
        {
            Wake();
        }
    }

    /// <summary>Why a call failed although the connection stands.</summary>
    public void NoteFailure(string detail)
    {
        lock (gate)
        {
            status = status.State == PeerLinkState.Connected ? status : status with { Detail = detail };
        }
    }

    public Task<PeerRefusal?> JoinAsync(IPEndPoint at, string code, CancellationToken cancellationToken)
        => linkPairing.JoinAsync(at, code, cancellationToken);

    /// <summary>The last round trip that was measured.</summary>
    public TimeSpan RoundTrip => silence.RoundTrip;

    /// <summary>Goes over to the present own certificate: the new stream is held before the old one ends, so nothing is lost.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (!await GoOverAsync(directOnly: false, cancellationToken))
        {
            // The peer has the new certificate pinned already: an ordinary new connection will do.
            Reset();
        }
    }

    /// <summary>Goes over to a connection of our own, if one can be made; else nothing changes.</summary>
    public Task<bool> GoDirectAsync(CancellationToken cancellationToken) => GoOverAsync(directOnly: true, cancellationToken);

    private async Task<bool> GoOverAsync(bool directOnly, CancellationToken cancellationToken)
    {
        PeerChannel? old;
        lock (gate)
        {
            old = channel;
        }

        if (old is null || status.State != PeerLinkState.Connected)
        {
            return false;
        }

        var next = NewChannel(old.Peer, directOnly);
        try
        {
            var stream = await LinkHold.OpenAsync(next, cancellationToken);
            lock (gate)
            {
                channel = next;
                hold.HandOver(stream);
            }

            old.Dispose();
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or PeerRefusedException or OperationCanceledException)
        {
            next.Dispose();
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        Reset();
        hold.Dispose();
        stop.Dispose();
        pause.Dispose();
    }

    private async Task RunAsync()
    {
        var length = ShortestPause;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                length = await TurnAsync() ? ShortestPause : length * 2 > LongestPause ? LongestPause : length * 2;
                await pause.TakeAsync(linkPairing.IsRefused ? PairingPause : length, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                events.Raise("peer-link-error", e.GetType().Name, $"The peer link failed and goes on: {e.Message}", Severity.Warning);
                await Task.Delay(LongestPause, options.Time, CancellationToken.None);
            }
        }
    }

    /// <summary>One connection from its making to its end; true when it was made.</summary>
    private async Task<bool> TurnAsync()
    {
        if (Peer is not { } target)
        {
            SetState(trust.IsPaired || options.PairSecret.Length > 0 ? PeerLinkState.Disconnected : PeerLinkState.NotPaired, "No peer address is configured.");
            return false;
        }

        if (!trust.IsPaired && (!MayPair() || !await PairAsync(target)))
        {
            return false;
        }

        if (Channel() is not { } used)
        {
            return false;
        }

        try
        {
            using var limit = new CancellationTokenSource(HoldTimeout, options.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop.Token);
            var stream = await LinkHold.OpenAsync(used, either.Token);
            silence.Answered();
            return await HoldUntilLostAsync(used, stream);
        }
        catch (PeerRefusedException e)
        {
            SetState(PeerLinkState.Disconnected, e.Message);

            // It shows the certificate that is pinned here but does not know ours: one of the two has lost or restored its data.
            if (e.Code == "certificate-refused" && options.PairSecret.Length > 0)
            {
                await PairAsync(target);
                await pause.TakeAsync(LongestPause, stop.Token);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or ObjectDisposedException)
        {
            SetState(PeerLinkState.Disconnected, PeerFailure.Describe(e, target));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            SetState(PeerLinkState.Disconnected, $"The server at {target} does not answer.");
            Silent(used);
        }

        return false;
    }

    private async Task<bool> PairAsync(IPEndPoint target)
    {
        var (isPaired, state, detail) = await linkPairing.TryAsync(target, stop.Token);
        if (!isPaired)
        {
            SetState(state, detail);
        }

        return isPaired;
    }

    private async Task<bool> HoldUntilLostAsync(PeerChannel used, HeldStream stream)
    {
        if (!BeginHolding(used))
        {
            stream.Dispose();
            return false;
        }

        SetState(PeerLinkState.Connected, "");
        Established();
        var why = await hold.ReadToEndAsync(stream, stop.Token);
        SetState(PeerLinkState.Disconnected, why ?? "The connection to the peer was given up.");
        if (!stop.IsCancellationRequested)
        {
            Lost();
        }

        return true;
    }

    /// <summary>False when the channel was given up before its stream could be held.</summary>
    private bool BeginHolding(PeerChannel used)
    {
        lock (gate)
        {
            hold.Begin();
            return channel == used;
        }
    }

    private PeerChannel? Channel()
    {
        lock (gate)
        {
            return peer is null || !trust.IsPaired || stop.IsCancellationRequested ? null : channel ??= NewChannel(peer, directOnly: false);
        }
    }

    private PeerChannel NewChannel(IPEndPoint target, bool directOnly) => new(options, new PeerDial(path, directOnly ? null : pool, options.Time), target, identity.Current, thumbprint =>
    {
        if (trust.Accepts(thumbprint))
        {
            return true;
        }

        events.CertificateRefused(thumbprint, target.ToString());
        return false;
    });

    /// <summary>A connection on which nothing comes back is given up: after a cut the old one wakes much later than a new one is made.</summary>
    private void Silent(PeerChannel used)
    {
        if (!silence.IsTooLong(used.Born))
        {
            return;
        }

        lock (gate)
        {
            if (channel != used)
            {
                return;
            }
        }

        silence.Begin();
        Reset();
    }

    private void SetState(PeerLinkState state, string detail)
    {
        lock (gate)
        {
            status = status with { State = state, Detail = detail, RoundTrip = state == PeerLinkState.Connected ? status.RoundTrip : null };
        }
    }
}
