using System.Net;
using System.Net.Sockets;
using System.Text;
using HaConsole.Engine.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Balancers;

/// <summary>Answers HAProxy's agent-check: one line to whoever connects, then the end of the connection. Reads nothing.</summary>
internal sealed class AgentListener(string address, EngineClock clock, Func<string> word) : IAsyncDisposable
{
    private const int Backlog = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private CancellationTokenSource ended = new();
    private Task running = Task.CompletedTask;
    private int port;
    private volatile string state = "";

    public required Action<string, string, Severity> Event { get; init; }

    /// <summary>Why it does not listen; empty when it does or need not.</summary>
    public string Problem => state;

    public void Configure(int wanted)
    {
        lock (gate)
        {
            if (wanted == port)
            {
                return;
            }

            port = wanted;
            ended.Cancel();
            ended = new CancellationTokenSource();
            state = "";
            var (before, token) = (running, ended.Token);
            running = Task.Run(async () =>
            {
                await before;
                if (wanted != 0)
                {
                    await ListenAsync(wanted, token);
                }
            });
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task last;
        lock (gate)
        {
            ended.Cancel();
            last = running;
        }

        await last;
    }

    private async Task ListenAsync(int at, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.TryParse(address, out var ip) ? ip : IPAddress.Loopback, at);
                listener.Start(Backlog);
                state = "";
                while (true)
                {
                    var socket = await listener.AcceptSocketAsync(cancellationToken);
                    _ = AnswerAsync(socket, cancellationToken);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException e)
            {
                if (state.Length == 0)
                {
                    Event("balancer-agent-unavailable", $"Agent-checks cannot be answered at {address}:{at}: {e.Message}. It is tried again.", Severity.Warning);
                }

                state = e.Message;
                await Task.Delay(Again, clock.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task AnswerAsync(Socket socket, CancellationToken cancellationToken)
    {
        using (socket)
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            limit.CancelAfter(Patience);
            try
            {
                await socket.SendAsync(Encoding.ASCII.GetBytes(word() + "\n"), limit.Token);
                socket.Shutdown(SocketShutdown.Both);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Whoever asked has gone.
            }
        }
    }
}
