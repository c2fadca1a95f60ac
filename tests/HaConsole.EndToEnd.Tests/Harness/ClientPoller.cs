using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>One request of the client. Times are seconds since the poller started.</summary>
internal sealed record Sample(int Server, double Start, double End, bool Served, long Epoch);

/// <summary>
/// A client that asks both servers' service every 10 ms. A request is sent on schedule even while older ones hang, so that a black hole
/// does not lower the resolution.
/// </summary>
internal sealed class ClientPoller : IAsyncDisposable
{
    private static readonly byte[] Request = "GET / HTTP/1.1\r\nHost: sample\r\nConnection: close\r\n\r\n"u8.ToArray();
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentQueue<Sample> samples = new();
    private readonly ConcurrentDictionary<long, Task> pending = new();
    private readonly CancellationTokenSource stop = new();
    private readonly long begin = Stopwatch.GetTimestamp();
    private readonly IPEndPoint[] targets;
    private readonly Thread thread;

    /// <summary>Starts to ask at once.</summary>
    public ClientPoller(PairNetwork network, int port)
        : this(network, port, network.Address(1), network.Address(2))
    {
    }

    /// <summary>Starts to ask these addresses at once.</summary>
    public ClientPoller(PairNetwork network, int port, params IReadOnlyList<string> addresses)
    {
        targets = [.. addresses.Select(address => new IPEndPoint(IPAddress.Parse(address), port))];
        thread = new Thread(() => Poll(network.ClientNamespace)) { IsBackground = true, Name = "client poller" };
        thread.Start();
    }

    /// <summary>How many requests so far were like that.</summary>
    public int Count(Func<Sample, bool> condition) => samples.Count(condition);

    /// <summary>What it saw so far, in order of time.</summary>
    public PollerReport Report() => new([.. samples.OrderBy(x => x.Start)]);

    /// <summary>Ends it; what it saw, in order of time.</summary>
    public async Task<PollerReport> FinishAsync()
    {
        await stop.CancelAsync();
        thread.Join();
        await Task.WhenAll(pending.Values);
        return Report();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await FinishAsync();
        stop.Dispose();
    }

    private void Poll(string? networkNamespace)
    {
        if (networkNamespace is not null)
        {
            NetworkNamespace.Enter(networkNamespace);
        }

        for (long turn = 0; !stop.IsCancellationRequested; turn++)
        {
            for (var i = 0; i < targets.Length; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                var key = (turn * targets.Length) + i;
                var server = i + 1;
                pending[key] = Task.Run(async () =>
                {
                    await AskAsync(socket, server);
                    pending.TryRemove(key, out _);
                });
            }

            // A late turn is not made up for by a burst.
            var next = Period * (turn + 1);
            while (next < Stopwatch.GetElapsedTime(begin))
            {
                turn++;
                next += Period;
            }

            stop.Token.WaitHandle.WaitOne(next - Stopwatch.GetElapsedTime(begin) is var rest && rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        }
    }

    private async Task AskAsync(Socket socket, int server)
    {
        var start = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        using var deadline = new CancellationTokenSource(Timeout);
        long? epoch = null;
        using (socket)
        {
            try
            {
                await socket.ConnectAsync(targets[server - 1], deadline.Token);
                await socket.SendAsync(Request, deadline.Token);
                epoch = await ReadEpochAsync(socket, deadline.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Not served: that is what is measured.
            }
        }

        samples.Enqueue(new Sample(server, start, Stopwatch.GetElapsedTime(begin).TotalSeconds, epoch is not null, epoch ?? 0));
    }

    private static async Task<long?> ReadEpochAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[2048];
        var length = 0;
        int read;
        while (length < buffer.Length && (read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken)) > 0)
        {
            length += read;
        }

        var line = Encoding.UTF8.GetString(buffer, 0, length).Split('\n').FirstOrDefault(x => x.StartsWith("epoch=", StringComparison.Ordinal));
        return line is null ? null : long.Parse(line.AsSpan(6), CultureInfo.InvariantCulture);
    }
}
