using System.Net.Sockets;
using System.Security.Cryptography;
using HaConsole.Failover;

namespace HaConsole.Engine.Probing;

/// <summary>Finds out where requests to the virtual IP address arrive, by a nonce that only the receiver sees.</summary>
/// <param name="time">Clock of the timeouts.</param>
/// <param name="peerSaw">Asks the peer whether a request with that nonce arrived there; false also when it cannot be asked.</param>
/// <param name="https">Ask by HTTPS. Default off.</param>
public sealed class VipObserver(TimeProvider time, Func<string, CancellationToken, Task<bool>> peerSaw, bool https = false) : IVipObserver, IDisposable
{
    private const int NoncesKept = 64;
    private const int LongestNonce = 64;
    private readonly MonitorClient client = new(https);
    private readonly Lock gate = new();
    private readonly Queue<string> arrived = new();
    private readonly Dictionary<string, TaskCompletionSource> awaited = [];

    /// <inheritdoc/>
    public async Task<VipDestination> LookAsync(string vipAddress, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var here = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            awaited[nonce] = here;
        }

        try
        {
            var elsewhere = AskAsync(vipAddress, port, nonce, here.Task, either.Token);
            await Task.WhenAny(here.Task, elsewhere).WaitAsync(timeout, time, cancellationToken);
            return here.Task.IsCompleted ? VipDestination.Here : await elsewhere;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return here.Task.IsCompleted ? VipDestination.Here : VipDestination.Unknown;
        }
        finally
        {
            lock (gate)
            {
                awaited.Remove(nonce);
            }
        }
    }

    /// <inheritdoc/>
    public void Arrived(string nonce)
    {
        if (string.IsNullOrEmpty(nonce) || nonce.Length > LongestNonce)
        {
            return;
        }

        lock (gate)
        {
            if (awaited.TryGetValue(nonce, out var here))
            {
                here.TrySetResult();
                return;
            }

            arrived.Enqueue(nonce);
            if (arrived.Count > NoncesKept)
            {
                arrived.Dequeue();
            }
        }
    }

    /// <summary>Whether a request with that nonce, sent by the peer, arrived here lately (the last 64 are remembered).</summary>
    public bool NonceArrived(string nonce)
    {
        lock (gate)
        {
            return arrived.Contains(nonce);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task<VipDestination> AskAsync(string vipAddress, int port, string nonce, Task here, CancellationToken cancellationToken)
    {
        try
        {
            await client.AskAsync(vipAddress, port, "mod=NONE&nonce=" + nonce, needsBody: false, cancellationToken);
            return !here.IsCompleted && await peerSaw(nonce, cancellationToken) ? VipDestination.Peer : VipDestination.Unknown;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or SocketException or UriFormatException or ObjectDisposedException)
        {
            return VipDestination.Unknown;
        }
    }
}
