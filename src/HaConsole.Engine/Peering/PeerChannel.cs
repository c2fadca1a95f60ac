using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace HaConsole.Engine.Peering;

/// <summary>
/// One HTTP/2 connection to the peer (made again when it breaks), from the redundancy address, with one own certificate. No pings and
/// no headers beyond the needed ones: silence is noticed by the exchanges.
/// </summary>
internal sealed class PeerChannel : IDisposable
{
    /// <summary>TCP and TLS together; enough for three round trips of one second.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(4);

    /// <summary>Until a stream is answered.</summary>
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);

    private static readonly HttpRequestOptionsKey<bool> DirectOnly = new("direct-only");

    private readonly HttpClient client;
    private readonly HttpClient streams;
    private readonly string authority;

    /// <param name="options">Clock and more.</param>
    /// <param name="dial">Makes its connections.</param>
    /// <param name="peer">Where.</param>
    /// <param name="certificate">Own certificate.</param>
    /// <param name="accepts">Whether a certificate is the peer's.</param>
    public PeerChannel(PeerLinkOptions options, PeerDial dial, IPEndPoint peer, X509Certificate2 certificate, Func<string, bool> accepts)
    {
        Peer = peer;
        Certificate = certificate;
        authority = "https://" + PeerEndPoint.Authority(peer);
        Born = options.Time.GetTimestamp();
        client = Client(dial, peer, certificate, accepts, HttpVersion.Version20);
        streams = Client(dial, peer, certificate, accepts, HttpVersion.Version11);
    }

    public IPEndPoint Peer { get; }

    public X509Certificate2 Certificate { get; }

    /// <summary>The connection that carries it was made by the peer.</summary>
    public bool IsReverse { get; private set; }

    /// <summary>Timestamp of its creation.</summary>
    public long Born { get; }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, authority + path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };

        // The pin names the server; one letter instead of address and port in every exchange.
        request.Headers.Host = "p";
        return await client.SendAsync(request, completion, cancellationToken);
    }

    /// <summary>A further connection that becomes a stream of both directions. An exception says why not.</summary>
    public async Task<Stream> OpenStreamAsync(string path, string protocol, bool directOnly, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, authority + path)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Host = "p";
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue(protocol));
        request.Options.Set(DirectOnly, directOnly);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(OpenTimeout);
        var response = await streams.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            // The stream owns the connection; the response holds nothing else.
            return await response.Content.ReadAsStreamAsync(limit.Token);
        }

        using (response)
        {
            throw new IOException((await PeerFailure.RefusalAsync(response, limit.Token)).Message);
        }
    }

    public void Dispose()
    {
        client.Dispose();
        streams.Dispose();
    }

    private HttpClient Client(PeerDial dial, IPEndPoint peer, X509Certificate2 certificate, Func<string, bool> accepts, Version version) => new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = false,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ConnectTimeout = ConnectTimeout,
            // A stream may stand still for as long as the other side is busy; its own pulse notices silence.
            ConnectCallback = (context, cancellationToken) => ConnectAsync(dial, peer, version, context.InitialRequestMessage, cancellationToken),
            SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = "haconsole-peer",
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = [certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                AllowTlsResume = false,
                CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && accepts(PeerIdentity.ThumbprintOf(shown)),
            },
        })
    {
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,

        // Every call brings its own limit.
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = PeerRoutes.LongestBody,
    };

    private async ValueTask<Stream> ConnectAsync(PeerDial dial, IPEndPoint peer, Version version, HttpRequestMessage first, CancellationToken cancellationToken)
    {
        var isMain = version == HttpVersion.Version20;
        var (stream, isReverse) = await dial.ConnectAsync(peer, hasUserTimeout: isMain, directOnly: first.Options.TryGetValue(DirectOnly, out var only) && only, cancellationToken);
        if (isMain)
        {
            IsReverse = isReverse;
        }

        return stream;
    }
}

/// <summary>Failures of a call to the peer as sentences.</summary>
internal static class PeerFailure
{
    public static string Describe(Exception failure, IPEndPoint peer)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return $"The server at {peer} refuses the connection: HaConsole does not run there, or Node:PeerPort differs.";
                case SocketException { SocketErrorCode: SocketError.AddressNotAvailable }:
                    return "The local redundancy address is not an address of this server now.";
                case InterfaceException missing:
                    return missing.Message;
                case SocketException socket:
                    return $"No connection to {peer}: {socket.SocketErrorCode}.";
                case AuthenticationException:
                    return $"The certificate of the server at {peer} is not that of the peer, or it refuses ours.";
            }
        }

        return $"No answer from {peer}: {failure.Message}";
    }

    public static async Task<PeerRefusal> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            if (await response.Content.ReadFromJsonAsync<PeerRefusal>(PeerRoutes.Json, cancellationToken) is { Code: not null, Message: not null } refusal)
            {
                return refusal;
            }
        }
        catch (JsonException)
        {
            // No sentence of ours: the status must do.
        }

        return new PeerRefusal("status", $"The peer answers {(int)response.StatusCode}.");
    }
}
