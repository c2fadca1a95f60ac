using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace HaConsole.Engine.Peering;

/// <summary>One way to the peer: a local address, perhaps bound to an interface, and the peer's address on it.</summary>
/// <param name="Number">1 or 2.</param>
/// <param name="Local">Local address.</param>
/// <param name="Interface">Interface; empty = whichever carries the address.</param>
/// <param name="Peer">The peer's address; empty = not known yet.</param>
internal sealed record PeerPath(int Number, string Local, string Interface, string Peer)
{
    /// <summary>Configuration key of its local address.</summary>
    public string AddressKey => "Node:RedundancyAddress" + Suffix;

    /// <summary>Configuration key of its interface.</summary>
    public string InterfaceKey => "Node:RedundancyInterface" + Suffix;

    private string Suffix => Number == 1 ? "" : "2";
}

/// <summary>The configured interface is not there, or must not be bound to; the message names the key.</summary>
internal sealed class InterfaceException(string message) : IOException(message);

/// <summary>Sockets that belong to one interface: nothing of theirs leaves or arrives by another one.</summary>
internal static partial class InterfaceBinding
{
    private const int SocketLevel = 1;
    private const int BindToDevice = 25;
    private const int NoPermission = 1;

    /// <summary>Binds a socket to the interface of a path, if it names one.</summary>
    /// <exception cref="InterfaceException">There is no such interface, or no permission.</exception>
    public static void Apply(Socket socket, PeerPath path)
    {
        if (path.Interface.Length == 0)
        {
            return;
        }

        if (!OperatingSystem.IsLinux())
        {
            throw new InterfaceException($"{path.InterfaceKey}: a socket can be bound to an interface on Linux only; leave it empty here.");
        }

        try
        {
            socket.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.ASCII.GetBytes(path.Interface + "\0"));
        }
        catch (SocketException e) when (e.NativeErrorCode == NoPermission || e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new InterfaceException($"{path.InterfaceKey}: no permission to bind to {path.Interface}; it takes Linux 5.7 or the capability CAP_NET_RAW. Leave it empty to bind to the address only.");
        }
        catch (SocketException)
        {
            throw new InterfaceException($"{path.InterfaceKey}: this server has no interface {path.Interface} now.");
        }
    }

    /// <summary>Number of an interface; 0 when there is none of that name. A card that was taken out and put back has another one.</summary>
    public static uint IndexOf(string name) => name.Length == 0 || !OperatingSystem.IsLinux() ? 0 : IndexOfName(name);

    /// <summary>Null when the interface carries the address, else the sentence that says which one does.</summary>
    public static string? Mismatch(PeerPath path)
    {
        if (path.Interface.Length == 0 || !IPAddress.TryParse(path.Local, out var address) || IPAddress.IsLoopback(address))
        {
            return null;
        }

        try
        {
            var carriers = NetworkInterface.GetAllNetworkInterfaces()
                .Where(one => one.GetIPProperties().UnicastAddresses.Any(unicast => unicast.Address.Equals(address))).Select(one => one.Name).ToList();
            return carriers.Count == 0 || carriers.Contains(path.Interface)
                ? null
                : $"{path.InterfaceKey} is {path.Interface}; it must be the interface that carries {path.AddressKey} {path.Local}, which is {string.Join(", ", carriers)}.";
        }
        catch (NetworkInformationException)
        {
            // The interfaces cannot be listed: binding itself will say whether it works.
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint IndexOfName(string name);
}
