using System.Net;
using System.Net.Sockets;
using HaConsole.Engine.Probing;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Probing;

public sealed class LanObserverTests
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(0.3);

    [Fact]
    public async Task LookAsync_NoTargets_IsUpUnverified()
        => Assert.Equal(LanState.UpUnverified, await new LanObserver(TimeProvider.System).LookAsync("127.0.0.51", [], false, Enough, CancellationToken.None));

    [Fact]
    public async Task LookAsync_ThePeerAnswers_IsUp()
        => Assert.Equal(LanState.Up, await new LanObserver(TimeProvider.System).LookAsync("127.0.0.51", [], true, Enough, CancellationToken.None));

    [Fact]
    public async Task LookAsync_AnAddressThatIsNotHere_IsDown()
        => Assert.Equal(LanState.Down, await new LanObserver(TimeProvider.System).LookAsync("192.0.2.77", [], true, Enough, CancellationToken.None));

    [Fact]
    public async Task LookAsync_NoAddress_IsUnknown()
        => Assert.Equal(LanState.Unknown, await new LanObserver(TimeProvider.System).LookAsync("", [], true, Enough, CancellationToken.None));

    [Fact]
    public async Task LookAsync_ByIPv6_Works()
        => Assert.Equal(LanState.UpUnverified, await new LanObserver(TimeProvider.System).LookAsync("::1", [], false, Enough, CancellationToken.None));

    [Fact]
    public async Task LookAsync_APingAnswered_IsUp()
        => Assert.Equal(LanState.Up, await new LanObserver(TimeProvider.System).LookAsync("127.0.0.51", ["127.0.0.52"], false, Enough, CancellationToken.None));

    [Fact]
    public async Task LookAsync_ARefusedConnection_IsAnAnswer()
    {
        var port = Bound("127.0.0.52", listen: false, out var socket);
        using (socket)
        {
            Assert.Equal(LanState.Up, await new LanObserver(TimeProvider.System).LookAsync("127.0.0.51", [$"127.0.0.52:{port}"], false, Enough, CancellationToken.None));
        }
    }

    [Fact]
    public async Task LookAsync_ATargetThatNeverAnswered_CannotSayDown()
    {
        var observer = new LanObserver(TimeProvider.System);

        Assert.Equal(LanState.UpUnverified, await observer.LookAsync("127.0.0.51", ["192.0.2.1:9"], false, Short, CancellationToken.None));
        Assert.Equal(LanState.UpUnverified, await observer.LookAsync("127.0.0.51", ["not an address"], false, Short, CancellationToken.None));
    }

    [Fact]
    public async Task LookAsync_TargetsThatAnsweredBefore_SayDownWhenAllFail_AndUpWhenThePeerAnswers()
    {
        using var full = new FullBacklog("127.0.0.53");
        string[] targets = [full.Target, "192.0.2.1:9"];
        var observer = new LanObserver(TimeProvider.System);
        Assert.Equal(LanState.Up, await observer.LookAsync("127.0.0.51", targets, false, Enough, CancellationToken.None));

        await full.FillAsync();

        Assert.Equal(LanState.Down, await observer.LookAsync("127.0.0.51", targets, false, Short, CancellationToken.None));
        Assert.Equal(LanState.Up, await observer.LookAsync("127.0.0.51", targets, true, Short, CancellationToken.None));
        Assert.Equal(LanState.UpUnverified, await observer.LookAsync("127.0.0.51", ["192.0.2.1:9"], false, Short, CancellationToken.None));
    }

    [Fact]
    public async Task LookAsync_Cancelled_IsUnknown()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        Assert.Equal(LanState.Unknown, await new LanObserver(TimeProvider.System).LookAsync("127.0.0.51", ["192.0.2.1:9"], false, Enough, cancel.Token));
    }

    private static int Bound(string address, bool listen, out Socket socket)
    {
        socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        if (listen)
        {
            socket.Listen(0);
        }

        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>A target that answers until its queue of connections is full; then it is as silent as a dead one.</summary>
    private sealed class FullBacklog : IDisposable
    {
        private readonly Socket socket;
        private readonly List<Socket> waiting = [];
        private readonly IPEndPoint endPoint;

        public FullBacklog(string address)
        {
            endPoint = new IPEndPoint(IPAddress.Parse(address), Bound(address, listen: true, out socket));
        }

        public string Target => endPoint.ToString();

        public async Task FillAsync()
        {
            for (var i = 0; i < 20; i++)
            {
                var one = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                waiting.Add(one);
                using var limit = new CancellationTokenSource(Short);
                try
                {
                    await one.ConnectAsync(endPoint, limit.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }

            Assert.Fail("The queue is never full.");
        }

        public void Dispose()
        {
            waiting.ForEach(one => one.Dispose());
            socket.Dispose();
        }
    }
}
