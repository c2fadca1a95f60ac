using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HaConsole.Engine.Commands;

/// <summary>Tries whether ports of the other server can be reached.</summary>
internal static class PortTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyList<PortTest>> FromHereAsync(int server, PortCall call, CancellationToken cancellationToken)
    {
        var peer = TryAsync("peer-link", "Node:PeerPort", server, call.Address, call.PeerPort, cancellationToken);
        var http = TryAsync("http", "Node:HttpPort", server, call.Address, call.HttpPort, cancellationToken);
        return [await peer, await http];
    }

    public static IReadOnlyList<PortTest> NotTried(int server, PortCall call, string why) =>
    [
        new("peer-link", server, Target(call.Address, call.PeerPort), null, why),
        new("http", server, Target(call.Address, call.HttpPort), null, why),
    ];

    private static async Task<PortTest> TryAsync(string name, string key, int from, string address, int port, CancellationToken cancellationToken)
    {
        var target = Target(address, port);
        if (!IPAddress.TryParse(address, out var parsed))
        {
            return new PortTest(name, from, target, false, $"{address} is not an IP address.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            using var socket = new Socket(parsed.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(parsed, port, limit.Token);
            return new PortTest(name, from, target, true, $"{target} answers.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new PortTest(name, from, target, false, $"{target} does not answer: a firewall may drop it, or the address is wrong.");
        }
        catch (SocketException e)
        {
            return new PortTest(name, from, target, false, e.SocketErrorCode == SocketError.ConnectionRefused
                ? $"{target} refuses: nothing listens there; look at {key} and whether that server runs."
                : $"{target} cannot be reached: {e.Message}.");
        }
    }

    private static string Target(string address, int port)
        => string.Create(CultureInfo.InvariantCulture, $"{(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address)}:{port}");
}
