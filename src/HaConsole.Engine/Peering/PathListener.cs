using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaConsole.Engine.Peering;

/// <summary>Listens on one path: opened and closed while the link runs, and made anew when its interface has come back.</summary>
internal sealed class PathListener(PeerLinkOptions options, PeerPath path, PeerTransport transport) : IDisposable
{
    private const int SecondsToKeepAlive = 120;
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);
    private readonly SocketConnectionContextFactory contexts = new(new SocketConnectionFactoryOptions(), NullLogger.Instance);
    private readonly Lock gate = new();
    private Socket? socket;
    private uint index;
    private volatile string problem = "";

    /// <summary>Whether it listens now.</summary>
    public bool IsOpen
    {
        get
        {
            lock (gate)
            {
                return socket is not null;
            }
        }
    }

    /// <summary>Why it cannot listen although it should; else empty.</summary>
    public string Problem => problem;

    /// <summary>Binds to the address and interface for a moment.</summary>
    /// <exception cref="PeerLinkException">It cannot be listened on.</exception>
    public static void Check(PeerLinkOptions options, PeerPath path)
    {
        if (InterfaceBinding.Mismatch(path) is { } mismatch)
        {
            throw new PeerLinkException(mismatch);
        }

        try
        {
            Bind(options, path).Dispose();
        }
        catch (Exception e) when (e is SocketException or InterfaceException)
        {
            throw new PeerLinkException(Cause(e, options, path), e);
        }
    }

    /// <summary>Whether it may work later without anybody's doing: the card is out, or the address has not been given yet.</summary>
    public static bool MayComeBack(PeerLinkException failure)
        => failure.InnerException is SocketException { SocketErrorCode: SocketError.AddressNotAvailable } or InterfaceException;

    /// <summary>Listens, or fails with a sentence that names the key.</summary>
    /// <exception cref="PeerLinkException">It cannot be listened on.</exception>
    public void Open()
    {
        lock (gate)
        {
            if (socket is not null)
            {
                return;
            }

            Socket? made = null;
            try
            {
                index = InterfaceBinding.IndexOf(path.Interface);
                made = Bind(options, path);
                made.Listen();
            }
            catch (Exception e) when (e is SocketException or InterfaceException)
            {
                made?.Dispose();
                problem = Cause(e, options, path);
                throw new PeerLinkException(problem, e);
            }

            problem = "";
            socket = made;
            _ = Task.Run(() => AcceptAsync(made));
        }
    }

    /// <summary>Ends to listen; connections that exist go on.</summary>
    public void Close()
    {
        lock (gate)
        {
            socket?.Dispose();
            socket = null;
        }
    }

    /// <summary>Listens or not, as wanted; what cannot be done now is tried again by the next call.</summary>
    public void Keep(bool wanted)
    {
        if (!wanted)
        {
            problem = "";
            Close();
            return;
        }

        if (path.Interface.Length > 0 && IsOpen && InterfaceBinding.IndexOf(path.Interface) != index)
        {
            // The card was taken out: the socket belongs to one that is gone, even if another of the same name is there now.
            Close();
        }

        try
        {
            Open();
        }
        catch (PeerLinkException)
        {
            // Problem says why; the next call tries again.
        }
    }

    public void Dispose()
    {
        Close();
        contexts.Dispose();
    }

    private static Socket Bind(PeerLinkOptions options, PeerPath path)
    {
        if (!IPAddress.TryParse(path.Local, out var address))
        {
            throw new PeerLinkException($"{path.AddressKey}: \"{path.Local}\" is not an IP address.");
        }

        if (options.Port is < 1 or > IPEndPoint.MaxPort)
        {
            throw new PeerLinkException($"Node:PeerPort: {options.Port} is not a port; legal are 1 … {IPEndPoint.MaxPort}.");
        }

        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            InterfaceBinding.Apply(socket, path);
            socket.Bind(new IPEndPoint(address, options.Port));

            // Accepted connections inherit it: that of a server that vanished without a word must not stay for ever.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, SecondsToKeepAlive);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Cause(Exception failure, PeerLinkOptions options, PeerPath path) => failure switch
    {
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => $"Node:PeerPort: {path.Local}:{options.Port} is in use by another program.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => $"{path.AddressKey}: {path.Local}:{options.Port} cannot be listened on, the address is not one of this server.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => $"Node:PeerPort: no permission to listen on {path.Local}:{options.Port}.",
        SocketException socket => $"{path.AddressKey}: cannot listen on {path.Local}:{options.Port}, {socket.SocketErrorCode}.",
        _ => failure.Message,
    };

    private async Task AcceptAsync(Socket listening)
    {
        while (IsCurrent(listening))
        {
            try
            {
                var accepted = await listening.AcceptAsync();
                accepted.NoDelay = true;
                transport.Add(contexts.Create(accepted));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (!IsCurrent(listening))
                {
                    return;
                }

                // No descriptors left, or a connection that was gone before it was accepted.
                await Task.Delay(AcceptPause, options.Time);
            }
        }
    }

    private bool IsCurrent(Socket listening)
    {
        lock (gate)
        {
            return socket == listening;
        }
    }
}
