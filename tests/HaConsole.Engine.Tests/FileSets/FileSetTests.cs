using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;

namespace HaConsole.Engine.Tests.FileSets;

/// <summary>A directory of the Active and its copy on the Standby.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FileSetTests : IAsyncDisposable
{
    private readonly FileSetPair pair = new();

    public ValueTask DisposeAsync() => pair.DisposeAsync();

    [Fact]
    public async Task WhatIsThereAtTheStart_IsCopiedWithModesAndTimes()
    {
        pair.One.Write("a.txt", "one");
        pair.One.Write("deep/er/b.bin", new string('x', 1_000_000));
        pair.One.Write("empty", "");
        Directory.CreateDirectory(pair.One.At("nothing"));
        File.SetUnixFileMode(pair.One.At("a.txt"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        File.SetLastWriteTimeUtc(pair.One.At("empty"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        File.CreateSymbolicLink(pair.One.At("deep/link"), "er/b.bin");

        pair.Start();

        await pair.EqualAsync();
        await pair.TrueAsync("both say so", () => pair.One.Status.State == FileSetState.InSync && pair.Two.Status.State == FileSetState.InSync);
        Assert.Empty(pair.One.Status.Problems);
        Assert.Empty(pair.Two.Recycled());
    }

    [Fact]
    public async Task Changes_FollowAsTheyCome()
    {
        pair.Start();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);

        pair.One.Write("new/one/file", "1");
        pair.One.Write("top", "2");
        await pair.EqualAsync();
        Assert.Equal("1", pair.Two.Read("new/one/file"));

        File.WriteAllText(pair.One.At("top"), "3");
        await pair.EqualAsync();
        Directory.Move(pair.One.At("new"), pair.One.At("other"));
        await pair.EqualAsync();
        pair.One.Write("other/one/second", "4");
        await pair.EqualAsync();
        File.Delete(pair.One.At("top"));
        Directory.Delete(pair.One.At("other"), recursive: true);
        await pair.EqualAsync();

        Assert.Empty(pair.Two.Status.Drifts);
        Assert.Contains("top", pair.Two.Recycled());
    }

    [Fact]
    public async Task TheSameLengthInTheSameMoment_IsSeen()
    {
        pair.One.Write("file", "aaaa");
        pair.Start();
        await pair.EqualAsync();
        var time = File.GetLastWriteTimeUtc(pair.One.At("file"));
        pair.IsCut = true;
        pair.Cut();

        File.WriteAllText(pair.One.At("file"), "bbbb");
        File.SetLastWriteTimeUtc(pair.One.At("file"), time);
        pair.IsCut = false;

        await pair.TrueAsync("the new content is there", () => pair.Two.Read("file") == "bbbb");
    }

    [Fact]
    public async Task OfALargeFile_OnlyNewBlocksAreSent()
    {
        var content = new byte[20_000_000];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(pair.One.At("large"), content);
        pair.Start();
        await pair.EqualAsync();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        var before = pair.One.Status.Progress!.SentBytes;

        using (var file = File.OpenWrite(pair.One.At("large")))
        {
            file.Seek(10_000_000, SeekOrigin.Begin);
            file.Write(new byte[1000]);
        }

        await pair.EqualAsync();
        await pair.TrueAsync("sent", () => pair.One.Status.Progress!.SentBytes > before);
        Assert.InRange(pair.One.Status.Progress!.SentBytes - before, 1000, 600_000);
    }

    [Fact]
    public async Task AFileThatTheStandbyHasChanged_IsReportedAndKept()
    {
        pair.One.Write("shared", "from one");
        pair.Start();
        await pair.EqualAsync();
        pair.IsCut = true;
        pair.Cut();
        pair.Two.Write("shared", "changed on two");
        pair.Two.Write("own", "only on two");
        pair.IsCut = false;

        await pair.EqualAsync();
        await pair.TrueAsync("drift is listed", () => pair.One.Status.Drifts.Count == 2);

        Assert.Equal(["own", "shared"], pair.Two.Recycled());
        Assert.Contains(pair.One.Status.Drifts, d => d is { Path: "shared", Kind: DriftKind.Content } && d.KeptAs.EndsWith("/shared", StringComparison.Ordinal));
        Assert.Contains(pair.One.Status.Drifts, d => d is { Path: "own", Kind: DriftKind.Extra });
    }

    [Fact]
    public async Task TheRoleFlips_TheDirectionFlipsAfterAnAudit()
    {
        pair.One.Write("file", "first");
        pair.Start();
        await pair.EqualAsync();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        pair.IsCut = true;
        pair.Cut();
        pair.One.Write("file", "never sent");
        pair.One.Host.RoleIs(active: false, takeover: false, connected: false);
        pair.Two.Epoch = pair.One.Epoch = 2;
        pair.Two.Host.RoleIs(active: true, takeover: true, connected: false);
        pair.Two.Write("new", "by two");
        pair.IsCut = false;
        pair.One.Host.RoleIs(active: false, takeover: false, connected: true);
        pair.Two.Host.RoleIs(active: true, takeover: true, connected: true);

        await pair.EqualAsync();

        Assert.Equal("first", pair.One.Read("file"));
        Assert.Equal("by two", pair.One.Read("new"));
        Assert.Equal(["file"], pair.One.Recycled());
        Assert.Contains(pair.Two.Events, e => e.Kind == "file-set-audit" && e.Sentence.Contains("2 things differ", StringComparison.Ordinal));
        await pair.TrueAsync("in sync", () => pair.Two.Status.State == FileSetState.InSync);
    }

    [Fact]
    public async Task AVanishedDirectory_RemovesNothingOnTheStandby()
    {
        pair.One.Write("file", "precious");
        pair.Start();
        await pair.EqualAsync();
        pair.IsCut = true;
        pair.Cut();
        Directory.Move(pair.One.Root, pair.One.Root + ".away");
        pair.IsCut = false;
        await pair.TrueAsync("it says so", () => pair.One.Status.State == FileSetState.Failed);
        Directory.CreateDirectory(pair.One.Root);
        await pair.TrueAsync("it knows that this is another directory", () => pair.One.Status.Sentence.Contains("not mounted", StringComparison.Ordinal));
        Assert.Equal("precious", pair.Two.Read("file"));

        Directory.Delete(pair.One.Root);
        Directory.Move(pair.One.Root + ".away", pair.One.Root);
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        Assert.Equal("precious", pair.Two.Read("file"));
    }
}
