using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaConsole.Engine.Peering;

/// <summary>
/// The listener of the peer link: a host of its own, so that it lives and dies with the engine and not with the console. HTTP/2 over
/// TLS 1.3 with a client certificate, on the redundancy address only; HTTP/1.1 for connections that become file channels.
/// </summary>
internal sealed class PeerListener(PeerLinkOptions options, PeerIdentity identity, PeerTrust trust, PairingServer pairing, PeerEvents events, RequestDelegate serve)
    : IAsyncDisposable
{
    private const int ConnectionLimit = 64;
    private const int SecondsToKeepAlive = 120;
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);
    private WebApplication? application;

    /// <summary>Binds to the address for a moment.</summary>
    public static void Check(PeerLinkOptions options)
    {
        try
        {
            Bind(EndPointOf(options)).Dispose();
        }
        catch (SocketException e)
        {
            throw new PeerLinkException(Cause(e, options)!, e);
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var endPoint = EndPointOf(options);

        // An empty builder reads no configuration and no environment: nothing but this listener can be configured into it.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = Bind);
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, endPoint));
        application = builder.Build();
        application.Run(serve);
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (Exception e) when (Cause(e, options) is { } cause)
        {
            throw new PeerLinkException(cause, e);
        }
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

    private static IPEndPoint EndPointOf(PeerLinkOptions options)
    {
        if (!IPAddress.TryParse(options.RedundancyAddress, out var address))
        {
            throw new PeerLinkException($"Node:RedundancyAddress: \"{options.RedundancyAddress}\" is not an IP address.");
        }

        return options.Port is >= 1 and <= IPEndPoint.MaxPort
            ? new IPEndPoint(address, options.Port)
            : throw new PeerLinkException($"Node:PeerPort: {options.Port} is not a port; legal are 1 … {IPEndPoint.MaxPort}.");
    }

    private static Socket Bind(EndPoint endPoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);

        // Accepted connections inherit it: that of a server that vanished without a word must not stay for ever.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, SecondsToKeepAlive);
        return socket;
    }

    private void Configure(KestrelServerOptions kestrel, IPEndPoint endPoint)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = ConnectionLimit;
        kestrel.Limits.MaxRequestBodySize = PeerRoutes.LongestBody;

        // The peer holds a stream as long as it is connected; who holds none only takes a place.
        kestrel.Limits.KeepAliveTimeout = IdleTimeout;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Listen(endPoint, listen =>
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

    private static string? Cause(Exception failure, PeerLinkOptions options)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return $"Node:PeerPort: {options.RedundancyAddress}:{options.Port} is in use by another program.";
                case SocketException { SocketErrorCode: SocketError.AddressNotAvailable }:
                    return $"Node:RedundancyAddress: {options.RedundancyAddress}:{options.Port} cannot be listened on, the address is not one of this server.";
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return $"Node:PeerPort: no permission to listen on {options.RedundancyAddress}:{options.Port}.";
                case SocketException socket:
                    return $"Node:RedundancyAddress: cannot listen on {options.RedundancyAddress}:{options.Port}, {socket.SocketErrorCode}.";
            }
        }

        return null;
    }

    /// <summary>The usual lifetime would end this host at SIGTERM, before the role has been handed over.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
