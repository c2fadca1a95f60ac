using System.Text.Json;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Status;
using HaConsole.Engine.Tests.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Status;

public sealed class StatusBuilderTests
{
    private readonly ManualTime time = new();
    private readonly EngineClock clock;
    private readonly StatusBuilder builder;
    private readonly FailoverSettings settings = new() { Enabled = true, HeartbeatInterval = TimeSpan.FromSeconds(10), HeartbeatTimeout = TimeSpan.FromSeconds(5), FailuresToSwitch = 3, Version = "1.0" };
    private NodeStateBox box;
    private PeerLinkStatus link = new(PeerLinkState.Connected, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(1), "");
    private string? peerDetail;
    private string? clockAlarm;

    public StatusBuilderTests()
    {
        clock = new EngineClock(time);
        builder = new StatusBuilder(clock, "default");
        box = new NodeStateBox(FailoverMachine.Start(Rank.Primary, StoredState.Fresh, PairControls.None, settings, clock.Now), settings, clock.Now);
    }

    [Fact]
    public void Build_APeerNeverHeard_IsUnknownWithoutAge()
    {
        var peer = Peer();

        Assert.Equal(("Unknown", "Error", "Unknown"), (peer.Role, peer.Status, peer.Health));
        Assert.Null(peer.AgeSeconds);
        Assert.Null(peer.Since);
        Assert.Equal(["no-active", "peer-lost"], Alarms());
    }

    [Fact]
    public void Build_APeerHeardTooLongAgo_IsUnknownWithItsAgeAndNoneOfItsFacts()
    {
        Step(NodeInput.Heard(clock.Now, clock.Utc, Report(Role.Active)));
        Assert.Equal(("Active", 7L, 0.0), (Peer().Role, Peer().Epoch, Peer().AgeSeconds));

        time.Advance(TimeSpan.FromSeconds(16));
        Step(NodeInput.Wake(clock.Now, clock.Utc));

        var peer = Peer();
        Assert.Equal(("Unknown", "Error", 0L, ""), (peer.Role, peer.Status, peer.Epoch, peer.SoftwareVersion));
        Assert.Equal(16, peer.AgeSeconds);
        Assert.Contains("peer-lost", Alarms());
    }

    [Fact]
    public void Build_BothActive_Alarms()
    {
        BecomeActive();
        Assert.DoesNotContain("no-active", Alarms());

        Step(NodeInput.Heard(clock.Now, clock.Utc, Report(Role.Active)));

        Assert.Contains("two-actives", Alarms());
    }

    [Fact]
    public void Build_DifferentConfigurationsOfOneRevision_AreOutOfSync()
    {
        Step(NodeInput.Heard(clock.Now, clock.Utc, Report(Role.Active)));
        Assert.DoesNotContain("out-of-sync", Alarms());

        Step(NodeInput.Heard(clock.Now, clock.Utc, Report(Role.Active) with { ConfigurationHash = 1 }));

        Assert.Contains("out-of-sync", Alarms());
    }

    [Fact]
    public void Build_ClocksApart_Alarms()
    {
        link = link with { ClockOffset = TimeSpan.FromSeconds(-2.5) };
        Assert.DoesNotContain("clock-offset", Alarms());

        clockAlarm = "apart";
        Assert.Contains("clock-offset", Alarms());
        Assert.Equal(-2.5, Peer().ClockOffsetSeconds);
    }

    [Fact]
    public void Build_FailedServicesAndALostLan_Alarm()
    {
        Step(NodeInput.Services(clock.Now, clock.Utc, ServicesState.StopFailed));
        Step(NodeInput.Local(clock.Now, clock.Utc, new LocalFacts(LanState.Down, SelfHealth.Ok, VipDestination.Unknown)));

        Assert.Superset(new HashSet<string> { "stop-failed", "lan-down" }, Alarms().ToHashSet());
    }

    [Fact]
    public void Build_AnEngineThatStandsStill_IsNotShownAsHealthy()
    {
        Step(NodeInput.Local(clock.Now, clock.Utc, new LocalFacts(LanState.Up, SelfHealth.Ok, VipDestination.Unknown)));
        Assert.Equal("Healthy", Build().Servers.Single(server => server.Local).Health);

        time.Advance(LoopTiming.FrozenAfter(settings));

        Assert.Equal("Unknown", Build().Servers.Single(server => server.Local).Health);
        Assert.Contains("engine-frozen", Alarms());
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{"server":"two"}""")]
    [InlineData("""{"services":null,"checks":null,"settingsHash":null}""")]
    [InlineData("""{"services":[null,{"name":null}],"checks":[null],"new":{"deep":[1]}}""")]
    public void Build_ADetailThatCannotBeRead_CostsOnlyTheDetail(string json)
    {
        Step(NodeInput.Heard(clock.Now, clock.Utc, Report(Role.Active)));
        peerDetail = json;

        var peer = Peer();

        Assert.Equal("Active", peer.Role);
        Assert.Empty(peer.Services);
        Assert.Empty(peer.Checks);
        Assert.NotNull(peer.SettingsHash);
    }

    [Fact]
    public void Build_ThePeersDetail_IsShown()
    {
        Step(NodeInput.Heard(clock.Now, clock.Utc, Report(Role.Active)));
        peerDetail = """{"role":"Active","since":"2026-01-02T00:00:00Z","services":[{"name":"cti","state":"Running","restarts":2}],"checks":[{"name":"db","application":"db","state":"Up","severity":"Critical"}]}""";

        var peer = Peer();

        Assert.Equal(new ServiceInfo("cti", "Running", 2), Assert.Single(peer.Services));
        Assert.Equal("db", Assert.Single(peer.Checks).Name);
        Assert.Equal(2026, peer.Since!.Value.Year);
    }

    [Fact]
    public void Json_HasTheNamesThatScriptsRelyOn()
    {
        BecomeActive();
        Step(NodeInput.Heard(clock.Now, clock.Utc, Report(Role.Standby)));
        var json = JsonSerializer.SerializeToElement(Build(), StatusJson.Default.StatusSnapshot);

        Assert.Superset(
            new HashSet<string>
            {
                "version", "at", "pair", "enabled", "paused", "servers", "switchWouldSucceed", "notReady", "rules", "hold", "pause", "maintenance",
                "pendingStepDown", "lan", "vip", "witness", "peerLink", "lastSwitch",
            },
            Names(json));
        Assert.Superset(
            new HashSet<string>
            {
                "server", "address", "local", "role", "status", "health", "epoch", "since", "ageSeconds", "settingsRevision", "settingsHash", "softwareVersion",
                "clockOffsetSeconds", "services",
            },
            Names(json.GetProperty("servers")[0]));
        Assert.Superset(new HashSet<string> { "row", "matched", "sentence", "counter", "of", "dueInSeconds" }, Names(json.GetProperty("rules")[0]));
        Assert.Superset(new HashSet<string> { "code", "sentence" }, Names(json.GetProperty("notReady")[0]));
        Assert.Equal([1, 2], json.GetProperty("servers").EnumerateArray().Select(server => server.GetProperty("server").GetInt32()));
        Assert.Equal("Active (Primary)", json.GetProperty("servers")[0].GetProperty("status").GetString());
        Assert.Equal("Standby (Backup)", json.GetProperty("servers")[1].GetProperty("status").GetString());
        Assert.Superset(new HashSet<string> { "name", "state", "restarts" }, Names(JsonSerializer.SerializeToElement(new ServerStatus { Services = [new ServiceInfo("a", "Running", 0)] }, StatusJson.Default.ServerStatus).GetProperty("services")[0]));
    }

    private static HashSet<string> Names(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    private PeerReport Report(Role role) => new() { Rank = Rank.Backup, Role = role, Epoch = new Epoch(7), HighestEpoch = new Epoch(7), Version = "1.0" };

    private void BecomeActive()
        => Step(NodeInput.Command(clock.Now, clock.Utc, new NodeCommand(CommandKind.ForcedFailover) { Target = Rank.Primary }));

    private void Step(NodeInput input) => box = new NodeStateBox(FailoverMachine.Step(box.State, input, settings).Next, settings, clock.Now);

    private StatusSnapshot Build()
    {
        var content = new PairConfiguration { HotStandby = new HotStandbyParameters { Server1Address = "10.0.0.1", Server2Address = "10.0.0.2" } };
        return builder.Build(box, new StatusFacts(new ConfigurationDocument(Revision.None, "00", clock.Utc, "test", content), [], [], link, peerDetail, null) { ClockAlarm = clockAlarm }, 1);
    }

    private ServerStatus Peer() => Build().Servers.Single(server => !server.Local);

    private List<string> Alarms() => [.. Build().Alarms.Select(alarm => alarm.Code)];
}
