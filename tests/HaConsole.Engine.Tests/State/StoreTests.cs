using HaConsole.Engine.State;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.State;

public sealed class StoreTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void StateStore_FreshDirectory_LoadsAServerThatWasNeverActive()
    {
        using var store = new StateStore(folder.Path);

        var loaded = store.Load();

        Assert.True(loaded.IsFresh);
        Assert.Equal(StoredState.Fresh, loaded.Value);
        Assert.Empty(loaded.Problems);
    }

    [Fact]
    public void StateStore_SavedAndReopened_LoadsTheSame()
    {
        Save(State(7));

        using var store = new StateStore(folder.Path);
        var loaded = store.Load();

        Assert.Equal((Role.Active, new Epoch(7), new Epoch(8)), (loaded.Value.Role, loaded.Value.Epoch, loaded.Value.HighestEpoch));
        Assert.Equal([Noon], loaded.Value.Resumptions);
        Assert.False(loaded.IsFresh);
    }

    [Fact]
    public void StateStore_NewestSlotTorn_UsesThePreviousCopyAndSaysSo()
    {
        Save(State(7), State(8));
        Flip("state/state.bin", 4096 + 70);

        using var store = new StateStore(folder.Path);
        var loaded = store.Load();

        Assert.Equal(new Epoch(7), loaded.Value.Epoch);
        Assert.Equal(["state.bin slot 2 is torn; the previous copy (epoch 7) is used"], loaded.Problems);
    }

    [Fact]
    public void StateStore_BothSlotsTorn_StartsFreshAndSaysSo()
    {
        Save(State(7), State(8));
        Flip("state/state.bin", 70);
        Flip("state/state.bin", 4096 + 70);

        using var store = new StateStore(folder.Path);
        var loaded = store.Load();

        Assert.True(loaded.IsFresh);
        Assert.Equal(2, loaded.Problems.Count);
    }

    [Fact]
    public void StateStore_ThousandsOfResumptions_FitTheSlot()
    {
        Save(State(7) with { Resumptions = [.. Enumerable.Range(0, 5000).Select(i => Noon.AddSeconds(i))] });

        using var store = new StateStore(folder.Path);

        Assert.Equal(Noon.AddSeconds(4999), store.Load().Value.Resumptions[^1]);
    }

    [Fact]
    public void ControlsStore_EverythingSetWithLongTexts_LoadsTheSame()
    {
        var text = new string('ä', 4000);
        var control = new TimedControl(text, text, Noon, Noon.AddHours(1));
        var controls = new PairControls
        {
            Revision = new Revision(7, 12, 1),
            Pause = control,
            Hold = control,
            Maintenance1 = control,
            Maintenance2 = control with { Until = null },
            FlapTimes = [Noon, Noon.AddMinutes(1)],
        };
        using (var store = new ControlsStore(folder.Path))
        {
            store.Save(controls);
        }

        using var again = new ControlsStore(folder.Path);
        var loaded = again.Load().Value;

        Assert.Equal(controls.Revision, loaded.Revision);
        Assert.Equal(Noon.AddHours(1), loaded.Pause!.Until);
        Assert.Equal(text[..ControlsStore.LongestText], loaded.Hold!.Reason);
        Assert.Null(loaded.Maintenance2!.Until);
        Assert.Equal(controls.FlapTimes, loaded.FlapTimes);
    }

    [Fact]
    public void DataDirectoryLock_HeldByAnother_NamesTheKeyAndTheProcess()
    {
        using var first = DataDirectoryLock.Acquire(folder.Path);

        var failure = Assert.Throws<DataDirectoryException>(() => DataDirectoryLock.Acquire(folder.Path));

        Assert.StartsWith($"Node:DataDirectory is {folder.Path}; it is in use by process {Environment.ProcessId}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void DataDirectoryLock_Released_CanBeTakenAgain()
    {
        DataDirectoryLock.Acquire(folder.Path).Dispose();

        using var again = DataDirectoryLock.Acquire(folder.Path);

        Assert.Equal(Environment.ProcessId + "\n", File.ReadAllText(folder["lock.owner"]));
    }

    [Fact]
    public void DataDirectoryLock_NotADirectory_NamesTheKey()
    {
        File.WriteAllText(folder["file"], "");

        var failure = Assert.Throws<DataDirectoryException>(() => DataDirectoryLock.Acquire(folder["file"]));

        Assert.Contains("it must be a directory that this process can write", failure.Message, StringComparison.Ordinal);
    }

    private static StoredState State(long epoch) => new(Role.Active, new Epoch(epoch), new Epoch(epoch + 1), [Noon]);

    private void Save(params StoredState[] states)
    {
        using var store = new StateStore(folder.Path);
        foreach (var state in states)
        {
            store.Save(state);
        }
    }

    private void Flip(string name, int at)
    {
        var bytes = File.ReadAllBytes(folder[name]);
        bytes[at] ^= 0xFF;
        File.WriteAllBytes(folder[name], bytes);
    }
}
