using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Json;
using HaConsole.Engine.Configuration;
using HaConsole.Failover;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace HaConsole.Engine.Peering;

/// <summary>Serves what the peer asks. Who is not the pinned peer gets no further than pairing.</summary>
internal sealed class PeerRequests(PeerLinkOptions options, PeerTrust trust, PairingServer pairing, PeerConversation conversation, PeerEvents events, ReversePools reverse)
    : IDisposable
{
    private readonly Lock gate = new();
    private CancellationTokenSource held = new();
    private readonly Lock hearingGate = new();
    private Task<PeerReport>? lastHearing;

    /// <summary>Told the peer's role by its own word.</summary>
    public Action<Role> PeerRoleIs { get; init; } = _ => { };

    /// <summary>Ends all held streams: the pin has changed, or the link stops.</summary>
    public void CutHeld()
    {
        CancellationTokenSource cut;
        lock (gate)
        {
            cut = held;
            held = new CancellationTokenSource();
        }

        cut.Cancel();
        cut.Dispose();
    }

    public void Dispose() => held.Dispose();

    public async Task ServeAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (OperationCanceledException)
        {
            // The peer has given up, or this server stops.
        }
        catch (Exception e) when (e is JsonException or FormatException or BadHttpRequestException or IOException)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "malformed", $"The request cannot be read: {e.Message}");
        }
        catch (Exception e)
        {
            events.Raise("peer-link-error", e.GetType().Name, $"A request of the peer failed: {e.Message}", Severity.Warning);
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, "error", "The request failed on the peer.");
        }
    }

    private async Task RouteAsync(HttpContext context)
    {
        // A date costs half as many bytes as an exchange; left empty it would be filled in.
        context.Response.Headers.Date = "0";
        var thumbprint = context.Connection.ClientCertificate is { } certificate ? PeerIdentity.ThumbprintOf(certificate) : "";
        var from = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var path = context.Request.Path.Value ?? "";
        if (path is PeerRoutes.PairBegin or PeerRoutes.PairFinish)
        {
            await PairAsync(context, path, thumbprint, from);
            return;
        }

        if (events.Handler is not { } handler || !trust.Accepts(thumbprint))
        {
            events.CertificateRefused(thumbprint, from.ToString());
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "certificate-refused", "The peer does not accept this server's certificate: pair the two servers again.");
            return;
        }

        await ((context.Request.Method, path) switch
        {
            ("POST", PeerRoutes.Exchange) => ExchangeAsync(context, handler, from),
            ("GET", PeerRoutes.Link) => HoldAsync(context),
            ("GET", PeerRoutes.Configuration) => context.Response.WriteAsJsonAsync(handler.Configuration, PeerRoutes.Json, context.RequestAborted),
            ("PUT", PeerRoutes.Configuration) => OfferAsync(context, handler),
            ("POST", PeerRoutes.Command) => CommandAsync(context, handler),
            ("GET", PeerRoutes.Detail) => DetailAsync(context, handler),
            ("GET", PeerRoutes.Files) => UpgradeAsync(context, PeerRoutes.FilesProtocol, handler.ServeFilesAsync),
            ("GET", PeerRoutes.Vip) => context.Response.WriteAsync(options.NonceArrived(context.Request.Query["nonce"].ToString()) ? "1" : "0", context.RequestAborted),
            ("POST", PeerRoutes.Certificate) => AnnounceAsync(context),
            ("GET", PeerRoutes.Alive) => Task.CompletedTask,
            ("GET", PeerRoutes.Monitor) => MonitorAsync(context, handler),
            ("GET", PeerRoutes.Reverse) => UpgradeAsync(context, PeerRoutes.ReverseProtocol, (stream, cancel) => reverse.ServeAsync(context.Connection.LocalIpAddress, stream, cancel)),
            _ => RefuseAsync(context, StatusCodes.Status404NotFound, "unknown-request", "The peer's software version does not know this request."),
        });
    }

    private async Task ExchangeAsync(HttpContext context, IPeerLinkHandler handler, IPAddress from)
    {
        var arrived = options.Time.GetTimestamp();
        var body = await ReadAsync(context, PeerRoutes.LongestForeignBody * 16);
        if (PeerMessage.Read(body, out var problem) is not { } request)
        {
            events.Raise(PeerMessage.IsTooNew(body) ? "peer-version" : "peer-message-refused", from.ToString(), problem, Severity.Alarm);
            await RefuseAsync(context, StatusCodes.Status409Conflict, "version", problem);
            return;
        }

        if (Refusal(request) is { } refusal)
        {
            events.Raise(refusal.Code, from.ToString(), refusal.Message, Severity.Alarm);
            await RefuseAsync(context, StatusCodes.Status409Conflict, refusal.Code, refusal.Message);
            return;
        }

        var (freshness, hearing) = Hear(request, handler, context.RequestAborted);
        if (freshness == Freshness.Stale)
        {
            const string Sentence = "A message of the peer that was sent before, or by an earlier process of it, was refused.";
            events.Raise("peer-replay", from.ToString(), Sentence, Severity.Warning);
            await RefuseAsync(context, StatusCodes.Status409Conflict, "peer-replay", Sentence);
            return;
        }

        if (hearing is null)
        {
            context.Response.StatusCode = StatusCodes.Status428PreconditionRequired;
            return;
        }

        PeerRoleIs(request.Report.Role);
        var answer = await hearing;
        var heldFor = options.Time.GetElapsedTime(arrived).Ticks / 1000;
        await WriteAsync(context, PeerMessage.Write(conversation.Compose(answer, request.Sequence, inFull: false, heldFor, handler.DetailVersion)));
    }

    /// <summary>Hands the message to the engine in the order of its numbers; the answer to an overtaken one is that to the one before it.</summary>
    private (Freshness Freshness, Task<PeerReport>? Hearing) Hear(PeerEnvelope request, IPeerLinkHandler handler, CancellationToken cancellationToken)
    {
        lock (hearingGate)
        {
            var freshness = conversation.Judge(request);
            if (freshness == Freshness.Fresh)
            {
                lastHearing = conversation.TakeIn(request) is { } report ? handler.HeardAsync(report, cancellationToken) : null;
            }

            return (freshness, freshness == Freshness.Stale ? null : lastHearing);
        }
    }

    /// <summary>Why a readable message is not the peer's.</summary>
    private PeerRefusal? Refusal(PeerEnvelope request)
    {
        if (request.Pair != options.Pair)
        {
            return new PeerRefusal("peer-other-pair", $"The peer belongs to the pair \"{request.Pair}\", this server to \"{options.Pair}\".");
        }

        return request.Report.Rank == options.Rank
            ? new PeerRefusal("peer-same-rank", $"Both servers are configured as server #{options.Rank.Number()}: check Node:LocalAddress on both.")
            : null;
    }

    /// <summary>Says nothing and ends only with the connection: whoever reads it learns of the loss at once.</summary>
    private async Task HoldAsync(HttpContext context)
    {
        CancellationToken cut;
        lock (gate)
        {
            cut = held.Token;
        }

        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cut, context.RequestAborted);

        // A connection that this server has made itself has no port here: see ReverseConnection.
        using var counted = context.Connection is { LocalPort: not 0, LocalIpAddress: { } at } ? reverse.Reached(at) : null;
        await Task.Delay(Timeout.InfiniteTimeSpan, either.Token);
    }

    /// <summary>The connection carries something else from now on, until either side closes it.</summary>
    private async Task UpgradeAsync(HttpContext context, string protocol, Func<Stream, CancellationToken, Task> serve)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade)
        {
            await RefuseAsync(context, StatusCodes.Status426UpgradeRequired, "upgrade-required", "This is asked for by an upgrade of the connection.");
            return;
        }

        CancellationToken cut;
        lock (gate)
        {
            cut = held.Token;
        }

        context.Response.Headers.Upgrade = protocol;
        await using var stream = await upgrade.UpgradeAsync();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cut, context.RequestAborted);
        try
        {
            await serve(stream, either.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Either side has closed it; the side that wants it connects again.
        }
    }

    private static async Task MonitorAsync(HttpContext context, IPeerLinkHandler handler)
        => await context.Response.WriteAsync(await handler.IsWellAsync(context.Request.Query["ok"] == "1", context.RequestAborted) ? "1" : "0", context.RequestAborted);

    private static async Task OfferAsync(HttpContext context, IPeerLinkHandler handler)
    {
        var document = await JsonSerializer.DeserializeAsync<ConfigurationDocument>(context.Request.Body, PeerRoutes.Json, context.RequestAborted)
            ?? throw new JsonException("no document");
        var adopted = await handler.OfferConfigurationAsync(document, context.RequestAborted);
        await context.Response.WriteAsync(adopted ? "1" : "0", context.RequestAborted);
    }

    private static async Task CommandAsync(HttpContext context, IPeerLinkHandler handler)
    {
        var request = await JsonSerializer.DeserializeAsync<ForwardedRequest>(context.Request.Body, PeerRoutes.Json, context.RequestAborted)
            ?? throw new JsonException("no command");
        var response = await handler.ForwardedAsync(request, context.RequestAborted);
        await context.Response.WriteAsJsonAsync(response, PeerRoutes.Json, context.RequestAborted);
    }

    private static Task DetailAsync(HttpContext context, IPeerLinkHandler handler)
    {
        // The version first: a document that changes in between is then fetched once more, never missed.
        var version = handler.DetailVersion;
        var detail = handler.Detail;
        var body = new byte[8 + Encoding.UTF8.GetByteCount(detail)];
        BinaryPrimitives.WriteInt64LittleEndian(body, version);
        Encoding.UTF8.GetBytes(detail, body.AsSpan(8));
        return WriteAsync(context, body);
    }

    private async Task AnnounceAsync(HttpContext context)
    {
        var body = Encoding.ASCII.GetString(await ReadAsync(context, 256));
        if (body.Length != 64 || !body.All(char.IsAsciiHexDigitUpper))
        {
            throw new FormatException("not a thumbprint");
        }

        trust.Announce(body);
        events.Raise("peer-certificate-announced", body, $"The peer changes its certificate to {body}.", Severity.Info);
    }

    private async Task PairAsync(HttpContext context, string path, string thumbprint, IPAddress from)
    {
        if (context.Request.Method != "POST")
        {
            await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "unknown-request", "Pairing is asked for by POST.");
            return;
        }

        var body = await ReadAsync(context, PeerRoutes.LongestForeignBody);
        object? answer;
        PeerRefusal? refusal;
        if (path == PeerRoutes.PairBegin)
        {
            var hello = JsonSerializer.Deserialize<PairingHello>(body, PeerRoutes.Json);
            (answer, refusal) = hello is { Kind: not null, Pair: not null, Nonce: not null } ? pairing.Begin(hello, thumbprint, from) : throw new JsonException("fields are missing");
        }
        else
        {
            var proof = JsonSerializer.Deserialize<PairingAnswer>(body, PeerRoutes.Json);
            (answer, refusal) = proof is { Session: not null, Proof: not null } ? pairing.Finish(proof, thumbprint, from) : throw new JsonException("fields are missing");
        }

        if (refusal is not null)
        {
            var status = refusal.Code == "too-many-attempts" ? StatusCodes.Status429TooManyRequests : StatusCodes.Status403Forbidden;
            await RefuseAsync(context, status, refusal.Code, refusal.Message);
            return;
        }

        await context.Response.WriteAsJsonAsync(answer, answer!.GetType(), PeerRoutes.Json, context.RequestAborted);
    }

    private static async Task<byte[]> ReadAsync(HttpContext context, int longest)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = longest;
        }

        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.ToArray();
    }

    private static Task WriteAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static async Task RefuseAsync(HttpContext context, int status, string code, string sentence)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(new PeerRefusal(code, sentence), PeerRoutes.Json, context.RequestAborted);
    }
}
