using System.Net;
using System.Net.NetworkInformation;

namespace HaConsole.Engine.VirtualIp;

/// <summary>Asks and tells the machines of one network who has an address.</summary>
internal static class Neighbours
{
    /// <summary>How long an answer to a question is waited for: 0.3 s, in which it is asked three times.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);
    private const int Questions = 3;
    private const int LongestFrame = 2048;

    /// <summary>Hardware addresses of the other machines that answer for an address on this interface.</summary>
    /// <exception cref="IOException">Frames cannot be sent or received there.</exception>
    public static Task<IReadOnlyCollection<PhysicalAddress>> OwnersAsync(LocalInterface on, IPAddress address, TimeProvider time)
        => Task.Factory.StartNew<IReadOnlyCollection<PhysicalAddress>>(() => Owners(on, address, time), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Tells all that this machine has the address.</summary>
    /// <exception cref="IOException">Frames cannot be sent there.</exception>
    public static void Announce(LocalInterface on, IPAddress address)
    {
        using var socket = new FrameSocket(on.Index, NeighbourFrames.TypeOf(address));
        foreach (var frame in NeighbourFrames.Announcements(on.Mac, address))
        {
            socket.Send(frame);
        }
    }

    /// <summary>A hardware address as people write it.</summary>
    public static string Text(PhysicalAddress mac) => string.Join(':', mac.GetAddressBytes().Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));

    private static HashSet<PhysicalAddress> Owners(LocalInterface on, IPAddress address, TimeProvider time)
    {
        using var socket = new FrameSocket(on.Index, NeighbourFrames.TypeOf(address));
        var probe = NeighbourFrames.Probe(on.Mac, address);
        var owners = new HashSet<PhysicalAddress>();
        var buffer = new byte[LongestFrame];
        var begin = time.GetTimestamp();
        for (var question = 1; question <= Questions; question++)
        {
            socket.Send(probe);
            while (Patience * question / Questions - time.GetElapsedTime(begin) is { Ticks: > 0 } left)
            {
                if (NeighbourFrames.OwnerIn(socket.Receive(buffer, left), address) is { } owner && !owner.Equals(on.Mac))
                {
                    owners.Add(owner);
                }
            }
        }

        return owners;
    }
}
