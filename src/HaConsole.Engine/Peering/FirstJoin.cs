using System.Net;
using System.Net.Sockets;
using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>
/// A server that knows no peer yet joins one by its code: the two pin each other's certificate, and the configuration of the pair, with the
/// addresses of both, is fetched. Its number is the one that is free.
/// </summary>
internal static class FirstJoin
{
    private static readonly TimeSpan PullTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The configuration of the pair; null with a sentence when the server did not join.</summary>
    /// <param name="template">Options of this server; number and local address are found.</param>
    /// <param name="code">One-time code.</param>
    /// <param name="address"><c>address[:port]</c> of the peer.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<(ConfigurationDocument? Document, string Problem)> JoinAsync(PeerLinkOptions template, string code, string address, CancellationToken cancellationToken)
    {
        if (!PeerEndPoint.TryParse(address, template.PeerPort, out var peer))
        {
            return (null, $"\"{address}\" is not an address: legal are address and address:port.");
        }

        var problem = "";
        foreach (var rank in new[] { Rank.Backup, Rank.Primary })
        {
            await using var link = new PeerLink(template with { Rank = rank, RedundancyAddress = template.RedundancyAddress.Length > 0 ? template.RedundancyAddress : AddressTowards(peer) });
            if (await link.JoinAsync(code, address, cancellationToken) is { } refusal)
            {
                problem = refusal;
                continue;
            }

            return await link.PullConfigurationAsync(PullTimeout, cancellationToken) is { } document
                ? (document, "")
                : (null, "The two servers are paired, but the configuration of the pair could not be fetched: enter the addresses of both servers here.");
        }

        return (null, problem);
    }

    /// <summary>The address of this machine from which the peer is reached; nothing is sent for it.</summary>
    private static string AddressTowards(IPEndPoint peer)
    {
        try
        {
            using var socket = new Socket(peer.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(peer);
            return ((IPEndPoint)socket.LocalEndPoint!).Address.ToString();
        }
        catch (SocketException)
        {
            // No way there: connecting will say so.
            return LocalIdentity.LoneAddress;
        }
    }
}
