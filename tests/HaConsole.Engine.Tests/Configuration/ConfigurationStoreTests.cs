using HaConsole.Engine.Configuration;
using HaConsole.Engine.State;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Configuration;

public sealed class ConfigurationStoreTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Initial_FirstStart_TakesTheFileAndLaterStartsDoNot()
    {
        var first = Open().Initial(Content(3));
        var second = Open().Initial(Content(9));

        Assert.Equal(Revision.None, first.Revision);
        Assert.Equal("appsettings.json", first.SavedBy);
        Assert.Equal((3, first.Hash), (second.Content.HotStandby.FailuresToSwitch, second.Hash));
    }

    [Fact]
    public void Save_ThenReopen_FindsTheDocumentAndItsHistoryNewestFirst()
    {
        var store = Open();
        store.Initial(Content(1));
        Save(store, 2, 3, 4);

        var again = Open();

        Assert.Equal(4, again.Current!.Content.HotStandby.FailuresToSwitch);
        Assert.Equal([4, 3, 2, 1], again.History.Select(h => h.Content.HotStandby.FailuresToSwitch));
        Assert.Equal(store.History.Select(h => h.Hash), again.History.Select(h => h.Hash));
        Assert.Empty(again.Problems);
    }

    [Fact]
    public void Save_BeyondTheBound_DropsTheOldestRevisions()
    {
        var store = new ConfigurationStore(folder.Path, TimeProvider.System, mostHistory: 3);
        store.Initial(Content(1));
        Save(store, 2, 3, 4, 5, 6, 7);

        Assert.Equal([7, 6, 5, 4], store.History.Select(h => h.Content.HotStandby.FailuresToSwitch));
        Assert.Equal(3, Directory.GetFiles(folder["settings/history"]).Length);
    }

    [Fact]
    public void Open_CurrentDamaged_UsesThePreviousOneAndSaysSo()
    {
        var store = Open();
        store.Initial(Content(1));
        Save(store, 2, 3);
        File.WriteAllText(folder["settings/current.json"], "{ torn");

        var again = Open();

        Assert.Equal(2, again.Current!.Content.HotStandby.FailuresToSwitch);
        Assert.Equal(["current.json is damaged; the previous copy is used"], again.Problems);
    }

    [Fact]
    public void Open_WrittenByANewerVersion_IsRefusedAndNotOverwritten()
    {
        var store = Open();
        store.Save(store.Make(Content(1) with { Format = 4 }, new Revision(1, 1, 1), "newer"));
        var before = File.ReadAllText(folder["settings/current.json"]);

        var again = Open();

        Assert.Null(again.Current);
        Assert.Equal("the settings in current.json have Format 4, made by a newer version; this version reads Format 1 … 3", again.Refusal);
        Assert.Throws<InvalidOperationException>(() => again.Initial(Content(1)));
        Assert.Equal(before, File.ReadAllText(folder["settings/current.json"]));
    }

    [Fact]
    public void Adopt_HigherRevision_IsInForceAndDurable()
    {
        var store = Open();
        store.Initial(Content(1));

        Assert.Null(store.Adopt(store.Make(Content(2), new Revision(1, 1, 2), "peer")));

        Assert.Equal(2, Open().Current!.Content.HotStandby.FailuresToSwitch);
    }

    [Theory]
    [InlineData(4, 1, "the peer's settings have revision 4.1.1; it must be above 5.1.1")]
    [InlineData(5, 2, "the peer's settings have revision 5.1.1; it must be above 5.1.1")]
    [InlineData(6, 0, "the peer's settings are refused: HotStandby:FailuresToSwitch is 0; it must be 1 … 100")]
    public void Adopt_WhatMustNotBe_SaysWhyAndChangesNothing(long epoch, int failures, string message)
    {
        var store = Open();
        store.Save(store.Make(Content(3), new Revision(5, 1, 1), "here"));

        Assert.Equal(message, store.Adopt(store.Make(Content(failures), new Revision(epoch, 1, 1), "peer")));
        Assert.Equal(3, store.Current!.Content.HotStandby.FailuresToSwitch);
    }

    [Fact]
    public void Adopt_NewerFormat_SaysWhy()
    {
        var store = Open();

        Assert.Contains("have Format 4, made by a newer version", store.Adopt(store.Make(Content(1) with { Format = 4 }, new Revision(1, 1, 1), "peer"))!, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_DiskFull_FailsAndTheOldOneStaysInForce()
    {
        using var disk = new TinyDisk(64);
        var store = new ConfigurationStore(disk.Path, TimeProvider.System);
        store.Initial(Content(1));
        disk.Fill("settings");

        Assert.Throws<DurableWriteException>(() => Save(store, 2));

        Assert.Equal(1, store.Current!.Content.HotStandby.FailuresToSwitch);
        Assert.Equal(Revision.None, Assert.Single(store.History).Revision);
    }

    [Fact]
    public void Hash_SameMeaningInAnotherShape_IsTheSame()
    {
        var a = new PairConfiguration { Services = [new ServiceDefinition { Name = "x", Environment = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } }] };
        var b = new PairConfiguration { Services = [new ServiceDefinition { Name = "x", StartTimeout = 60.0, Environment = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" } }] };
        var c = new PairConfiguration { Services = [new ServiceDefinition { Name = "x", StartTimeout = 61 }] };

        Assert.Equal(ConfigurationJson.Hash(a), ConfigurationJson.Hash(b));
        Assert.NotEqual(ConfigurationJson.Hash(a), ConfigurationJson.Hash(c));
        Assert.Equal("{\"Checks\":[],\"Format\":1,\"HotStandby\":{},\"Services\":[]}", ConfigurationJson.Canonical(new PairConfiguration()));
    }

    private static PairConfiguration Content(int failures) => new() { HotStandby = new HotStandbyParameters { FailuresToSwitch = failures } };

    private static void Save(ConfigurationStore store, params int[] failures)
    {
        foreach (var number in failures)
        {
            store.Save(store.Make(Content(number), store.Current!.Revision.NextBy(Rank.Primary, new Epoch(1)), "operator"));
        }
    }

    private ConfigurationStore Open() => new(folder.Path, TimeProvider.System);
}
