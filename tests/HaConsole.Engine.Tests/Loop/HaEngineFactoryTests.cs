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

    private static HaEngineRun Create(ScratchFolder folder) => HaEngineFactory.Create(
        new StartConfiguration(new NodeOptions { DataDirectory = folder.Path }, new PairConfiguration(), new DatabaseOptions(), new WitnessOptions(), new Dictionary<string, PairConfiguration>(), []),
        TimeProvider.System,
        NullLoggerFactory.Instance,
        e => throw e,
        (_, _) => Task.FromResult(new ForwardedResponse(404, "", new Dictionary<string, string>())));
}
