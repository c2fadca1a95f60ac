using System.Collections.Concurrent;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Tests.State;

namespace HaConsole.Engine.Tests.Loop;

public sealed class DiskThreadTests : IDisposable
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(5);
    private readonly DiskThread disk = new(TimeProvider.System);

    public void Dispose() => disk.Dispose();

    [Fact]
    public void Save_IsDoneWhenItReturns()
    {
        var saved = new List<int>();

        for (var i = 0; i < 50; i++)
        {
            Assert.Null(disk.Save("state", () => saved.Add(i), Enough, Beat, () => { }));
            Assert.Equal(i, saved[^1]);
        }
    }

    [Fact]
    public void Save_ThatFails_TellsWhyAndTheNextOneWorks()
    {
        Assert.IsType<UnauthorizedAccessException>(disk.Save("state", () => throw new UnauthorizedAccessException(), Enough, Beat, () => { }));
        Assert.Null(disk.Save("state", () => { }, Enough, Beat, () => { }));
    }

    [Fact]
    public async Task Save_OnADiskThatHangs_WaitsOnceIsAliveMeanwhileAndStoresTheLastValueLater()
    {
        using var hang = new ManualResetEventSlim();
        var saved = new ConcurrentQueue<string>();
        var beats = 0;

        var first = disk.Save("state", () => { hang.Wait(); saved.Enqueue("state 1"); }, TimeSpan.FromMilliseconds(50), Beat, () => beats++);
        // More than the test lives: these must not wait at all.
        var second = disk.Save("state", () => saved.Enqueue("state 2"), TimeSpan.FromHours(1), Beat, () => { });
        var controls = disk.Save("controls", () => saved.Enqueue("controls"), TimeSpan.FromHours(1), Beat, () => { });
        var third = disk.Save("state", () => saved.Enqueue("state 3"), TimeSpan.FromHours(1), Beat, () => { });
        Assert.All([first, second, controls, third], failure => Assert.IsType<TimeoutException>(failure));
        Assert.True(beats > 0);

        hang.Set();
        await Eventually.HoldsAsync(() => saved.Count == 3, "stored");
        Assert.Equal(["state 1", "controls", "state 3"], saved);
        Assert.Null(disk.Save("state", () => saved.Enqueue("state 4"), Enough, Beat, () => { }));
    }
}
