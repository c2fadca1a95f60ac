using System.Net.Sockets;
using System.Text.Json;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>One connection of the worker, for one pair: takes its orders and sends reports.</summary>
internal sealed class SupervisorConnection : IDisposable
{
    private static readonly byte[] LineEnd = "\n"u8.ToArray();
    private readonly SupervisorServer server;
    private readonly NetworkStream stream;
    private readonly SemaphoreSlim news = new(1);
    private long sequence;

    internal SupervisorConnection(SupervisorServer server, Socket socket)
    {
        this.server = server;
        stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Has the message code ready before the first message comes.</summary>
    internal static void WarmUp()
    {
        var report = new ServicesReport(ServicesState.Stopped, [new ServiceStatus("", ServicesState.Stopped, 0, null, default, "", false)], []);
        var message = new SupervisorMessage("report") { Services = [new()], Report = report };
        _ = JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(message, ServiceJson.Default.SupervisorMessage), ServiceJson.Default.SupervisorMessage);
    }

    /// <summary>Ends the connection.</summary>
    internal void Close() => stream.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        news.Dispose();
    }

    /// <summary>Serves it to its end.</summary>
    internal async Task RunAsync()
    {
        try
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            if (await ReadAsync(reader) is { Op: "hello" } hello && await server.AttachAsync(this, hello) is { } set)
            {
                await ServeAsync(reader, set);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or JsonException or SocketException)
        {
            // The worker died, was replaced, or talks nonsense: its successor comes by a new connection.
        }
        finally
        {
            Dispose();
        }
    }

    private async Task ServeAsync(StreamReader reader, ServiceSet set)
    {
        using var ended = new CancellationTokenSource();
        set.Changed += OnChanged;
        var sending = SendReportsAsync(set, ended.Token);
        try
        {
            while (await ReadAsync(reader) is { } message)
            {
                Obey(message, set);
            }
        }
        finally
        {
            set.Changed -= OnChanged;
            await ended.CancelAsync();
            server.Detach(this, set);
            await sending;
        }

        void OnChanged(ServicesReport report) => Wake();
    }

    private void Obey(SupervisorMessage message, ServiceSet set)
    {
        switch (message.Op)
        {
            case "renew":
                var sign = new LeaseSign(message.At, message.Since, TimeSpan.FromMilliseconds(message.Milliseconds), TimeSpan.FromMilliseconds(message.GoneByMilliseconds));
                server.SawEngine(sign);
                set.RenewBy(sign);
                server.Rehearse();
                return;
            case "told":
                set.Told(message.Sequence);
                return;
            case "checks" when message.Checks is not null:
                set.ChecksAre(message.Checks);
                return;
            case "configure" when message.Services is not null:
                set.Configure(message.Services, message.Addresses);
                break;
            case "start":
                set.Start(new Epoch(message.Epoch));
                break;
            case "stop":
                set.Stop(new Epoch(message.Epoch));
                break;
            case "announce":
                set.Announce();
                return;
            case "service" when message.Service is not null:
                set.Command(message.Service, message.Command, message.Owner ?? "");
                break;
            default:
                throw new JsonException($"unknown message {message.Op}");
        }

        Interlocked.Exchange(ref this.sequence, message.Sequence);
        Wake();
    }

    private void Wake()
    {
        try
        {
            if (news.CurrentCount == 0)
            {
                news.Release();
            }
        }
        catch (ObjectDisposedException)
        {
            // The connection ended meanwhile.
        }
    }

    // Always the newest report: a worker that stands still gets one when it goes on, and keeps nobody waiting.
    private async Task SendReportsAsync(ServiceSet set, CancellationToken ended)
    {
        try
        {
            while (true)
            {
                await news.WaitAsync(ended);
                // The sequence first: a report may be newer than the order that it answers, never older.
                var sequence = Interlocked.Read(ref this.sequence);
                var message = new SupervisorMessage("report") { Sequence = sequence, Report = set.Current };
                await stream.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(message, ServiceJson.Default.SupervisorMessage), .. LineEnd], ended);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The reading side ends the connection.
        }
    }

    private static async Task<SupervisorMessage?> ReadAsync(StreamReader reader) =>
        await reader.ReadLineAsync() is { } line ? JsonSerializer.Deserialize(line, ServiceJson.Default.SupervisorMessage) : null;
}
