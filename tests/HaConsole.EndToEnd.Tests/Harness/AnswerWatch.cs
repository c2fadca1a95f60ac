using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using HaConsole.Engine.VirtualIp;

namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>One question "who has it?" on the wire.</summary>
/// <param name="At">When it was asked, in seconds since the watch began.</param>
/// <param name="Owners">Hardware addresses of those that answered it.</param>
internal sealed record Asked(double At, IReadOnlyList<string> Owners);

/// <summary>Asks on the client's wire who has an address, 20 times a second, and keeps the hardware addresses of all who answer. Also keeps what is announced unasked.</summary>
internal sealed class AnswerWatch : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private readonly ConcurrentQueue<Asked> questions = new();
    private readonly ConcurrentQueue<(double At, string Mac)> announcements = new();
    private readonly long begin = Stopwatch.GetTimestamp();
    private readonly string networkNamespace;
    private readonly IPAddress address;
    private readonly Thread thread;
    private volatile bool stop;

    /// <summary>Starts to ask at once.</summary>
    public AnswerWatch(NamespaceNetwork network, string address)
    {
        networkNamespace = network.ClientNamespace!;
        this.address = IPAddress.Parse(address);
        thread = new Thread(Run) { IsBackground = true, Name = "answer watch" };
        thread.Start();
    }

    /// <summary>Seconds since it began.</summary>
    public double Now => Stopwatch.GetElapsedTime(begin).TotalSeconds;

    /// <summary>All questions so far.</summary>
    public IReadOnlyList<Asked> Questions => [.. questions];

    /// <summary>Questions that two machines answered.</summary>
    public IReadOnlyList<Asked> Doubles => [.. questions.Where(x => x.Owners.Count > 1)];

    /// <summary>Unasked announcements of one hardware address after a moment.</summary>
    public int Announced(string mac, double after) => announcements.Count(x => x.Mac == mac && x.At >= after);

    /// <inheritdoc/>
    public void Dispose()
    {
        stop = true;
        thread.Join();
    }

    private void Run()
    {
        NetworkNamespace.Enter(networkNamespace);
        var eth0 = NetworkInterface.GetAllNetworkInterfaces().First(x => x.Name == "eth0");
        var index = eth0.GetIPProperties().GetIPv4Properties().Index;
        using var socket = new FrameSocket(index, NeighbourFrames.TypeOf(address));
        var probe = NeighbourFrames.Probe(eth0.GetPhysicalAddress(), address);
        var buffer = new byte[2048];
        while (!stop)
        {
            var at = Now;
            var asked = Stopwatch.GetTimestamp();
            var owners = new HashSet<string>();
            socket.Send(probe);
            while (Period - Stopwatch.GetElapsedTime(asked) is { Ticks: > 0 } left)
            {
                var frame = socket.Receive(buffer, left);
                if (NeighbourFrames.OwnerIn(frame, address) is not { } owner)
                {
                    continue;
                }

                var mac = string.Join(':', owner.GetAddressBytes().Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
                if (frame[0] == 0xFF)
                {
                    announcements.Enqueue((Now, mac));
                }
                else
                {
                    owners.Add(mac);
                }
            }

            questions.Enqueue(new Asked(at, [.. owners]));
        }
    }
}
