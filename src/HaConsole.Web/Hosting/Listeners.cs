using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Api;
using HaConsole.Web.Cli;
using HaConsole.Web.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace HaConsole.Web.Hosting;

/// <summary>Sets up what the web server listens on.</summary>
public static class Listeners
{
    /// <summary>HTTP, HTTPS and the control socket. A wrong value is a <see cref="StartRefusedException"/> that names its key.</summary>
    public static void Configure(WebApplicationBuilder builder, NodeOptions node, string controlPath)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(node);
        CheckPort("Node:HttpPort", node.HttpPort);
        CheckPort("Node:HttpsPort", node.HttpsPort);
        var address = Address(node);
        var certificate = node.HttpsPort > 0 ? Certificate(node) : null;
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.AllowHostHeaderOverride = true;
            kestrel.Limits.MaxRequestBodySize = Security.BodyLimit.Most;
            kestrel.ListenUnixSocket(controlPath, MarkControl);
            Listen(kestrel, address, node.HttpPort, null);
            if (certificate is not null)
            {
                Listen(kestrel, address, node.HttpsPort, certificate);
            }
        });
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = endPoint => endPoint is UnixDomainSocketEndPoint unix
            ? ControlSocket.Bind(unix)
            : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint));
    }

    /// <summary>The sentence for a listener that could not be opened.</summary>
    public static string Explain(Exception failure, NodeOptions node)
    {
        ArgumentNullException.ThrowIfNull(failure);
        ArgumentNullException.ThrowIfNull(node);
        var where = Address(node)?.ToString() ?? "*";
        var key = node.HttpsPort > 0 && failure.Message.Contains($":{node.HttpsPort}", StringComparison.Ordinal) ? "Node:HttpsPort" : "Node:HttpPort";
        var port = key == "Node:HttpsPort" ? node.HttpsPort : node.HttpPort;
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is Microsoft.AspNetCore.Connections.AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
            {
                return $"{key} {port}: the port is in use on {where}";
            }

            if (e is SocketException { SocketErrorCode: SocketError.AddressNotAvailable })
            {
                return $"Node:HttpAddress {where}: this server has no such address";
            }

            if (e is SocketException { SocketErrorCode: SocketError.AccessDenied })
            {
                return $"{key} {port}: not permitted on {where}";
            }
        }

        return $"{key} {port}: {failure.Message}";
    }

    private static void Listen(KestrelServerOptions kestrel, IPAddress? address, int port, Func<X509Certificate2>? certificate)
    {
        void Set(ListenOptions options)
        {
            if (certificate is not null)
            {
                options.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate());
            }
        }

        if (address is null)
        {
            kestrel.ListenAnyIP(port, Set);
        }
        else
        {
            kestrel.Listen(address, port, Set);
        }
    }

    private static void MarkControl(ListenOptions options) => options.Use(next => connection =>
    {
        connection.Features.Set(ControlConnection.Instance);
        return next(connection);
    });

    /// <summary>Null means all addresses. Nothing configured at all: loopback, so that a fresh server is not open to the network.</summary>
    private static IPAddress? Address(NodeOptions node)
    {
        if (node.HttpAddress == "*")
        {
            return null;
        }

        var (key, text) = node.HttpAddress.Length > 0 ? ("Node:HttpAddress", node.HttpAddress) : ("Node:LocalAddress", node.LocalAddress);
        if (text.Length == 0)
        {
            return IPAddress.Loopback;
        }

        return IPAddress.TryParse(text, out var address)
            ? address
            : throw new StartRefusedException($"{key} '{text}': must be an IPv4 or IPv6 address{(key == "Node:HttpAddress" ? " or *" : "")}", ExitCode.Invalid);
    }

    private static void CheckPort(string key, int port)
    {
        if (port is < 0 or > 65535)
        {
            throw new StartRefusedException($"{key} {port}: must be 0 to 65535", ExitCode.Invalid);
        }
    }

    /// <summary>The configured certificate, or the one that this server makes for itself.</summary>
    private static Func<X509Certificate2> Certificate(NodeOptions node)
    {
        if (node.Certificate.Length > 0)
        {
            var loaded = LoadCertificate(node.Certificate);
            return () => loaded;
        }

        try
        {
            var generated = new GeneratedCertificate(node, TimeProvider.System);
            return () => generated.Current;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"Node:DataDirectory {node.DataDirectory}: {e.Message}");
        }
    }

    /// <summary>A PKCS #12 file without password, or PEM with the key in the same file or beside it as <c>.key</c>.</summary>
    private static X509Certificate2 LoadCertificate(string path)
    {
        try
        {
            if (!File.ReadAllText(path).Contains("-----BEGIN", StringComparison.Ordinal))
            {
                return X509CertificateLoader.LoadPkcs12FromFile(path, "");
            }

            var keyFile = Path.ChangeExtension(path, ".key");
            return X509Certificate2.CreateFromPemFile(path, File.Exists(keyFile) ? keyFile : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartRefusedException($"Node:Certificate {path}: {e.Message}", ExitCode.Invalid);
        }
    }
}

/// <summary>Mark of a connection that came by the control socket: its sender is this server's owner.</summary>
public sealed class ControlConnection
{
    private ControlConnection()
    {
    }

    /// <summary>The mark.</summary>
    public static ControlConnection Instance { get; } = new();

    /// <summary>Whether a request came by the control socket.</summary>
    public static bool Carries(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<ControlConnection>() is not null;
    }
}
