using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using HaConsole.Failover;

namespace HaConsole.Engine.Probing;

/// <summary>
/// Looks at the interface that carries the local address and asks the LAN targets: <c>address</c> by ping, <c>address:port</c> by a TCP
/// connection (a refusal is an answer too: somebody is there).
/// </summary>
/// <param name="time">Clock of the timeouts.</param>
public sealed class LanObserver(TimeProvider time) : ILanObserver
{
    private readonly ConcurrentDictionary<string, bool> answeredBefore = new();
    private readonly InterfaceWatch watch = new(time);

    /// <inheritdoc/>
    public async Task<LanState> LookAsync(string localAddress, IReadOnlyList<string> targets, bool peerAnswers, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (!IPAddress.TryParse(localAddress, out var local))
        {
            return LanState.Unknown;
        }

        if (!watch.IsUp(local))
        {
            return LanState.Down;
        }

        var answers = await AnyAnswersAsync(local, targets, timeout, cancellationToken);
        if (cancellationToken.IsCancellationRequested)
        {
            return LanState.Unknown;
        }

        if (answers || peerAnswers)
        {
            return LanState.Up;
        }

        return targets.Any(answeredBefore.ContainsKey) ? LanState.Down : LanState.UpUnverified;
    }

    /// <summary>Ends with the first answer; the others go on in the background, so that each target that ever answers is known.</summary>
    private async Task<bool> AnyAnswersAsync(IPAddress local, IReadOnlyList<string> targets, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var asked = targets.Select(target => AnswersAsync(local, target, timeout, cancellationToken)).ToList();
        while (asked.Count > 0)
        {
            var done = await Task.WhenAny(asked);
            if (await done)
            {
                return true;
            }

            asked.Remove(done);
        }

        return false;
    }

    private async Task<bool> AnswersAsync(IPAddress local, string target, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var ask = IPAddress.TryParse(target, out var address) ? PingAsync(address, timeout, either.Token)
                : IPEndPoint.TryParse(target, out var endPoint) ? ConnectAsync(local, endPoint, either.Token)
                : Task.FromResult(false);
            var answers = await ask.WaitAsync(timeout, time, cancellationToken);
            if (answers)
            {
                answeredBefore[target] = true;
            }

            return answers;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<bool> PingAsync(IPAddress address, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            using var ping = new Ping();
            var reply = await ping.SendPingAsync(address, timeout, cancellationToken: cancellationToken);
            return reply.Status == IPStatus.Success;
        }
        catch (Exception e) when (e is PingException or SocketException or PlatformNotSupportedException)
        {
            // No route, or this process may not ping: either way nobody has answered.
            return false;
        }
    }

    private static async Task<bool> ConnectAsync(IPAddress local, IPEndPoint target, CancellationToken cancellationToken)
    {
        using var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (local.AddressFamily == target.AddressFamily)
            {
                socket.Bind(new IPEndPoint(local, 0));
            }

            await socket.ConnectAsync(target, cancellationToken);
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }
}
