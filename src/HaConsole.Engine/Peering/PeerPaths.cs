using System.Net;
using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>
/// The one or two paths to the peer, each with a connection, a listener and heartbeats of its own. Says which of them to use, and tells people
/// when one of two is lost. The link is lost only with the last of them.
/// </summary>
internal sealed class PeerPaths : IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How long one path is down beside another that is up before it is told: longer than two connections of one restart lie apart.</summary>
    private static readonly TimeSpan DownBeforeTold = TimeSpan.FromSeconds(3);

    /// <summary>How long the peer may take to connect by itself before connections are offered to it.</summary>
    private static readonly TimeSpan OfferAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DirectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DirectSoon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DirectSometimes = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AliveTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How long the first path is preferred when both live.</summary>
    private static readonly TimeSpan Preference = TimeSpan.FromMilliseconds(100);

    private readonly PeerLinkOptions options;
    private readonly PeerEvents events;
    private readonly ReversePools pools;
    private readonly ListenRule rule;
    private readonly List<PathLink> links;
    private readonly CancellationTokenSource stop = new();
    private readonly SemaphoreSlim looking = new(1, 1);
    private Task watching = Task.CompletedTask;

    public PeerPaths(PeerLinkOptions options, PeerIdentity identity, PeerTrust trust, PairingServer pairing, PeerEvents events, ReversePools pools, PeerTransport transport)
    {
        this.options = options;
        this.events = events;
        this.pools = pools;
        rule = new ListenRule(options.OnlyActiveListens);
        links = [.. options.Paths.Select(path => Make(path, identity, trust, pairing, transport))];
    }

    public IReadOnlyList<PathLink> All => links;

    public PeerClient First => links[0].Client;

    /// <summary>Connected when any path is; figures of the quickest.</summary>
    public PeerLinkStatus Status
    {
        get
        {
            var each = links.Select(link => (link.Client.Status, link.Meter.IsUp)).ToList();
            var best = each.Where(one => one.Status.State == PeerLinkState.Connected)
                .OrderByDescending(one => one.IsUp).ThenBy(one => one.Status.RoundTrip ?? TimeSpan.MaxValue).Select(one => one.Status).FirstOrDefault() ?? each[0].Status;
            return best with { Paths = [.. links.Select(link => link.Status)] };
        }
    }

    /// <summary>Opens all listeners; one path that works will do when another one's card or address is missing.</summary>
    /// <exception cref="PeerLinkException">No path, or a path for a reason that does not go away by itself.</exception>
    public void Open()
    {
        PeerLinkException? last = null;
        foreach (var link in links)
        {
            try
            {
                link.Listener.Open();
            }
            catch (PeerLinkException e) when (links.Count > 1 && PathListener.MayComeBack(e))
            {
                last = e;
                events.Raise("peer-path-listen", link.Path.AddressKey, $"Path {link.Path.Number} to the other server cannot be listened on yet: {e.Message}", Severity.Warning);
            }
        }

        if (last is not null && links.All(link => !link.Listener.IsOpen))
        {
            throw last;
        }
    }

    /// <summary>Connects on all paths.</summary>
    public void Start()
    {
        foreach (var link in links)
        {
            link.Client.Start();
        }

        watching = Task.Run(WatchAsync);
    }

    /// <summary>The path of an address that a person has typed.</summary>
    public PeerClient Towards(IPEndPoint peer) => (links.FirstOrDefault(link => link.Client.Peer?.Address.Equals(peer.Address) == true) ?? links[0]).Client;

    public void Reset()
    {
        foreach (var link in links)
        {
            link.Client.Reset();
        }
    }

    public void Wake()
    {
        foreach (var link in links)
        {
            link.Client.Wake();
        }
    }

    public Task RenewAsync(CancellationToken cancellationToken) => Task.WhenAll(links.Select(link => link.Client.RenewAsync(cancellationToken)));

    /// <summary>Both roles decide who listens.</summary>
    public void RoleIs(Role own)
    {
        if (rule.Own != own)
        {
            rule.Own = own;
            _ = LookAsync();
        }
    }

    /// <summary>The peer's role by its word.</summary>
    public void PeerRoleIs(Role peer) => rule.Peer = peer;

    /// <summary>The path to use now: the only one that is connected, or the one that answers; the first one when none is.</summary>
    public async Task<PeerClient> ChooseAsync(CancellationToken cancellationToken)
    {
        var connected = links.Where(link => link.IsConnected).OrderByDescending(link => link.Meter.IsUp).ToList();
        if (connected.Count < 2)
        {
            return connected.Count == 1 ? connected[0].Client : First;
        }

        // A path that was cut a moment ago still looks connected: ask before anything is entrusted to it. The slower answer is waited for by
        // nobody, but not cancelled either: a call that is cancelled counts as silence of its path.
        var asked = connected.ConvertAll(link => AnswersAsync(link.Client));
        await Task.WhenAny(asked[0], Task.Delay(Preference, options.Time, CancellationToken.None)).WaitAsync(cancellationToken);
        while (true)
        {
            if (asked.FindIndex(one => one.IsCompletedSuccessfully && one.Result) is >= 0 and var index)
            {
                return connected[index].Client;
            }

            var open = asked.FindAll(one => !one.IsCompleted);
            if (open.Count == 0)
            {
                return connected[0].Client;
            }

            await Task.WhenAny(open).WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        await looking.WaitAsync();
        foreach (var link in links)
        {
            await link.DisposeAsync();
        }

        stop.Dispose();
        looking.Dispose();
    }

    private async Task<bool> AnswersAsync(PeerClient client)
    {
        using var limit = new CancellationTokenSource(AliveTimeout, options.Time);
        try
        {
            // Whatever it answers: an older server does not know the question.
            using var response = await client.SendAsync(HttpMethod.Get, PeerRoutes.Alive, null, limit.Token);
            return response is not null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    private PathLink Make(PeerPath path, PeerIdentity identity, PeerTrust trust, PairingServer pairing, PeerTransport transport)
    {
        var meter = new PathMeter(options.Time);
        var pool = pools.Of(path);
        var client = new PeerClient(options, path, pool, identity, trust, pairing, events)
        {
            Established = () =>
            {
                meter.Connected();
                events.Handler?.LinkEstablished();
            },
            Lost = OnLost,
            MayPair = () => path.Number == 1 || First.IsPairingUnreachable,
        };
        if (pool is not null)
        {
            pool.Arrived += client.Wake;
        }

        return new PathLink
        {
            Path = path,
            Client = client,
            Listener = new PathListener(options, path, transport),
            Offer = new ReverseOffer(path, client, transport, options.Time),
            Meter = meter,
        };
    }

    private void OnLost()
    {
        if (!links.Exists(link => link.IsConnected))
        {
            events.Handler?.LinkLost();
        }

        _ = LookAsync();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(LookInterval, options.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                await LookAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The link stops.
        }
    }

    /// <summary>Follows what has changed on the paths; one look at a time.</summary>
    private async Task LookAsync()
    {
        try
        {
            await looking.WaitAsync(stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return;
        }

        try
        {
            foreach (var link in links)
            {
                link.Meter.Look(link.IsConnected);
            }

            foreach (var link in links)
            {
                Tell(link);
                var isOwn = link.IsConnected && !link.Client.IsReverse;
                link.Listener.Keep(rule.Listens(link.Meter.IsUp, isOwn));
                link.Offer.Keep(isOwn && (!link.Listener.IsOpen || !pools.IsReached(link.Path, OfferAfter)));
                GoDirect(link);
            }
        }
        catch (Exception e)
        {
            events.Raise("peer-link-error", e.GetType().Name, $"A look at the paths to the other server failed: {e.Message}", Severity.Warning);
        }
        finally
        {
            looking.Release();
        }
    }

    /// <summary>A borrowed connection is replaced by one of our own as soon as one can be made.</summary>
    private void GoDirect(PathLink link)
    {
        if (!link.IsConnected || !link.Client.IsReverse || options.Time.GetElapsedTime(link.TriedDirectAt) < (rule.WantsOwnConnections ? DirectSoon : DirectSometimes))
        {
            return;
        }

        link.TriedDirectAt = options.Time.GetTimestamp();
        _ = Task.Run(async () =>
        {
            using var limit = new CancellationTokenSource(DirectTimeout, options.Time);
            await link.Client.GoDirectAsync(limit.Token);
        });
    }

    /// <summary>One path of two: only when the other one is up, since else the pair has more to say than that.</summary>
    private void Tell(PathLink link)
    {
        if (links.Count < 2)
        {
            return;
        }

        var other = links.FirstOrDefault(one => one != link && one.Meter.IsUp);
        var name = $"Path {link.Path.Number} ({link.Path.Local} to {link.Status.Peer})";
        if (link.Meter.IsUp)
        {
            if (link.IsToldDown)
            {
                link.IsToldDown = false;
                events.Handler?.LinkEvent("peer-path-up", $"{name} to the other server is back{(other is null ? "." : ": the redundancy is restored.")}", Severity.Info);
            }

            return;
        }

        if (!link.IsToldDown && other is not null && options.Time.GetElapsedTime(link.Meter.ChangedAt) >= DownBeforeTold && options.Time.GetElapsedTime(other.Meter.ChangedAt) >= DownBeforeTold)
        {
            link.IsToldDown = true;
            var why = link.Status.Detail is { Length: > 0 } detail ? $" {detail}" : " No answers.";
            events.Handler?.LinkEvent("peer-path-down", $"{name} to the other server is down.{why} The redundancy is lost: the servers talk by path {other.Path.Number} only.", Severity.Warning);
        }
    }
}
