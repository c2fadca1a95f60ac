namespace HaConsole.Engine.Tests.FileSets;

/// <summary>Memory is measured while no other test uses any.</summary>
[CollectionDefinition(nameof(FileSetMemory), DisableParallelization = true)]
public sealed class FileSetMemory;

/// <summary>What a long life of a set costs.</summary>
[Collection(nameof(FileSetMemory))]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FileSetMemoryTests
{
    [Fact]
    public async Task FromPassToPass_MemoryDoesNotGrow()
    {
        await using var pair = new FileSetPair();
        for (var i = 0; i < 3000; i++)
        {
            pair.One.Write($"d{i % 30}/f{i}", $"{i}");
        }

        pair.Start();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == HaConsole.Engine.FileSets.FileSetState.InSync);
        await PassesAsync(3);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await PassesAsync(15);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(grown, long.MinValue, 1_000_000);
        Assert.Equal(3000, pair.One.Status.KnownFiles);

        async Task PassesAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                // New names each time: what is known of the old ones goes.
                pair.One.Write($"d{i}/f{i}", $"{Guid.NewGuid()}");
                var compared = pair.One.Status.ComparedAt;
                pair.One.Host.Command("set", HaConsole.Engine.FileSets.FileSetCommand.Push);
                await pair.TrueAsync("compared", () => pair.One.Status.ComparedAt > compared && pair.One.Status.State == HaConsole.Engine.FileSets.FileSetState.InSync);
            }
        }
    }
}
