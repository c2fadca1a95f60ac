using System.Globalization;
using System.Net;
using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>What a <see cref="PeerLink"/> must know of this server and its peer.</summary>
public sealed record PeerLinkOptions
{
    /// <summary>Data directory; keys and pin live in its folder <c>keys</c>.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Which of the two servers this is.</summary>
    public required Rank Rank { get; init; }

    /// <summary>Name of the pair; messages of another pair are refused. Default <c>default</c>.</summary>
    public string Pair { get; init; } = PeerEnvelope.DefaultPair;

    /// <summary>Local address to listen on and to connect from (<c>Node:RedundancyAddress</c>).</summary>
    public required string RedundancyAddress { get; init; }

    /// <summary>TCP port to listen on (<c>Node:PeerPort</c>). Default 2011; 1 … 65535.</summary>
    public int Port { get; init; } = 2011;

    /// <summary>Redundancy address of the peer, <c>address</c> or <c>address:port</c>; empty on a lone server.</summary>
    public string PeerAddress { get; init; } = "";

    /// <summary>Interface that the sockets of the first path are bound to (<c>Node:RedundancyInterface</c>); empty = whichever carries the address.</summary>
    public string RedundancyInterface { get; init; } = "";

    /// <summary>Local address of a second path (<c>Node:RedundancyAddress2</c>); empty = one path only.</summary>
    public string RedundancyAddress2 { get; init; } = "";

    /// <summary>Interface of the second path (<c>Node:RedundancyInterface2</c>); empty = whichever carries the address.</summary>
    public string RedundancyInterface2 { get; init; } = "";

    /// <summary>Address of the peer on the second path, <c>address</c> or <c>address:port</c> (<c>Node:PeerAddress2</c>).</summary>
    public string PeerAddress2 { get; init; } = "";

    /// <summary>While this server is the Standby of a connected Active it does not listen (<c>Node:OnlyActiveListens</c>). Default off.</summary>
    public bool OnlyActiveListens { get; init; }

    /// <summary>TCP port of the peer. Default 2011; 1 … 65535.</summary>
    public int PeerPort { get; init; } = 2011;

    /// <summary>Secret for headless pairing (<c>Node:PairSecret</c>); empty = one-time codes only.</summary>
    public string PairSecret { get; init; } = "";

    /// <summary>Answers whether a request with that nonce, sent to the virtual IP address, arrived at this server. Default: none ever did.</summary>
    public Func<string, bool> NonceArrived { get; init; } = _ => false;

    /// <summary>Clock for display, durations and timeouts. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The first path, and the second one when it is configured.</summary>
    internal IReadOnlyList<PeerPath> Paths => RedundancyAddress2.Length == 0 || PeerAddress2.Length == 0
        ? [FirstPath]
        : [FirstPath, new PeerPath(2, RedundancyAddress2, RedundancyInterface2, PeerAddress2)];

    internal PeerPath FirstPath => new(1, RedundancyAddress, RedundancyInterface, PeerAddress);
}

/// <summary>The peer link cannot be started; the message is one line that names the configuration key.</summary>
public sealed class PeerLinkException : Exception
{
    /// <summary>Without a message.</summary>
    public PeerLinkException()
    {
    }

    /// <summary>With a message for people.</summary>
    public PeerLinkException(string message)
        : base(message)
    {
    }

    /// <summary>With a message for people and its cause.</summary>
    public PeerLinkException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Reads <c>address</c>, <c>address:port</c> and <c>[address]:port</c>.</summary>
internal static class PeerEndPoint
{
    public static bool TryParse(string text, int defaultPort, out IPEndPoint endPoint)
    {
        endPoint = new IPEndPoint(IPAddress.None, 0);
        text = text.Trim();
        if (IPAddress.TryParse(text, out var address) && !text.StartsWith('['))
        {
            endPoint = new IPEndPoint(address, defaultPort);
            return true;
        }

        // IPEndPoint.TryParse reads "address" as port 0.
        if (!IPEndPoint.TryParse(text, out var parsed))
        {
            return false;
        }

        endPoint = parsed.Port == 0 ? new IPEndPoint(parsed.Address, defaultPort) : parsed;
        return true;
    }

    /// <summary>As an authority of a URL.</summary>
    public static string Authority(IPEndPoint endPoint)
        => endPoint.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? string.Create(CultureInfo.InvariantCulture, $"[{endPoint.Address}]:{endPoint.Port}")
            : string.Create(CultureInfo.InvariantCulture, $"{endPoint.Address}:{endPoint.Port}");
}
