using HaConsole.Engine.Configuration;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Tests.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaConsole.Engine.Tests.Loop;

public sealed class HaEngineFactoryTests
{
    [Fact]
    public async Task A_lone_server_serves_and_does_not_fall_behind_its_epoch_when_its_state_is_lost()
    {
        using var folder = new ScratchFolder();
        long epoch;
        await using (var run = Create(folder))
        {
            await run.Engine.StartAsync(CancellationToken.None);
            await Eventually.HoldsAsync(() => run.Board.IsActive, "serves");
            epoch = run.Engine.Current.Servers[0].Epoch;
            await run.Engine.StopAsync(handOver: true, CancellationToken.None);
        }

        foreach (var file in Directory.EnumerateFiles(folder["state"], "state*"))
        {
            await File.WriteAllTextAsync(file, "scribbled over");
        }

        await using (var run = Create(folder))
        {
            await run.Engine.StartAsync(CancellationToken.None);
            await Eventually.HoldsAsync(() => run.Board.IsActive, "serves again");
            Assert.True(run.Engine.Current.Servers[0].Epoch > epoch);
            var events = run.Engine.Journal.Latest(100);
            Assert.Contains(events, entry => entry.Kind == "damaged-file" && entry.Epoch >= epoch);
            Assert.Equal(events.Select(entry => entry.Epoch).Order(), events.Select(entry => entry.Epoch));
        }
    }

    [Fact]
    public void Create_OnADataDirectoryInUse_IsRefused()
    {
        using var folder = new ScratchFolder();
        using var held = HaConsole.Engine.State.DataDirectoryLock.Acquire(folder.Path);

        Assert.Throws<HaConsole.Engine.State.DataDirectoryException>(() => Create(folder));
    }

    [Fact]
    public async Task A_lone_server_that_is_given_the_addresses_of_a_pair_goes_on_alone_until_it_is_started_again_as_one()
    {
        using var folder = new ScratchFolder();
        var port = Peering.LinkTestServer.FreePort();
        var restarted = 0;
        HaEngineRun Make() => Create(folder, new NodeOptions { DataDirectory = folder.Path, PeerPort = port, PeerAddress = "" }, () => restarted++);
        await using (var run = Make())
        {
            await run.Engine.StartAsync(CancellationToken.None);
            await Eventually.HoldsAsync(() => run.Board.IsActive, "serves alone");
            Assert.Null(run.Engine.Current.RestartNeeded);
            Assert.NotNull(await run.Engine.PairAsync("AAAA-BBBB-CCCC-DDDD", "192.0.2.1", CancellationToken.None));

            var saved = await run.Engine.EditConfigurationAsync(
                c => c with { HotStandby = c.HotStandby with { Server1Address = "192.0.2.1", Server2Address = "127.77.251.2" } }, "anna", CancellationToken.None);
            Assert.True(saved.Saved, string.Join(' ', saved.Problems.Select(p => p.Sentence)));
            Assert.NotNull(run.Engine.Current.RestartNeeded);
            Assert.True(run.Board.IsActive);
            Assert.Null(await run.Engine.RestartAsync("anna", CancellationToken.None));
            Assert.Equal(1, restarted);
        }

        await using var again = Make();
        await again.Engine.StartAsync(CancellationToken.None);
        var own = again.Engine.Current.Servers.Single(server => server.Local);
        Assert.Equal((2, "127.77.251.2"), (own.Server, own.Address));
        Assert.Null(again.Engine.Current.RestartNeeded);
        Assert.NotEmpty(again.Engine.CreatePairingCode());
    }

    [Fact]
    public async Task A_lone_server_joins_a_pair_by_code_alone_and_is_its_second_server_after_a_restart()
    {
        using var first = new ScratchFolder();
        using var second = new ScratchFolder();
        var port = Peering.LinkTestServer.FreePort();
        HaEngineRun MakeFirst() => Create(first, new NodeOptions { LocalAddress = "127.77.252.1", PeerPort = port });
        HaEngineRun MakeSecond() => Create(second, new NodeOptions { LocalAddress = "127.77.252.2", PeerPort = port });
        await using (var setup = MakeFirst())
        {
            await setup.Engine.StartAsync(CancellationToken.None);
            var saved = await setup.Engine.EditConfigurationAsync(c => c with { HotStandby = c.HotStandby with { Server1Address = "127.77.252.1", Server2Address = "127.77.252.2", HoldHours = 7 } }, "anna", CancellationToken.None);
            Assert.True(saved.Saved);
        }

        await using var one = MakeFirst();
        await one.Engine.StartAsync(CancellationToken.None);
        await using (var lone = MakeSecond())
        {
            await lone.Engine.StartAsync(CancellationToken.None);
            await lone.Engine.EditConfigurationAsync(c => c with { HotStandby = c.HotStandby with { HoldHours = 9 } }, "eve", CancellationToken.None);
            await lone.Engine.EditConfigurationAsync(c => c with { HotStandby = c.HotStandby with { HoldHours = 10 } }, "eve", CancellationToken.None);

            Assert.Null(await lone.Engine.PairAsync(one.Engine.CreatePairingCode(), "127.77.252.1", CancellationToken.None));
            Assert.Equal(7, lone.Engine.Configuration.Content.HotStandby.HoldHours);
            Assert.NotNull(lone.Engine.Current.RestartNeeded);
        }

        await using var two = MakeSecond();
        await two.Engine.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => one.Engine.Current.PeerLink.State == "Connected" && two.Engine.Current.PeerLink.State == "Connected", "connected");
        await Eventually.HoldsAsync(() => one.Engine.Configuration.Hash == two.Engine.Configuration.Hash && one.Engine.Configuration.Revision == two.Engine.Configuration.Revision, "one configuration");
        Assert.Equal(2, two.Engine.Current.Servers.Single(server => server.Local).Server);
        Assert.Equal(7, one.Engine.Configuration.Content.HotStandby.HoldHours);
    }

    [Fact]
    public async Task A_start_that_fails_half_way_leaves_nothing_behind()
    {
        using var folder = new ScratchFolder();
        var port = Peering.LinkTestServer.FreePort();
        var node = new NodeOptions { DataDirectory = folder.Path, LocalAddress = "127.77.251.3", PeerPort = port, PeerAddress = "127.77.251.4" };
        using (var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Parse("127.77.251.3"), port))
        {
            taken.Start();
            Assert.Throws<PeerLinkException>(() => Create(folder, node));
        }

        await using var run = Create(folder, node);
        await run.Engine.StartAsync(CancellationToken.None);
        Assert.Single(run.Engine.Journal.Latest(10), entry => entry.Kind == "started");
    }

    private static HaEngineRun Create(ScratchFolder folder) => Create(folder, new NodeOptions { DataDirectory = folder.Path });

    private static HaEngineRun Create(ScratchFolder folder, NodeOptions node, Action? restart = null) => HaEngineFactory.Create(
        new StartConfiguration(node with { DataDirectory = folder.Path }, new PairConfiguration(), new DatabaseOptions(), new WitnessOptions(), new Dictionary<string, PairConfiguration>(), []),
        TimeProvider.System,
        NullLoggerFactory.Instance,
        e => throw e,
        (_, _) => Task.FromResult(new ForwardedResponse(404, "", new Dictionary<string, string>())),
        restart);
}
