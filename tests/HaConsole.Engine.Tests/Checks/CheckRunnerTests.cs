using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HaConsole.Engine.Checks;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Tests.State;

namespace HaConsole.Engine.Tests.Checks;

public sealed class CheckRunnerTests : IDisposable
{
    private readonly ScratchFolder folder = new();
    private readonly CheckRunner runner = new(TimeProvider.System);

    public void Dispose()
    {
        runner.DisposeAsync().AsTask().GetAwaiter().GetResult();
        folder.Dispose();
    }

    [Theory]
    [InlineData("200 OK", CheckState.Up, "HTTP 200")]
    [InlineData("302 Found", CheckState.Up, "HTTP 302")]
    [InlineData("404 Not Found", CheckState.Down, "HTTP 404")]
    [InlineData("503 Service Unavailable", CheckState.Down, "HTTP 503")]
    public async Task Http_Answers_IsUpFor2xxAnd3xx(string answer, CheckState state, string detail)
    {
        using var server = new TinyServer($"HTTP/1.1 {answer}\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        runner.Configure([Fast(CheckType.Http) with { Url = $"http://127.0.0.1:{server.Port}/" }]);

        await Reaches(state);

        Assert.Equal(detail, runner.Current[0].Detail);
        Assert.NotNull(runner.Current[0].Latency);
    }

    [Fact]
    public async Task Http_NeverAnswers_IsDownAfterItsTimeouts()
    {
        using var server = new TinyServer(null);
        runner.Configure([Fast(CheckType.Http) with { Url = $"http://127.0.0.1:{server.Port}/", Timeout = 0.1 }]);

        await Reaches(CheckState.Down);

        Assert.Equal("no answer within 0.1 s", runner.Current[0].Detail);
    }

    [Fact]
    public async Task Tcp_PortClosesAndOpensAgain_FollowsAfterFallAndRise()
    {
        var server = new TinyServer(null);
        var port = server.Port;
        runner.Configure([Fast(CheckType.Tcp) with { Host = "127.0.0.1", Port = port }]);
        await Reaches(CheckState.Up);
        Assert.Empty(runner.FailingCritical);

        server.Dispose();
        await Reaches(CheckState.Down);
        Assert.Equal(["check"], runner.FailingCritical);

        using var again = new TinyServer(null, port);
        await Reaches(CheckState.Up);
        Assert.Empty(runner.FailingCritical);
    }

    [Fact]
    public async Task Process_RunsAndEnds_IsFoundByItsName()
    {
        var program = folder["hac-sample-with-a-long-name"];
        File.Copy("/bin/sleep", program);
        using var process = Process.Start(program, "60");
        try
        {
            runner.Configure([Fast(CheckType.Process) with { Command = Path.GetFileName(program) }]);
            await Reaches(CheckState.Up);
            Assert.Equal($"process {process.Id}", runner.Current[0].Detail);
        }
        finally
        {
            process.Kill();
        }

        await Reaches(CheckState.Down);
        Assert.Equal("no process hac-sample-with-a-long-name", runner.Current[0].Detail);
    }

    [Theory]
    [InlineData("true", CheckState.Up, "exit 0")]
    [InlineData("echo all is well; echo more", CheckState.Up, "exit 0: all is well")]
    [InlineData("echo licence ran out >&2; exit 3", CheckState.Down, "exit 3: licence ran out")]
    [InlineData("/no/such/program 2>/dev/null", CheckState.Down, "exit 127")]
    [InlineData("sleep 3 & exit 0", CheckState.Up, "exit 0")]
    [InlineData("head -c 1000000 /dev/zero", CheckState.Up, null)]
    public async Task Command_Ends_CountsItsExitCode(string command, CheckState state, string? detail)
    {
        runner.Configure([Fast(CheckType.Command) with { Command = command, Timeout = 10 }]);

        await Reaches(state);

        if (detail is not null)
        {
            Assert.Equal(detail, runner.Current[0].Detail);
        }
    }

    [Fact]
    public async Task Command_Hangs_IsDownAndKilledWithItsChildren()
    {
        var mark = folder["pid"];
        runner.Configure([Fast(CheckType.Command) with { Command = $"sleep 300 & echo $! > {mark}; wait", Timeout = 0.3, Fall = 1, Interval = 60 }]);

        await Reaches(CheckState.Down);

        var child = File.ReadAllText(mark).Trim();
        await Eventually.HoldsAsync(() => !File.Exists($"/proc/{child}/stat") || File.ReadAllText($"/proc/{child}/stat").Contains(") Z", StringComparison.Ordinal), "the child is gone");
    }

    [Fact]
    public async Task Fall_OneFailureOfThree_DoesNotBringItDown()
    {
        var counter = folder["counter"];
        var states = new ConcurrentQueue<CheckState>();
        runner.Changed += () => states.Enqueue(runner.Current.Count == 0 ? CheckState.Unknown : runner.Current[0].State);

        // Fails each third time: never three times in a row.
        runner.Configure([Fast(CheckType.Command) with { Command = $"echo x >> {counter}; test $(( $(wc -l < {counter}) % 3 )) -ne 0", Fall = 3, Timeout = 10 }]);

        await Eventually.HoldsAsync(() => File.Exists(counter) && File.ReadAllLines(counter).Length > 9, "ten looks");
        Assert.DoesNotContain(CheckState.Down, states);
        Assert.Contains(CheckState.Up, states);
    }

    [Fact]
    public async Task FailingCritical_SeveralDown_AreNamedInTheOrderOfTheirDefinition()
    {
        var down = Fast(CheckType.Command) with { Command = "exit 1", Timeout = 10 };
        runner.Configure([down with { Name = "z" }, down with { Name = "shown", Severity = CheckSeverity.Warning }, down with { Name = "well", Command = "true" }, down with { Name = "a" }]);

        await Eventually.HoldsAsync(() => runner.Current.Count(c => c.State == CheckState.Down) == 3, "three are down");

        Assert.Equal(["z", "a"], runner.FailingCritical);
    }

    [Fact]
    public async Task Configure_AnotherList_KeepsTheStateOfWhatIsUnchanged()
    {
        var check = Fast(CheckType.Command) with { Command = "true", Interval = 600, Timeout = 10 };
        runner.Configure([check, check with { Name = "other" }]);
        await Eventually.HoldsAsync(() => runner.Current.All(c => c.State == CheckState.Up), "both are up");
        var before = runner.Current[0];

        runner.Configure([check with { Name = "new", Application = "billing" }, check]);

        Assert.Equal(["new", "check"], runner.Current.Select(c => c.Name));
        Assert.Same(before, runner.Current[1]);
        Assert.Equal("billing", runner.Current[0].Application);
        await Eventually.HoldsAsync(() => runner.Current[0].State == CheckState.Up, "the new one is up");
    }

    [Fact]
    public async Task Mute_OfAFailingCheck_ShowsItButCountsItOnlyAfterItsEnd()
    {
        runner.Configure([Fast(CheckType.Command) with { Command = "false" }]);
        await Reaches(CheckState.Down);

        runner.Mute([new CheckMute { Check = "CHECK", Since = DateTimeOffset.UtcNow, Until = DateTimeOffset.UtcNow.AddSeconds(1) }]);
        Assert.Empty(runner.FailingCritical);
        Assert.Equal(CheckState.Down, runner.Current[0].State);
        Assert.NotNull(runner.Current[0].MutedUntil);

        var told = 0;
        runner.Changed += () => told += runner.FailingCritical.Count;
        await Eventually.HoldsAsync(() => Volatile.Read(ref told) > 0, "its end is told");
        Assert.Equal(["check"], runner.FailingCritical);
    }

    [Fact]
    public async Task RunAsync_LooksAtOnceAndIsInTheHistory()
    {
        runner.Configure([Fast(CheckType.Command) with { Command = "true", Interval = 3600 }]);
        await Reaches(CheckState.Up);
        var before = runner.Current[0].LastAt;

        var status = await runner.RunAsync("check", CancellationToken.None);

        Assert.True(status!.LastAt > before);
        Assert.Equal([true, true], runner.History.Single().Looks.Select(look => look.Succeeded));
        Assert.Null(await runner.RunAsync("other", CancellationToken.None));
    }

    [Fact]
    public async Task History_IsBoundedAndKnowsTimeouts()
    {
        runner.Configure([Fast(CheckType.Command) with { Command = "sleep 5", Timeout = 0.05, Interval = 3600 }]);
        await Eventually.HoldsAsync(() => runner.History.Single().Looks.Count > 0, "it has looked");
        Assert.True(runner.History.Single().Looks[0].TimedOut);

        runner.Configure([Fast(CheckType.Command) with { Command = "true", Interval = 3600 }]);
        for (var i = 0; i < 70; i++)
        {
            await runner.RunAsync("check", CancellationToken.None);
        }

        Assert.Equal(60, runner.History.Single().Looks.Count);
    }

    private static CheckDefinition Fast(CheckType type) => new() { Name = "check", Type = type, Interval = 0.1, Timeout = 2, Fall = 2, Rise = 2 };

    private Task Reaches(CheckState state) => Eventually.HoldsAsync(() => runner.Current[0].State == state, $"the check is {state}");

    /// <summary>Accepts connections and gives each the same answer, or none.</summary>
    private sealed class TinyServer : IDisposable
    {
        private readonly TcpListener listener;
        private readonly ConcurrentBag<TcpClient> clients = [];

        public TinyServer(string? answer, int port = 0)
        {
            listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            Port = ((IPEndPoint)listener.LocalEndpoint).Port;
            _ = ServeAsync(answer);
        }

        public int Port { get; }

        public void Dispose()
        {
            listener.Dispose();
            foreach (var client in clients)
            {
                client.Dispose();
            }
        }

        private async Task ServeAsync(string? answer)
        {
            try
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync();
                    clients.Add(client);
                    if (answer is not null)
                    {
                        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer));
                    }
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
            {
                // The test has ended, or one client went away.
            }
        }
    }
}
