using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace HaConsole.Engine.Probing;

/// <summary>
/// Whether the interface that carries an address is up. Listing all interfaces takes milliseconds, so the name is remembered for a
/// while; each look costs three system calls: bind to the address (is it still here?) and the interface's flags.
/// </summary>
internal sealed partial class InterfaceWatch(TimeProvider time)
{
    private const nuint GetFlags = 0x8913;
    private const int NameLength = 16;
    private const short Up = 0x1;
    private const short Running = 0x40;
    private static readonly TimeSpan NameLifetime = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private IPAddress? knownAddress;
    private string? knownName;
    private long knownSince;

    public bool IsUp(IPAddress address)
    {
        lock (gate)
        {
            try
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                socket.Bind(new IPEndPoint(address, 0));
                return NameOf(address) is { } name && HasCarrier(socket, name);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported or SocketError.NetworkDown)
            {
                // The address has gone, or moved: look for its interface anew when it is back.
                knownAddress = null;
                return false;
            }
        }
    }

    private bool HasCarrier(Socket socket, string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return NetworkInterface.GetAllNetworkInterfaces().Any(one => one.Name == name && one.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown);
        }

        Span<byte> request = stackalloc byte[40];
        request.Clear();
        Encoding.ASCII.GetBytes(name.AsSpan(0, Math.Min(name.Length, NameLength - 1)), request);
        if (Ioctl(socket.SafeHandle.DangerousGetHandle().ToInt32(), GetFlags, ref MemoryMarshal.GetReference(request)) != 0)
        {
            knownAddress = null;
            return false;
        }

        return (MemoryMarshal.Read<short>(request[NameLength..]) & (Up | Running)) == (Up | Running);
    }

    private string? NameOf(IPAddress address)
    {
        // Looked up again now and then: an address can be bound to although it is elsewhere (ip_nonlocal_bind).
        if (!address.Equals(knownAddress) || time.GetElapsedTime(knownSince) >= NameLifetime)
        {
            knownName = Find(address);
            knownAddress = address;
            knownSince = time.GetTimestamp();
        }

        return knownName;
    }

    private static string? Find(IPAddress address)
    {
        var all = NetworkInterface.GetAllNetworkInterfaces();
        if (IPAddress.IsLoopback(address))
        {
            return all.FirstOrDefault(one => one.NetworkInterfaceType == NetworkInterfaceType.Loopback)?.Name;
        }

        return all.FirstOrDefault(one => one.GetIPProperties().UnicastAddresses.Any(unicast => unicast.Address.Equals(address)))?.Name;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Ioctl(int descriptor, nuint request, ref byte argument);
}
