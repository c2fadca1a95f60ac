using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;

namespace HaConsole.Engine.Tests.FileSets;

/// <summary>Who overwrites whom.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FileSetRoleTests
{
    [Fact]
    public async Task TenFlipsUnderLoad_EndEqual()
    {
        await using var pair = new FileSetPair();
        pair.Start();
        using var stop = new CancellationTokenSource();
        var (active, standby) = (pair.One, pair.Two);
        for (var i = 0; i < 10; i++)
        {
            for (var n = 0; n < 100; n++)
            {
                active.Write($"d{n % 7}/f{n}", $"{i} {n}");
            }

            (active, standby) = (standby, active);
            pair.One.Epoch = pair.Two.Epoch = i + 2;
            standby.Host.RoleIs(active: false, takeover: false, connected: true);
            active.Host.RoleIs(active: true, takeover: true, connected: true);
        }

        active.Write("last", "the end");
        await pair.EqualAsync();
        await pair.TrueAsync("in sync", () => active.Status.State == FileSetState.InSync && standby.Status.State == FileSetState.InSync);
        Assert.Equal("the end", standby.Read("last"));
    }

    [Fact]
    public async Task BothActive_NobodyOverwritesTheOther()
    {
        await using var pair = new FileSetPair();
        pair.One.Write("file", "one");
        pair.Two.Write("file", "two");
        pair.One.Host.Configure([pair.Set]);
        pair.Two.Host.Configure([pair.Set]);
        pair.One.Host.RoleIs(active: true, takeover: false, connected: true);
        pair.Two.Epoch = 2;
        pair.Two.Host.RoleIs(active: true, takeover: true, connected: true);

        await pair.TrueAsync("the lower epoch is refused", () => pair.One.Status.Sentence.Contains("later epoch", StringComparison.Ordinal));
        await pair.TrueAsync("the other is Active itself", () => pair.Two.Status.Sentence.Contains("Active itself", StringComparison.Ordinal));
        Assert.Equal(("one", "two"), (pair.One.Read("file"), pair.Two.Read("file")));

        // The lower one gives in: what it had is kept.
        pair.One.Epoch = 2;
        pair.One.Host.RoleIs(active: false, takeover: false, connected: true);
        await pair.TrueAsync("equal", () => pair.One.Read("file") == "two");
        Assert.Equal(["file"], pair.One.Recycled());
    }

    [Fact]
    public async Task WhatTheStandbyCouldNotTake_IsKeptWhenItTakesOver()
    {
        await using var pair = new FileSetPair(new FileSetDefinition { CommandBefore = "test ! -e .haconsole/refuse", CommandTimeout = 5 });
        pair.One.Write("file", "first");
        pair.Start();
        await pair.EqualAsync();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        pair.Two.Write(".haconsole/refuse", "");
        pair.One.Write("file", "second");
        await pair.TrueAsync("it is refused", () => pair.One.Status.Problems.Any(p => p.Code == "pre-command"));
        await pair.TrueAsync("it says so", () => pair.One.Status.State == FileSetState.OutOfSync);

        pair.IsCut = true;
        pair.Cut();
        pair.One.Epoch = pair.Two.Epoch = 2;
        pair.One.Host.RoleIs(active: false, takeover: false, connected: true);
        pair.Two.Host.RoleIs(active: true, takeover: true, connected: true);
        pair.IsCut = false;
        await pair.TrueAsync("the new Active's counts", () => pair.One.Read("file") == "first");

        Assert.Equal(["file"], pair.One.Recycled());
        Assert.Contains(pair.Two.Status.Drifts, d => d is { Path: "file", Kind: DriftKind.Content });
    }

    [Fact]
    public async Task AnAudit_ChangesNothingAndLosesNoChange()
    {
        await using var pair = new FileSetPair(new FileSetDefinition { CommandAfter = "sleep 0.3" });
        pair.One.Write("file", "1");
        pair.Start();
        await pair.EqualAsync();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);

        for (var i = 0; i < 10; i++)
        {
            pair.One.Write("file", $"again {i}");
            Assert.Null(pair.One.Host.Command("set", FileSetCommand.Audit));
            await pair.TrueAsync("copied", () => pair.Two.Read("file") == $"again {i}");
        }

        pair.Two.Write("extra", "2");
        var before = pair.One.Events.Count;
        pair.One.Host.Command("set", FileSetCommand.Audit);
        await pair.TrueAsync("audited", () => pair.One.Events.Skip(before).Any(e => e.Kind == "file-set-audit" && e.Sentence.Contains("1 things differ", StringComparison.Ordinal)));
        Assert.Equal("2", pair.Two.Read("extra"));
        Assert.Contains(pair.One.Status.Drifts, d => d is { Path: "extra", Kind: DriftKind.Extra });
    }

    [Fact]
    public async Task NotAutomatic_OnlyShowsUntilSomebodyPushes()
    {
        await using var pair = new FileSetPair(new FileSetDefinition { Automatic = false });
        pair.One.Write("file", "1");
        pair.Two.Write("other", "2");
        pair.Start();
        await pair.TrueAsync("it differs", () => pair.One.Status.State == FileSetState.OutOfSync && pair.One.Status.DriftCount == 2);
        Assert.Null(pair.Two.Read("file"));
        Assert.Equal("2", pair.Two.Read("other"));

        pair.One.Host.Command("set", FileSetCommand.Push);
        await pair.EqualAsync();
        Assert.Equal(["other"], pair.Two.Recycled());
    }

    [Fact]
    public async Task Fetch_TakesWhatTheStandbyHas_EvenWhenTheDirectoryIsLost_AndKeepsWhatItReplaces()
    {
        await using var pair = new FileSetPair();
        pair.One.Write("file", "first");
        pair.One.Write("deep/large", new string('x', 3_000_000));
        pair.Start();
        await pair.EqualAsync();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);

        // Changed by hand on the Standby: fetched, and what the Active had is kept.
        File.WriteAllText(pair.Two.At("file"), "better");
        pair.One.Host.Command("set", FileSetCommand.Fetch);
        await pair.TrueAsync("fetched", () => pair.One.Read("file") == "better");
        await pair.EqualAsync();
        Assert.Equal(["file"], pair.One.Recycled());

        // The whole directory is lost.
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        pair.IsCut = true;
        pair.Cut();
        Directory.Delete(pair.One.Root, recursive: true);
        pair.IsCut = false;
        await pair.TrueAsync("it says so", () => pair.One.Status.State == FileSetState.Failed);
        pair.One.Host.Command("set", FileSetCommand.Fetch);
        await pair.TrueAsync("fetched", () => pair.One.Read("file") == "better");
        await pair.EqualAsync();
    }

    [Fact]
    public async Task AFetchThatBreaks_GoesOn_AndNothingIsPushedMeanwhile()
    {
        await using var pair = new FileSetPair(new FileSetDefinition { Automatic = false, CommandBefore = "test ! -e .haconsole/refuse", CommandTimeout = 5 });
        pair.Two.Write("precious", "1");
        pair.One.Write(".haconsole/refuse", "");
        pair.Start();
        await pair.TrueAsync("it differs", () => pair.One.Status.State == FileSetState.OutOfSync);
        pair.One.Host.Command("set", FileSetCommand.Fetch);
        await pair.TrueAsync("it fails", () => pair.One.Status.Sentence.Contains("could not be taken", StringComparison.Ordinal));
        File.Delete(pair.One.At(".haconsole/refuse"));
        await pair.EqualAsync();
        Assert.Equal("1", pair.One.Read("precious"));
        Assert.Empty(pair.Two.Recycled());
    }

    [Fact]
    public async Task ADirectoryThatIsReplacedWhileItRuns_RemovesNothing_AlsoAfterAPush()
    {
        await using var pair = new FileSetPair();
        pair.One.Write("file", "precious");
        pair.Start();
        await pair.EqualAsync();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        var compared = pair.One.Status.ComparedAt;
        pair.One.Host.Command("set", FileSetCommand.Push);
        await pair.TrueAsync("pushed", () => pair.One.Status.State == FileSetState.InSync && pair.One.Status.ComparedAt > compared);

        Directory.Move(pair.One.Root, pair.One.Root + ".away");
        Directory.CreateDirectory(pair.One.Root);
        await pair.TrueAsync("it notices", () => pair.One.Status.Sentence.Contains("not mounted", StringComparison.Ordinal));
        Assert.Equal("precious", pair.Two.Read("file"));

        Directory.Delete(pair.One.Root);
        Directory.Move(pair.One.Root + ".away", pair.One.Root);
        pair.One.Write("second", "2");
        await pair.EqualAsync();
    }

    [Fact]
    public async Task AnOlderCopyBelowAMissingMount_IsNotSent_AndNotFetched()
    {
        await using var pair = new FileSetPair();
        pair.One.Write("file", "present");
        pair.Start();
        await pair.EqualAsync();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync && pair.Two.Status.State == FileSetState.InSync);
        pair.IsCut = true;
        pair.Cut();

        // What was copied there once, before the file system was mounted on it.
        Directory.Move(pair.One.Root, pair.One.Root + ".mounted");
        pair.One.Write("file", "old");
        Directory.CreateDirectory(pair.One.At(".haconsole"));
        pair.IsCut = false;
        await pair.TrueAsync("it is another directory", () => pair.One.Status.Sentence.Contains("not mounted", StringComparison.Ordinal));
        Assert.Equal("present", pair.Two.Read("file"));

        Directory.Delete(pair.One.Root, recursive: true);
        Directory.Move(pair.One.Root + ".mounted", pair.One.Root);
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        pair.IsCut = true;
        pair.Cut();
        Directory.Move(pair.Two.Root, pair.Two.Root + ".mounted");
        Directory.CreateDirectory(pair.Two.Root);
        pair.One.Host.Command("set", FileSetCommand.Fetch);
        pair.IsCut = false;
        await pair.TrueAsync("it is refused", () => pair.One.Status.Sentence.Contains("nothing is fetched", StringComparison.Ordinal));
        Assert.Equal("present", pair.One.Read("file"));
    }

    [Fact]
    public async Task AFetchThatARestartInterrupts_IsNotFollowedByAPush()
    {
        await using var pair = new FileSetPair(new FileSetDefinition { CommandBefore = "test ! -e .haconsole/refuse", CommandTimeout = 5 });
        pair.Start();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        pair.IsCut = true;
        pair.Cut();
        pair.Two.Write("precious", "1");
        pair.One.Write(".haconsole/refuse", "");
        pair.One.Host.Command("set", FileSetCommand.Fetch);
        pair.IsCut = false;
        await pair.TrueAsync("it fails", () => pair.One.Status.Sentence.Contains("could not be taken", StringComparison.Ordinal));

        await pair.One.RestartAsync();
        pair.One.Host.Configure([pair.Set]);
        pair.One.Host.RoleIs(active: true, takeover: false, connected: true);
        await pair.TrueAsync("it says why", () => pair.One.Status.Sentence.Contains("Not everything has been taken", StringComparison.Ordinal));
        Assert.Equal("1", pair.Two.Read("precious"));

        File.Delete(pair.One.At(".haconsole/refuse"));
        pair.One.Host.Command("set", FileSetCommand.Fetch);
        await pair.TrueAsync("fetched", () => pair.One.Read("precious") == "1");
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
    }
}
