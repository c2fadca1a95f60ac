using HaConsole.Engine.Configuration;
using HaConsole.Engine.Services;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Services;

public sealed class ProcessServiceTests : IDisposable
{
    private static readonly Epoch Five = new(5);
    private readonly Bench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Without_services_start_and_stop_are_done_when_the_call_returns()
    {
        await using var host = bench.Host();
        Assert.Equal(ServicesState.Stopped, host.Current.State);
        host.Start(Five);
        Assert.Equal(ServicesState.Running, host.Current.State);
        host.Stop(Five);
        Assert.Equal(ServicesState.Stopped, host.Current.State);
    }

    [Fact]
    public async Task Services_start_in_list_order_and_stop_in_reverse()
    {
        string Script(string name) => $"echo +{name} >> order; trap 'sleep 0.1; echo -{name} >> order; exit 0' TERM; while :; do sleep 0.02; done";
        await using var host = bench.Host(Bench.Script("a", Script("a")) with { StartDelay = 0.2 }, Bench.Script("b", Script("b")) with { StartDelay = 0.1 }, Bench.Script("c", Script("c")));
        host.Start(Five);
        Assert.Equal(ServicesState.Starting, host.Current.State);
        await Bench.Until(host, ServicesState.Running);
        await Bench.Until(() => bench.Read("order") == "+a\n+b\n+c\n", "all started in order");
        host.Stop(Five);
        Assert.Equal(ServicesState.Stopping, host.Current.State);
        await Bench.Until(host, ServicesState.Stopped);
        Assert.Equal("+a\n+b\n+c\n-c\n-b\n-a\n", bench.Read("order"));
    }

    [Fact]
    public async Task A_service_knows_role_epoch_pair_server_and_its_own_environment()
    {
        var service = Bench.Script("env", "echo $HACONSOLE_ROLE $HACONSOLE_EPOCH $HACONSOLE_PAIR $HACONSOLE_SERVER $OWN > env.new; mv env.new env; exec sleep 1000");
        await using var host = bench.Host(service with { Environment = new Dictionary<string, string> { ["OWN"] = "mine" } });
        host.Start(Five);
        await Bench.Until(() => bench.Read("env").Length > 0, "environment written");
        Assert.Equal("Active 5 default 1 mine\n", bench.Read("env"));
    }

    [Fact]
    public async Task A_service_that_ignores_SIGTERM_is_killed_after_its_stop_timeout_and_counts_as_stopped()
    {
        await using var host = bench.Host(Bench.Script("stubborn", "trap '' TERM; echo ready > ready; while :; do sleep 0.05; done") with { StopTimeout = 0.3 });
        host.Start(Five);
        await Bench.Until(() => bench.Read("ready").Length > 0, "trap set");
        var pid = Bench.Pid(host, "stubborn");
        host.Stop(Five);
        await Bench.Until(host, ServicesState.Stopped);
        Assert.False(Bench.Alive(pid));
    }

    [Theory]
    [InlineData("sleep 1000 & echo $! > child; wait")]
    [InlineData("(trap '' TERM; echo $(exec sh -c 'echo $PPID') > child; while :; do sleep 0.05; done) & wait")]
    [InlineData("setsid sh -c 'echo $$ > child; exec sleep 1000' & wait")]
    public async Task A_stop_reaches_grandchildren_also_stubborn_and_escaped_ones(string script)
    {
        await using var host = bench.Host(Bench.Script("family", script) with { StopTimeout = 0.5 });
        host.Start(Five);
        await Bench.Until(() => bench.Read("child").EndsWith('\n'), "grandchild started");
        var grandchild = bench.Number("child");
        Assert.True(Bench.Alive(grandchild));
        host.Stop(Five);
        await Bench.Until(host, ServicesState.Stopped);
        Assert.False(Bench.Alive(grandchild));
    }

    [Fact]
    public async Task A_service_that_dies_is_restarted_with_a_new_process()
    {
        await using var host = bench.Host(Bench.Sleeper());
        host.Start(Five);
        await Bench.Until(host, ServicesState.Running);
        var first = Bench.Pid(host, "sleeper");
        Signals.Send(first, Signals.SigKill);
        await Bench.Until(() => Bench.Pid(host, "sleeper") is var pid && pid > 0 && pid != first && host.Current.State == ServicesState.Running, "restarted");
        Assert.Equal(1, host.Current.Services[0].Restarts);
        Assert.Empty(host.Current.OverBudget);
    }

    [Fact]
    public async Task Remains_of_a_service_that_died_are_gone_before_it_is_restarted()
    {
        await using var host = bench.Host(Bench.Script("family", "sleep 1000 & echo $! >> children; wait"));
        host.Start(Five);
        await Bench.Until(() => bench.Read("children").EndsWith('\n'), "grandchild started");
        Signals.Send(Bench.Pid(host, "family"), Signals.SigKill);
        await Bench.Until(() => bench.Read("children").Count(c => c == '\n') == 2, "second run");
        var children = bench.Read("children").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToList();
        Assert.False(Bench.Alive(children[0]));
        Assert.True(Bench.Alive(children[1]));
    }

    [Theory]
    [InlineData(false, ServicesState.StartFailed)]
    [InlineData(true, ServicesState.Running)]
    public async Task A_service_that_keeps_dying_uses_up_its_budget(bool optional, ServicesState together)
    {
        await using var host = bench.Host(Bench.Script("weak", "echo x >> runs; echo broken >&2; exit 3") with { RestartBudget = 1, Optional = optional });
        host.Start(Five);
        await Bench.Until(() => host.Current.Services[0].State == ServicesState.StartFailed, "start failed");
        Assert.Equal(together, host.Current.State);
        Assert.Equal(optional ? [] : ["weak"], host.Current.OverBudget);
        Assert.Equal("x\nx\n", bench.Read("runs"));
        Assert.Contains("exited with code 3: broken", host.Current.Services[0].Detail, StringComparison.Ordinal);
        host.Stop(Five);
        await Bench.Until(host, ServicesState.Stopped);
        Assert.Empty(host.Current.OverBudget);
    }

    [Fact]
    public async Task A_program_that_is_not_there_fails_with_its_name()
    {
        await using var host = bench.Host(new ServiceDefinition { Name = "ghost", Command = "no-such-program-here", RestartBudget = 0 });
        host.Start(Five);
        await Bench.Until(host, ServicesState.StartFailed);
        Assert.Contains("no-such-program-here not found", host.Current.Services[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_not_ready_within_its_start_timeout_fails_and_leaves_no_process()
    {
        var port = RoleServer.FreePort();
        await using var host = bench.Host(Bench.Script("slow", "echo $$ > pid; exec sleep 1000") with { Url = $"http://127.0.0.1:{port}/", StartTimeout = 0.3, RestartBudget = 0 });
        host.Start(Five);
        await Bench.Until(host, ServicesState.StartFailed);
        Assert.Contains("not ready within 0.3 s", host.Current.Services[0].Detail, StringComparison.Ordinal);
        Assert.False(Bench.Alive(bench.Number("pid")));
    }

    [Fact]
    public async Task A_service_with_a_url_runs_when_the_url_answers()
    {
        await using var ready = await RoleServer.StartAsync(status: 503);
        await using var host = bench.Host(Bench.Sleeper() with { Url = ready.Url });
        host.Start(Five);
        await Bench.Until(() => ready.Requests > 1, "asked");
        Assert.Equal(ServicesState.Starting, host.Current.State);
        ready.Status = 200;
        await Bench.Until(host, ServicesState.Running);
    }

    [Fact]
    public async Task A_changed_definition_restarts_only_that_service_and_a_removed_one_stops()
    {
        await using var host = bench.Host(Bench.Sleeper("a"), Bench.Sleeper("b"), Bench.Sleeper("c"));
        host.Start(Five);
        await Bench.Until(host, ServicesState.Running);
        var (a, b, c) = (Bench.Pid(host, "a"), Bench.Pid(host, "b"), Bench.Pid(host, "c"));
        host.Configure([Bench.Sleeper("a"), Bench.Script("b", "exec sleep 2000")]);
        await Bench.Until(() => host.Current is { State: ServicesState.Running, Services.Count: 2 }, "configured");
        Assert.Equal(a, Bench.Pid(host, "a"));
        Assert.NotEqual(b, Bench.Pid(host, "b"));
        Assert.False(Bench.Alive(b));
        Assert.False(Bench.Alive(c));
    }

    [Fact]
    public async Task A_lease_that_is_not_renewed_stops_the_services_until_the_next_start()
    {
        await using var host = bench.Host(Bench.Sleeper());
        host.Renew(TimeSpan.FromSeconds(30));
        host.Start(Five);
        await Bench.Until(host, ServicesState.Running);
        var pid = Bench.Pid(host, "sleeper");
        host.Renew(TimeSpan.FromMilliseconds(100));
        await Bench.Until(host, ServicesState.Stopped);
        Assert.False(Bench.Alive(pid));
        Assert.Contains("lease", host.Current.Services[0].Detail, StringComparison.Ordinal);
        host.Renew(TimeSpan.FromSeconds(30));
        host.Start(new Epoch(6));
        await Bench.Until(host, ServicesState.Running);
    }

    [Fact]
    public async Task Start_after_stop_at_once_never_has_two_copies()
    {
        // Each run takes the lock for its life; a second copy would find it held and say so.
        await using var host = bench.Host(Bench.Script("single", "exec 9> lock; flock -n 9 || echo twice >> errors; trap 'sleep 0.05; exit 0' TERM; echo run >> runs; while :; do sleep 0.01; done"));
        for (var round = 1; round <= 5; round++)
        {
            host.Start(new Epoch(round));
            await Bench.Until(() => host.Current.State == ServicesState.Running && bench.Read("runs").Length > 0, "runs");
            host.Stop(new Epoch(round));
            // Every other round the stop is on its way already when the next start comes.
            await Bench.Until(() => round % 2 == 0 || host.Current.State == ServicesState.Stopped, "stopped");
        }

        host.Start(new Epoch(9));
        await Bench.Until(host, ServicesState.Running);
        Assert.Equal("", bench.Read("errors"));
    }

    [Fact]
    public async Task Output_goes_to_the_log_of_the_service()
    {
        await using var host = bench.Host(Bench.Script("talker", "echo out; echo err >&2; exec sleep 1000"));
        host.Start(Five);
        await Bench.Until(() => bench.Read("logs/service-talker.log") is var log && log.Contains("out\n", StringComparison.Ordinal) && log.Contains("err\n", StringComparison.Ordinal), "logged");
    }

    [Fact]
    public void A_full_log_is_rotated_and_its_size_is_bounded()
    {
        using (var log = new RotatingLog(bench.File("logs/x.log"), maximumBytes: 100, files: 3))
        {
            for (var line = 0; line < 100; line++)
            {
                log.Append("0123456789"u8);
            }
        }

        var files = Directory.GetFiles(bench.File("logs")).Order().ToList();
        Assert.Equal([bench.File("logs/x.log"), bench.File("logs/x.log.1"), bench.File("logs/x.log.2")], files);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 100));
    }

    [Fact]
    public async Task The_planned_restart_is_no_failure()
    {
        var time = new ShortlyBeforeThree();
        await using var host = new LocalServiceHost(new ServiceSetOptions { DataDirectory = bench.Root, Time = time });
        host.Configure([Bench.Sleeper() with { RestartAt = "03:00", RestartBudget = 0 }]);
        host.Start(Five);
        await Bench.Until(host, ServicesState.Running);
        var first = Bench.Pid(host, "sleeper");
        await Bench.Until(() => Bench.Pid(host, "sleeper") is var pid && pid > 0 && pid != first, "restarted");
        await Bench.Until(host, ServicesState.Running);
        Assert.Equal(0, host.Current.Services[0].Restarts);
        Assert.Empty(host.Current.OverBudget);
    }

    [Fact]
    public async Task A_data_directory_has_one_master()
    {
        await using var host = bench.Host(Bench.Sleeper());
        var refused = Assert.Throws<IOException>(() => bench.Host());
        Assert.Contains("in use", refused.Message, StringComparison.Ordinal);
    }

    // Always the same time of day, so that no pause of the machine can miss it.
    private sealed class ShortlyBeforeThree : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 1, 5, 2, 59, 59, 600, TimeSpan.Zero);
    }
}
