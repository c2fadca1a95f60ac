using System.Net.Sockets;
using System.Text.Json;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>One connection of the worker, for one pair: takes its orders and sends reports.</summary>
internal sealed class SupervisorConnection : IDisposable
{
    private static readonly byte[] LineEnd = "\n"u8.ToArray();
    private readonly SupervisorServer _server;
    private readonly NetworkStream _stream;
    private readonly SemaphoreSlim _news = new(1);
    private long _sequence;

    internal SupervisorConnection(SupervisorServer server, Socket socket)
    {
        _server = server;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Has the message code ready before the first message comes.</summary>
    internal static void WarmUp()
    {
        var report = new ServicesReport(ServicesState.Stopped, [new ServiceStatus("", ServicesState.Stopped, 0, null, default, "", false)], []);
        var message = new SupervisorMessage("report") { Services = [new()], Report = report };
        _ = JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(message, ServiceJson.Default.SupervisorMessage), ServiceJson.Default.SupervisorMessage);
    }

    /// <summary>Ends the connection.</summary>
    internal void Close() => _stream.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _news.Dispose();
    }

    /// <summary>Serves it to its end.</summary>
    internal async Task RunAsync()
    {
        try
        {
            using var reader = new StreamReader(_stream, leaveOpen: true);
            if (await ReadAsync(reader) is { Op: "hello" } hello && await _server.AttachAsync(this, hello) is { } set)
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
            _server.Detach(this, set);
            await sending;
        }

        void OnChanged(ServicesReport report) => Wake();
    }

    private void Obey(SupervisorMessage message, ServiceSet set)
    {
        switch (message.Op)
        {
            case "renew":
                _server.SawEngine();
                set.Renew(TimeSpan.FromMilliseconds(message.Milliseconds));
                _server.Rehearse();
                return;
            case "configure" when message.Services is not null:
                set.Configure(message.Services);
                break;
            case "start":
                set.Start(new Epoch(message.Epoch));
                break;
            case "stop":
                set.Stop(new Epoch(message.Epoch));
                break;
            default:
                throw new JsonException($"unknown message {message.Op}");
        }

        Interlocked.Exchange(ref _sequence, message.Sequence);
        Wake();
    }

    private void Wake()
    {
        try
        {
            if (_news.CurrentCount == 0)
            {
                _news.Release();
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
                await _news.WaitAsync(ended);
                // The sequence first: a report may be newer than the order that it answers, never older.
                var sequence = Interlocked.Read(ref _sequence);
                var message = new SupervisorMessage("report") { Sequence = sequence, Report = set.Current };
                await _stream.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(message, ServiceJson.Default.SupervisorMessage), .. LineEnd], ended);
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
