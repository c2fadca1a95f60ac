using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Standby;
using HaConsole.Engine.Tests.Services;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Standby;

public sealed class StandbyPortsTests : IDisposable
{
    private readonly ConcurrentQueue<string> events = new();
    private readonly ConcurrentQueue<string> log = new();
    private readonly StandbyPorts ports;
    private readonly int port = FreePort();

    public StandbyPortsTests()
    {
        ports = new StandbyPorts("127.0.0.1", TimeProvider.System)
        {
            Event = (kind, _, _) => events.Enqueue(kind),
            Log = log.Enqueue,
            Changed = () => { },
        };
        Configure(StandbyResponder.Redirect);
    }

    private string State => ports.Shown.Single().State;

    public void Dispose() => ports.Dispose();

    [Fact]
    public async Task It_listens_on_a_Standby_whose_services_are_stopped_and_the_port_is_free_when_they_start()
    {
        ports.Look(Role.Standby, ServicesState.Stopping);
        Assert.Equal("Off", State);
        ports.Look(Role.Standby, ServicesState.Stopped);
        await Bench.Until(() => State == "Listening", "listening");
        Assert.StartsWith("HTTP/1.1 307 ", await AskAsync("GET / HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);

        // A switch also tells the other server to stop what is stopped: that is no reason to close the port for a moment.
        ports.Look(Role.Standby, ServicesState.Stopping);
        Assert.Equal("Listening", State);

        // Between the decision and the start of the services it still answers.
        ports.Look(Role.Active, ServicesState.Stopped);
        Assert.Equal("Listening", State);

        // Connections of every age: none of them keeps a plain listener without any option from the port.
        using var idle = await ConnectedAsync();
        using var half = await ConnectedAsync();
        await half.SendAsync("GET / HT"u8.ToArray());
        ports.Release();
        using var service = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ExclusiveAddressUse = true };
        service.Bind(new IPEndPoint(IPAddress.Loopback, port));
        service.Listen();
        Assert.Single(log);
        Assert.Contains("released for the service", log.Single(), StringComparison.Ordinal);
        ports.Look(Role.Active, ServicesState.Starting);
        Assert.Equal("Off", State);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_once_and_had_when_it_is_free()
    {
        using (var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            other.Bind(new IPEndPoint(IPAddress.Loopback, port));
            other.Listen();
            ports.Look(Role.Standby, ServicesState.Stopped);
            await Bench.Until(() => State == "Failed", "failed");
            Assert.Equal(["standby-port-taken"], events);
        }

        await Bench.Until(() => State == "Listening", "listening");
        await Bench.Until(() => events.SequenceEqual(["standby-port-taken", "standby-port-back"]), "told");
        ports.Release();
    }

    [Fact]
    public async Task A_changed_answer_counts_at_once_and_none_closes_the_port()
    {
        ports.Look(Role.Standby, ServicesState.Stopped);
        await Bench.Until(() => State == "Listening", "listening");
        Configure(StandbyResponder.Unavailable);
        Assert.StartsWith("HTTP/1.1 503 ", await AskAsync("POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"), StringComparison.Ordinal);
        Configure(StandbyResponder.None);
        Assert.Empty(ports.Shown);
        await Assert.ThrowsAnyAsync<SocketException>(ConnectedAsync);
    }

    [Fact]
    public async Task Connections_and_headers_are_bounded()
    {
        ports.Look(Role.Standby, ServicesState.Stopped);
        await Bench.Until(() => State == "Listening", "listening");
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < StandbyListener.MostConnections; i++)
            {
                idle.Add(await ConnectedAsync());
            }

            Assert.Equal("", await AskAsync("GET / HTTP/1.1\r\n\r\n"));

            // Who says nothing is dropped, and others get their turn.
            var answer = "";
            await Bench.Until(() => (answer = AskAsync("GET / HTTP/1.1\r\n\r\n").GetAwaiter().GetResult()).Length > 0, "a place is free again");
            Assert.StartsWith("HTTP/1.1 307 ", answer, StringComparison.Ordinal);
            Assert.StartsWith("HTTP/1.1 400 ", await AskAsync("GET /" + new string('a', StandbyAnswer.MostBytes)), StringComparison.Ordinal);
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private void Configure(StandbyResponder answer)
        => ports.Configure(new PairConfiguration { Services = [new ServiceDefinition { Name = "a", StandbyResponder = answer, Port = port }] }, "127.0.0.2");

    private async Task<Socket> ConnectedAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The answer; empty when the connection was reset.</summary>
    private async Task<string> AskAsync(string request)
    {
        var buffer = new byte[4096];
        var text = "";
        try
        {
            using var socket = await ConnectedAsync();
            await socket.SendAsync(Encoding.ASCII.GetBytes(request));
            while (!text.Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await socket.ReceiveAsync(buffer);
                if (read == 0)
                {
                    break;
                }

                text += Encoding.ASCII.GetString(buffer, 0, read);
            }
        }
        catch (SocketException)
        {
            // Reset.
        }

        return text;
    }
}
