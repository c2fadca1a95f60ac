using System.Net;
using System.Net.Sockets;

namespace HaConsole.Engine.Peering;

/// <summary>
/// Makes connections on one path: from its address and interface; or, where the way there is closed (a firewall that opens in one
/// direction, a Standby that does not listen), takes one that the peer has made and offers.
/// </summary>
/// <param name="path">The path.</param>
/// <param name="pool">What the peer offers; null: connections of our own only.</param>
/// <param name="time">Clock.</param>
internal sealed class PeerDial(PeerPath path, ReversePool? pool, TimeProvider time)
{
    /// <summary>How long an own connection is preferred to one that is offered.</summary>
    private static readonly TimeSpan Preference = TimeSpan.FromMilliseconds(300);
    /// <summary>How long the next offer of a peer that makes offers may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private const int TcpLevel = 6;
    private const int TcpUserTimeoutOption = 18;
    private const int TcpUserTimeoutMilliseconds = 5000;
    private const int SecondsToKeepAlive = 30;

    /// <summary>The connection, and whether the peer has made it.</summary>
    public async Task<(Stream Stream, bool IsReverse)> ConnectAsync(IPEndPoint peer, bool hasUserTimeout, bool directOnly, CancellationToken cancellationToken)
    {
        if (pool is null || directOnly)
        {
            return (await DirectAsync(peer, hasUserTimeout, cancellationToken), false);
        }

        using var loser = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var direct = DirectAsync(peer, hasUserTimeout, loser.Token);
        await Task.WhenAny(direct, Task.Delay(Preference, time, loser.Token));
        if (direct.IsCompletedSuccessfully)
        {
            return (await direct, false);
        }

        var reverse = pool.TakeAsync(loser.Token);
        var first = await Task.WhenAny(direct, reverse);
        if (first == direct && direct.IsFaulted && pool.IsServed)
        {
            first = await Task.WhenAny(reverse, Task.Delay(Patience, time, loser.Token)) == reverse ? reverse : direct;
        }

        try
        {
            return (await first, first == reverse);
        }
        finally
        {
            await loser.CancelAsync();
            Abandon(first == direct ? reverse : direct);
        }
    }

    /// <summary>The one that comes too late is closed; its failure is of no interest.</summary>
    private static void Abandon(Task<Stream> late)
        => late.ContinueWith(
            done =>
            {
                if (done.IsCompletedSuccessfully)
                {
                    done.Result.Dispose();
                }
                else
                {
                    _ = done.Exception;
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);

    private async Task<Stream> DirectAsync(IPEndPoint peer, bool hasUserTimeout, CancellationToken cancellationToken)
    {
        var socket = new Socket(peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            InterfaceBinding.Apply(socket, path);
            if (IPAddress.Parse(path.Local) is var local && local.AddressFamily == peer.AddressFamily)
            {
                socket.Bind(new IPEndPoint(local, 0));
            }

            // That of a server that vanished without a word must not stay for ever.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, SecondsToKeepAlive);
            if (hasUserTimeout && OperatingSystem.IsLinux())
            {
                // Without it data on the way to a server that is gone would be repeated for a quarter of an hour.
                socket.SetRawSocketOption(TcpLevel, TcpUserTimeoutOption, BitConverter.GetBytes(TcpUserTimeoutMilliseconds));
            }

            await socket.ConnectAsync(peer, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
