using System.Text.Json.Nodes;
using HaConsole.Web.Cli;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests;

/// <summary>The command line: exit codes, one line on standard error, wrong usage.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("must be one of run, demo", "swich")]
    [InlineData("must be 1 or 2, not '3'", "switch", "--to", "3")]
    [InlineData("--to", "switch")]
    [InlineData("must be on or off", "maintenance", "maybe", "--server", "1")]
    [InlineData("must be a duration", "pause", "--for", "soon")]
    [InlineData("must be text or json", "status", "--format", "xml")]
    [InlineData("KEY=VALUE", "settings", "set", "HotStandby:HeartbeatTimeout")]
    [InlineData("CODE@ADDRESS", "pair", "K7QM")]
    [InlineData("FILE or --explore", "simulate")]
    [InlineData("--bogus", "run", "--bogus")]
    public async Task WrongUsage_OneLineThatNamesWhatIsLegal(string expected, params string[] words)
    {
        var result = await Command.RunAsync(words);

        Assert.Equal(64, result.Code);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("healthcheck")]
    [InlineData("switch", "--to", "2")]
    [InlineData("settings", "get")]
    [InlineData("stop")]
    public async Task Verb_NoServer_FailsWithOneLine(params string[] words)
    {
        var directory = RunningServer.NewDirectory();
        var result = await Command.RunAsync([.. words, "--data-directory", directory]);
        Directory.Delete(directory);

        Assert.Equal(1, result.Code);
        Assert.Contains(directory, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("switch", "--help")]
    [InlineData("settings", "set", "--help")]
    [InlineData("--version")]
    public async Task Informative_Option_PrintsAndSucceeds(params string[] words)
    {
        var result = await Command.RunAsync(words);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.NotEmpty(result.Output);
    }

    [Fact]
    public async Task Status_EveryStateOfThePair_HasItsExitCode()
    {
        await using var server = await RunningServer.StartAsync();
        var healthy = await server.CommandAsync("status");
        Assert.Equal(0, healthy.Code);
        Assert.StartsWith("Server #1 has been Active for 3 d 4 h. Server #2 is ready: a switch now would succeed.", healthy.Output, StringComparison.Ordinal);

        server.Engine.Current = Snapshots.Healthy() with { Alarms = [new("clock-offset", "The clocks differ by 3 s.")] };
        Assert.Equal(2, (await server.CommandAsync("status")).Code);

        server.Engine.Current = Snapshots.PeerLost();
        var lost = await server.CommandAsync("status");
        Assert.Equal(3, lost.Code);
        Assert.Contains("Server #2 has not answered for 94 s", lost.Output.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains("row 400 (3 of 5), in 1 min 1 s at the earliest: Failover", lost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("row 200", lost.Output, StringComparison.Ordinal);
        Assert.Contains("epoch, revision and version unknown · heard 1 min 34 s ago", lost.Output, StringComparison.Ordinal);
        Assert.Contains("last switch to server #1 3 d 4 h ago, 2026-11-17 06:00:00 UTC, took 840 ms: Switch over by admin", lost.Output, StringComparison.Ordinal);

        server.Engine.Current = Snapshots.TwoActives();
        Assert.Equal(4, (await server.CommandAsync("status")).Code);
        Assert.Equal(1287, JsonNode.Parse((await server.CommandAsync("status", "--format", "json")).Output)!["version"]!.GetValue<long>());
    }

    [Fact]
    public async Task Switch_ReadyAndNotReady_0And5()
    {
        await using var server = await RunningServer.StartAsync();
        var done = await server.CommandAsync("switch", "--to", "2", "--reason", "drill");
        Assert.Equal(0, done.Code);
        Assert.DoesNotContain("both run 0.1.0", done.Output, StringComparison.Ordinal);
        Assert.Matches(@"2 of 2 pre-checks\n  done stop-services: cti stopped\nServer #2 is Active It took [0-9.]+ m?s\.\n", done.Output);
        Assert.Contains("switch 2 False False drill", server.Engine.Calls);

        server.Engine.Current = Snapshots.PeerLost();
        var refused = await server.CommandAsync("switch", "--to", "2", "--dry-run");
        Assert.Equal(5, refused.Code);
        Assert.Contains("server #2 does not answer", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await server.CommandAsync("switch", "--to", "2", "--force")).Code);
    }

    [Fact]
    public async Task SwitchDryRun_Ready_ListsEveryCheckAndWhatWouldBeDone()
    {
        await using var server = await RunningServer.StartAsync();
        var result = await server.CommandAsync("switch", "--to", "2", "--dry-run");

        Assert.Equal(0, result.Code);
        Assert.Contains("ok   both run 0.1.0", result.Output, StringComparison.Ordinal);
        Assert.Contains("then stop-services", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("It took", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0264, "26 ms")]
    [InlineData(1.674, "1.67 s")]
    [InlineData(125, "2 min 5 s")]
    public void Took_MeasuredTime_HasAFittingUnit(double seconds, string expected) => Assert.Equal(expected, Values.Took(seconds));

    [Theory]
    [InlineData("UpUnverified", "Up, unverified")]
    [InlineData("NotPaired", "Not paired")]
    [InlineData("None", "None")]
    public void Words_Name_ReadsLikeText(string name, string expected) => Assert.Equal(expected, Values.Words(name));

    [Fact]
    public async Task Controls_AreSetByTheirVerbs()
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Equal(0, (await server.CommandAsync("pause", "--for", "15m", "--reason", "update")).Code);
        Assert.Equal(TimeSpan.FromMinutes(15), server.Engine.Controls.Pause!.Until - server.Engine.Controls.Pause.Since);
        Assert.Equal(Environment.UserName, server.Engine.LastOwner);
        Assert.Equal(0, (await server.CommandAsync("resume")).Code);
        Assert.Null(server.Engine.Controls.Pause);
        Assert.Equal(0, (await server.CommandAsync("maintenance", "on", "--server", "2")).Code);
        Assert.NotNull(server.Engine.Controls.Maintenance2);
        Assert.Equal(0, (await server.CommandAsync("maintenance", "off", "--server", "2")).Code);
        Assert.Null(server.Engine.Controls.Maintenance2);
        Assert.Equal(0, (await server.CommandAsync("hold", "clear")).Code);
        Assert.Contains("nothing is held", (await server.CommandAsync("hold", "list")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await server.CommandAsync("acknowledge")).Code);
        Assert.Equal(5, (await server.CommandAsync("acknowledge", "no-such")).Code);
        Assert.Equal(0, (await server.CommandAsync("certificate", "rotate")).Code);
    }

    [Fact]
    public async Task Pair_WithAndWithoutCode()
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Equal("K7QM-2XPD", (await server.CommandAsync("pair")).Output.Trim());
        Assert.Equal(0, (await server.CommandAsync("pair", "K7QM-2XPD@10.1.1.2:2011")).Code);
        Assert.Contains("pair K7QM-2XPD 10.1.1.2:2011", server.Engine.Calls);

        server.Engine.PairRefusal = "the code has expired";
        var refused = await server.CommandAsync("pair", "K7QM-2XPD@10.1.1.2");
        Assert.Equal((5, "haconsole: the code has expired"), (refused.Code, refused.Error.Trim()));
    }

    [Fact]
    public async Task Settings_SetGetExportImport_RoundTrip()
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Equal(0, (await server.CommandAsync("settings", "set", "HotStandby:HeartbeatTimeout=2.5", "hotstandby:failurestoswitch=3", "Services:0:Environment:MODE=test")).Code);
        Assert.Equal("HotStandby:HeartbeatTimeout=2.5", (await server.CommandAsync("settings", "get", "HotStandby:HeartbeatTimeout")).Output.Trim());
        Assert.Equal("test", server.Engine.Configuration.Content.Services[0].Environment["MODE"]);
        Assert.Contains("Services:0:Name=cti", (await server.CommandAsync("settings", "get")).Output, StringComparison.Ordinal);

        var file = Path.Combine(server.Directory, "exported.json");
        Assert.Equal(0, (await server.CommandAsync("settings", "export", file)).Code);
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("2.5", "1.5", StringComparison.Ordinal));
        Assert.Equal(0, (await server.CommandAsync("settings", "validate", file)).Code);
        Assert.Equal(0, (await server.CommandAsync("settings", "import", file)).Code);
        Assert.Equal(1.5, server.Engine.Configuration.Content.HotStandby.HeartbeatTimeout);
    }

    [Theory]
    [InlineData("HotStandby:HeartbeatTimeout=60", "must be below")]
    [InlineData("HotStandby:HeartbeatTimeout=long", "must be a number")]
    [InlineData("HotStandby:Enabled=1", "must be true or false")]
    [InlineData("HotStandby:HeartbeetTimeout=6", "HeartbeatTimeout")]
    [InlineData("Services:7:Name=x", "0 to 0")]
    public async Task SettingsSet_WrongKeyOrValue_65AndNothingChanged(string change, string expected)
    {
        await using var server = await RunningServer.StartAsync();
        var before = server.Engine.Configuration;
        var result = await server.CommandAsync("settings", "set", change);

        Assert.Equal(65, result.Code);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Contains(change.Split('=')[0], result.Error, StringComparison.Ordinal);
        Assert.Same(before, server.Engine.Configuration);
    }

    [Theory]
    [InlineData("""{"format":4}""", "Format 4, made by a newer version")]
    [InlineData("""{"format":1,"hotStandby":{"bogus":1}}""", "HotStandby:bogus is not a known key")]
    [InlineData("""{"format":1,"hotStandby":{"heartbeatTimeout":40}}""", "HotStandby:HeartbeatTimeout")]
    [InlineData("nonsense", "not JSON")]
    public async Task SettingsValidate_WrongFile_65(string content, string expected)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, content);
        var result = await Command.RunAsync(["settings", "validate", file]);
        File.Delete(file);

        Assert.Equal(65, result.Code);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task HealthCheck_FollowsTheEngine()
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Equal(0, (await server.CommandAsync("healthcheck", "--active")).Code);
        server.Engine.Health.Turn(answersActive: false, isReady: true, TimeSpan.FromHours(1));
        Assert.Equal(0, (await server.CommandAsync("healthcheck")).Code);
        Assert.Equal(1, (await server.CommandAsync("healthcheck", "--active")).Code);
    }

    [Theory]
    [InlineData(false, "stop True")]
    [InlineData(true, "stop False")]
    public async Task Stop_EndsTheServerInOrder(bool both, string expected)
    {
        await using var server = await RunningServer.StartAsync();
        server.Engine.PeerReachable = true;
        var result = both ? await server.CommandAsync("stop", "--both") : await server.CommandAsync("stop");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains(expected, server.Engine.Calls);
        Assert.Equal(both, server.Engine.Calls.Any(c => c.StartsWith("forward /api/v1/stop", StringComparison.Ordinal)));
        Assert.Equal(1, (await server.CommandAsync("status")).Code);
    }
}
