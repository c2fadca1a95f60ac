using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaConsole.Engine.Peering;

/// <summary>
/// The listener of the peer link: a host of its own, so that it lives and dies with the engine and not with the console. HTTP/2 over
/// TLS 1.3 with a client certificate; HTTP/1.1 for connections that become streams. Its connections come from <see cref="PeerTransport"/>.
/// </summary>
internal sealed class PeerListener(PeerLinkOptions options, PeerIdentity identity, PeerTrust trust, PairingServer pairing, PeerEvents events, PeerTransport transport, RequestDelegate serve)
    : IAsyncDisposable
{
    private const int ConnectionLimit = 64;
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);
    private WebApplication? application;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // An empty builder reads no configuration and no environment: nothing but this listener can be configured into it.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton<IConnectionListenerFactory>(transport);
        builder.WebHost.ConfigureKestrel(Configure);
        application = builder.Build();
        application.Run(serve);
        await application.StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (application is null)
        {
            return;
        }

        using var limit = new CancellationTokenSource(StopTimeout);
        try
        {
            await application.StopAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Streams that do not end in time are cut by the disposal.
        }

        await application.DisposeAsync();
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = ConnectionLimit;
        kestrel.Limits.MaxRequestBodySize = PeerRoutes.LongestBody;

        // The peer holds a stream as long as it is connected; who holds none only takes a place.
        kestrel.Limits.KeepAliveTimeout = IdleTimeout;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        // The transport has sockets of its own; the address is a name only.
        kestrel.Listen(new IPEndPoint(IPAddress.None, options.Port), listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificateSelector = (_, _) => identity.Current,
                SslProtocols = SslProtocols.Tls13,
                ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                ClientCertificateValidation = (certificate, _, _) => MayEnter(certificate),
                HandshakeTimeout = HandshakeTimeout,
                OnAuthenticate = (_, tls) =>
                {
                    tls.AllowTlsResume = false;
                    tls.CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
                },
            });
        });
    }

    /// <summary>While pairing is possible a stranger gets as far as the pairing route, and no further.</summary>
    private bool MayEnter(X509Certificate2 certificate)
    {
        var thumbprint = PeerIdentity.ThumbprintOf(certificate);
        if (trust.Accepts(thumbprint) || pairing.IsOpen)
        {
            return true;
        }

        events.CertificateRefused(thumbprint, "an incoming connection");
        return false;
    }

    /// <summary>The usual lifetime would end this host at SIGTERM, before the role has been handed over.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
