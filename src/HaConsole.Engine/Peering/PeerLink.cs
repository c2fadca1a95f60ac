using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>The peer link over HTTP/2 with mutual TLS 1.3 and pinned certificates.</summary>
public sealed class PeerLink : IPeerLink
{
    private static readonly TimeSpan DetailTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RotationTimeout = TimeSpan.FromSeconds(10);

    private readonly PeerLinkOptions options;
    private readonly PeerIdentity identity;
    private readonly PeerTrust trust;
    private readonly PeerEvents events;
    private readonly PeerConversation conversation;
    private readonly PairingServer pairing;
    private readonly PeerRequests requests;
    private readonly PeerListener listener;
    private readonly PeerPaths paths;
    private readonly CancellationTokenSource stop = new();
    private volatile string? peerDetail;
    private int fetchingDetail;
    private bool disposed;

    /// <summary>Makes or loads certificate and pin; nothing listens or connects before <see cref="StartAsync"/>.</summary>
    public PeerLink(PeerLinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        HttpPings.TurnOff();
        this.options = options;
        var keys = Path.Combine(options.DataDirectory, "keys");
        identity = new PeerIdentity(keys, options.Time);
        trust = new PeerTrust(keys);
        events = new PeerEvents(options.Time);
        conversation = new PeerConversation(options);
        pairing = new PairingServer(options, identity, trust, events);
        var pools = new ReversePools(options);
        var transport = new PeerTransport();
        requests = new PeerRequests(options, trust, pairing, conversation, events, pools) { PeerRoleIs = role => paths!.PeerRoleIs(role) };
        listener = new PeerListener(options, identity, trust, pairing, events, transport, requests.ServeAsync);
        paths = new PeerPaths(options, identity, trust, pairing, events, pools, transport);
        pairing.Paired += paths.Wake;
        trust.Replaced += OnReplaced;
    }

    /// <inheritdoc/>
    public PeerLinkStatus Status => paths.Status;

    /// <inheritdoc/>
    public string? PeerDetail => peerDetail;

    /// <summary>SHA-256 thumbprint of this server's certificate.</summary>
    public string Thumbprint => identity.Thumbprint;

    /// <summary>SHA-256 thumbprint of the peer's pinned certificate; empty when not paired.</summary>
    public string PeerThumbprint => trust.Pinned;

    /// <summary>Whether address and port can be listened on: looked at before anything runs that would have to be stopped again.</summary>
    /// <exception cref="PeerLinkException">They cannot.</exception>
    public static void CheckAddress(PeerLinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        PeerLinkException? last = null;
        var usable = 0;
        foreach (var path in options.Paths)
        {
            try
            {
                PathListener.Check(options, path);
                usable++;
            }
            catch (PeerLinkException e) when (options.Paths.Count > 1 && PathListener.MayComeBack(e))
            {
                last = e;
            }
        }

        if (usable == 0 && last is not null)
        {
            throw last;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="PeerLinkException">Address or port cannot be listened on.</exception>
    public async Task StartAsync(IPeerLinkHandler handler, CancellationToken cancellationToken)
    {
        events.Handler = handler;
        await listener.StartAsync(cancellationToken);
        paths.Open();
        paths.Start();
    }

    /// <inheritdoc/>
    public void SetPeerAddress(string address) => paths.First.SetPeer(address);

    /// <inheritdoc/>
    public Task<PeerReport?> ExchangeAsync(PeerReport own, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(own);

        paths.RoleIs(own.Role);

        // Numbered here, before anything is awaited: the order of the numbers is that of the reports.
        var sent = paths.All.Where(path => path.Meter.TryBegin(isOnlyPath: paths.All.Count == 1)).Select(path => (path, number: conversation.NextSequence())).ToList();
        return FirstAsync(sent.ConvertAll(one => HeartbeatAsync(one.path, own, one.number, timeout, cancellationToken)));
    }

    /// <inheritdoc/>
    public async Task<bool> PeerIsWellAsync(bool needsApplicationOk, TimeSpan timeout, CancellationToken cancellationToken)
        => paths.All.Count > 1 && await WithinAsync(token => AskTextAsync(HttpMethod.Get, PeerRoutes.Monitor + (needsApplicationOk ? "?ok=1" : ""), null, token), timeout, cancellationToken) == "1";

    /// <inheritdoc/>
    public Task<ConfigurationDocument?> PullConfigurationAsync(TimeSpan timeout, CancellationToken cancellationToken)
        => WithinAsync(token => AskAsync<ConfigurationDocument>(HttpMethod.Get, PeerRoutes.Configuration, null, token), timeout, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> PushConfigurationAsync(ConfigurationDocument document, TimeSpan timeout, CancellationToken cancellationToken)
        => await WithinAsync(token => AskTextAsync(HttpMethod.Put, PeerRoutes.Configuration, JsonContent.Create(document, options: PeerRoutes.Json), token), timeout, cancellationToken) == "1";

    /// <inheritdoc/>
    public Task<ForwardedResponse?> ForwardAsync(ForwardedRequest request, TimeSpan timeout, CancellationToken cancellationToken)
        => WithinAsync(token => AskAsync<ForwardedResponse>(HttpMethod.Post, PeerRoutes.Command, JsonContent.Create(request, options: PeerRoutes.Json), token), timeout, cancellationToken);

    /// <summary>Whether the peer says that a request with that nonce arrived at it; false when it cannot be asked.</summary>
    public async Task<bool> PeerSawNonceAsync(string nonce, TimeSpan timeout, CancellationToken cancellationToken)
        => await WithinAsync(token => AskTextAsync(HttpMethod.Get, PeerRoutes.Vip + "?nonce=" + Uri.EscapeDataString(nonce), null, token), timeout, cancellationToken) == "1";

    /// <inheritdoc/>
    public async Task<Stream> OpenFilesAsync(CancellationToken cancellationToken)
    {
        var client = await paths.ChooseAsync(cancellationToken);
        return await client.OpenStreamAsync(PeerRoutes.Files, PeerRoutes.FilesProtocol, cancellationToken);
    }

    /// <inheritdoc/>
    public string CreatePairingCode() => pairing.CreateCode();

    /// <inheritdoc/>
    public async Task<string?> JoinAsync(string code, string address, CancellationToken cancellationToken)
    {
        if (!PeerEndPoint.TryParse(address ?? "", options.PeerPort, out var at))
        {
            return $"\"{address}\" is not an address: legal are address and address:port.";
        }

        if (PairingCode.Normalize(code ?? "").Length != 16)
        {
            return "A pairing code has four groups of four characters.";
        }

        try
        {
            if (await paths.Towards(at).JoinAsync(at, code!, cancellationToken) is { } refusal)
            {
                return refusal.Message;
            }
        }
        catch (OperationCanceledException)
        {
            return "Joining was cancelled.";
        }

        if (paths.First.Peer is null)
        {
            paths.First.SetPeer(PeerEndPoint.Authority(at));
        }

        paths.Wake();
        return null;
    }

    /// <inheritdoc/>
    public async Task<string?> RotateCertificateAsync(CancellationToken cancellationToken)
    {
        if (!trust.IsPaired)
        {
            return "The two servers are not paired.";
        }

        var next = identity.CreateNext();
        var told = await WithinAsync(
            token => AskTextAsync(HttpMethod.Post, PeerRoutes.Certificate, new StringContent(PeerIdentity.ThumbprintOf(next), Encoding.ASCII), token),
            RotationTimeout,
            cancellationToken);
        if (told is null)
        {
            next.Dispose();
            return "The peer could not be told of the new certificate: the old one stays in use.";
        }

        identity.Adopt(next);
        events.Raise("certificate-rotated", PeerIdentity.ThumbprintOf(next), $"This server's certificate for the peer link is now {PeerIdentity.ThumbprintOf(next)}.", Severity.Info);
        using var limit = new CancellationTokenSource(RotationTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await paths.RenewAsync(either.Token);
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        await stop.CancelAsync();
        await paths.DisposeAsync();
        requests.CutHeld();
        await listener.DisposeAsync();
        requests.Dispose();
        identity.Dispose();
        stop.Dispose();
    }

    private void OnReplaced()
    {
        requests.CutHeld();
        paths.Reset();
    }

    /// <summary>The first answer; null when none of the paths brings one.</summary>
    private static async Task<PeerReport?> FirstAsync(List<Task<PeerReport?>> asked)
    {
        while (asked.Count > 0)
        {
            var done = await Task.WhenAny(asked);
            if (await done is { } answer)
            {
                return answer;
            }

            asked.Remove(done);
        }

        return null;
    }

    /// <summary>An exchange on one path; goes on for the path's own sake when another one was quicker.</summary>
    private async Task<PeerReport?> HeartbeatAsync(PathLink path, PeerReport own, long number, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answer = await WithinAsync(token => ExchangeAsync(path.Client, own, number, token), timeout, cancellationToken);
        path.Meter.End(answer is null ? null : path.Client.RoundTrip);
        if (answer is not null)
        {
            paths.PeerRoleIs(answer.Role);
        }

        return answer;
    }

    private async Task<PeerReport?> ExchangeAsync(PeerClient client, PeerReport own, long number, CancellationToken cancellationToken)
    {
        var (answer, inFullWanted) = await ExchangeOnceAsync(client, own, number, inFull: false, cancellationToken);
        if (inFullWanted)
        {
            (answer, _) = await ExchangeOnceAsync(client, own, conversation.NextSequence(), inFull: true, cancellationToken);
        }

        if (answer is not null && conversation.WantsDetail)
        {
            FetchDetail();
        }

        return answer;
    }

    private async Task<(PeerReport? Answer, bool InFullWanted)> ExchangeOnceAsync(PeerClient client, PeerReport own, long number, bool inFull, CancellationToken cancellationToken)
    {
        var sent = options.Time.GetTimestamp();
        var request = conversation.Compose(own, number, inFull, heldFor: 0, events.Handler?.DetailVersion ?? 0);
        using var content = new ByteArrayContent(PeerMessage.Write(request));
        using var response = await client.SendAsync(HttpMethod.Post, PeerRoutes.Exchange, content, cancellationToken);
        if (response is null)
        {
            return (null, false);
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            await NoteRefusalAsync(client, response, cancellationToken);
            return (null, response.StatusCode == HttpStatusCode.PreconditionRequired);
        }

        var arrivedAt = PeerMessage.ToWire(options.Time.GetUtcNow());
        var elapsed = options.Time.GetElapsedTime(sent);
        var answer = PeerMessage.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken), out var problem);
        if (answer is null)
        {
            events.Raise("peer-message-refused", "answer", problem, Severity.Alarm);
            return (null, false);
        }

        if (answer.Sequence != number || answer.Report.Rank == options.Rank || !conversation.IsPresent(answer))
        {
            events.Raise("peer-replay", "answer", "An answer of the peer that belongs to no question was refused.", Severity.Warning);
            return (null, false);
        }

        var roundTrip = elapsed - PeerMessage.FromWire(answer.HeldFor);
        var offset = PeerMessage.FromWire(answer.SentAt - answer.HeldFor - request.SentAt + answer.SentAt - arrivedAt) / 2;
        client.Measured(roundTrip < TimeSpan.Zero ? TimeSpan.Zero : roundTrip, offset);
        return (conversation.TakeIn(answer), false);
    }

    private async Task NoteRefusalAsync(PeerClient client, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.PreconditionRequired)
        {
            return;
        }

        var refusal = await PeerFailure.RefusalAsync(response, cancellationToken);
        client.NoteFailure(refusal.Message);
        if (refusal.Code is not "certificate-refused")
        {
            events.Raise(refusal.Code == "version" ? "peer-version" : "peer-exchange-refused", refusal.Code, $"The peer refuses this server's messages: {refusal.Message}", Severity.Alarm);
        }
    }

    private void FetchDetail()
    {
        if (Interlocked.Exchange(ref fetchingDetail, 1) != 0)
        {
            return;
        }

        _ = Task.Run(async () =>
        {
            try
            {
                if (await WithinAsync(token => AskBytesAsync(HttpMethod.Get, PeerRoutes.Detail, null, token), DetailTimeout, stop.Token) is { Length: >= 8 } body)
                {
                    peerDetail = Encoding.UTF8.GetString(body.AsSpan(8));
                    conversation.DetailArrived(BinaryPrimitives.ReadInt64LittleEndian(body));
                }
            }
            finally
            {
                Volatile.Write(ref fetchingDetail, 0);
            }
        });
    }

    private async Task<T?> AskAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
        where T : class
        => await AskBytesAsync(method, path, content, cancellationToken) is { } body ? JsonSerializer.Deserialize<T>(body, PeerRoutes.Json) : null;

    private async Task<string?> AskTextAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
        => await AskBytesAsync(method, path, content, cancellationToken) is { } body ? Encoding.UTF8.GetString(body) : null;

    private async Task<byte[]?> AskBytesAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using (content)
        {
            var client = await paths.ChooseAsync(cancellationToken);
            using var response = await client.SendAsync(method, path, content, cancellationToken);
            return response is { StatusCode: HttpStatusCode.OK } ? await response.Content.ReadAsByteArrayAsync(cancellationToken) : null;
        }
    }

    /// <summary>Runs a call within its time; null when it fails or is too late. The caller goes on at that moment, whatever the call still does.</summary>
    private async Task<T?> WithinAsync<T>(Func<CancellationToken, Task<T?>> call, TimeSpan timeout, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = new CancellationTokenSource(timeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await call(either.Token).WaitAsync(timeout + TimeSpan.FromMilliseconds(50), options.Time, CancellationToken.None);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException or HttpRequestException or IOException or JsonException or ObjectDisposedException)
        {
            return null;
        }
        catch (Exception e)
        {
            events.Raise("peer-link-error", e.GetType().Name, string.Create(CultureInfo.InvariantCulture, $"A call to the peer failed: {e.Message}"), Severity.Warning);
            return null;
        }
    }
}
