using System.Net;
using System.Net.Sockets;
using HaConsole.Failover;

namespace HaConsole.Engine.Configuration;

/// <summary>Which server of the pair this one is, by its own address (row 101).</summary>
public static class LocalIdentity
{
    /// <summary>Address of a server that is told none: only programs on the same machine reach it.</summary>
    public const string LoneAddress = "127.0.0.1";

    /// <summary><c>Node:LocalAddress</c>, or <see cref="LoneAddress"/> when it is empty.</summary>
    public static string LocalAddress(NodeOptions node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.LocalAddress.Length == 0 ? LoneAddress : node.LocalAddress;
    }

    /// <summary>
    /// <c>Node:LocalAddress</c>; when that is empty, the one of the two server addresses that an interface of this machine carries (both, or
    /// none: <see cref="LoneAddress"/>).
    /// </summary>
    public static string LocalAddress(NodeOptions node, HotStandbyParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(parameters);
        if (node.LocalAddress.Length > 0)
        {
            return node.LocalAddress;
        }

        var own = new[] { parameters.Server1Address, parameters.Server2Address }.Where(IsOfThisMachine).ToList();
        return own.Count == 1 ? own[0] : LoneAddress;
    }

    /// <summary>An address can be listened on here: that says more than a list of interfaces (a whole network can be local).</summary>
    private static bool IsOfThisMachine(string address)
    {
        if (!Addresses.TryParse(address, out var parsed))
        {
            return false;
        }

        try
        {
            using var socket = new Socket(parsed.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(parsed, 0));
            return true;
        }
        catch (SocketException)
        {
            // Not an address of this machine.
            return false;
        }
    }

    /// <summary>
    /// The rank; or the problem that keeps the engine from running, while the process starts and says so. A lone server (no
    /// addresses, hot standby off) is server #1.
    /// </summary>
    public static (Rank? Rank, ConfigurationProblem? Problem) LocalRank(NodeOptions node, HotStandbyParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var local = LocalAddress(node, parameters);
        if (Addresses.Same(parameters.Server1Address, parameters.Server2Address))
        {
            return (null, new ConfigurationProblem("HotStandby:Server2Address", $"HotStandby:Server2Address is {parameters.Server2Address}; it must differ from HotStandby:Server1Address"));
        }

        if (Addresses.Same(local, parameters.Server1Address))
        {
            return (Rank.Primary, null);
        }

        if (Addresses.Same(local, parameters.Server2Address))
        {
            return (Rank.Backup, null);
        }

        if (!parameters.Enabled && (parameters.Server1Address.Length == 0 || parameters.Server2Address.Length == 0))
        {
            // Half configured and off: this server takes the place that is free.
            return (parameters.Server1Address.Length == 0 ? Rank.Primary : Rank.Backup, null);
        }

        var shown = node.LocalAddress.Length == 0 ? $"empty (= {LoneAddress})" : node.LocalAddress;
        return (null, new ConfigurationProblem(
            "Node:LocalAddress",
            $"Node:LocalAddress is {shown}; it must be HotStandby:Server1Address ({ProblemRules.Show(parameters.Server1Address)}) or HotStandby:Server2Address ({ProblemRules.Show(parameters.Server2Address)})"));
    }

    /// <summary>Address of the other server; empty on a lone server.</summary>
    public static string PeerAddress(Rank rank, HotStandbyParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return rank == Rank.Primary ? parameters.Server2Address : parameters.Server1Address;
    }
}
