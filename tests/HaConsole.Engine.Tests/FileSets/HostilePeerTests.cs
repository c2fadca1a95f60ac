using System.Buffers.Binary;
using HaConsole.Engine.FileSets;
using HaConsole.Engine.FileSets.Posix;
using HaConsole.Engine.FileSets.Wire;

namespace HaConsole.Engine.Tests.FileSets;

/// <summary>The other server sends what no version sends: it is refused, and nothing outside of the set is touched.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class HostilePeerTests : IAsyncDisposable
{
    private static readonly EntryFacts File = new(FileKind.File, 0x1A4, 0, 0, 0, 3, ContentHash.OfBlocks(3, [ContentHash.OfBlock("abc"u8)]), "");
    private readonly FileSetPair pair = new();

    public static TheoryData<string> Paths => [.. new[] { "../outside", "a/../../outside", "/etc/outside", "a//b", "", ".", "a/..", "zero\0byte", ".haconsole/x", new string('x', 256), string.Concat(Enumerable.Repeat("x/", 2100)) + "x" }];

    public ValueTask DisposeAsync() => pair.DisposeAsync();

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task APathThatIsNone_EndsTheChannel(string path)
    {
        foreach (var type in new[] { FrameType.WholeFile, FrameType.Changed, FrameType.Gone, FrameType.FileBegin, FrameType.DirectoryBegin })
        {
            if (path.Length == 0 && type == FrameType.DirectoryBegin)
            {
                continue;
            }

            await RefusedAsync(w =>
            {
                w.Begin(type).Path(path);
                if (type == FrameType.WholeFile)
                {
                    File.Write(w.Flag(false));
                    w.Flag(false).Bytes("abc"u8);
                }
                else if (type != FrameType.Gone)
                {
                    (type == FrameType.DirectoryBegin ? File with { Kind = FileKind.Directory } : File).Write(w);
                }
            });
        }

        Assert.False(System.IO.File.Exists(Path.Combine(Path.GetDirectoryName(pair.Two.Root)!, "outside")));
        Assert.False(System.IO.File.Exists("/etc/outside"));
        Assert.Empty(pair.Two.Tree());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1L << 46)]
    [InlineData(1L << 55)]
    [InlineData(long.MaxValue)]
    public async Task AGiantFile_TakesNoMemory(long size)
    {
        var before = GC.GetTotalAllocatedBytes();
        await RefusedAsync(w => (File with { Size = size }).Write(w.Begin(FrameType.FileBegin).Path("giant")));
        await RefusedAsync(w => (File with { Size = size, Content = null }).Write(w.Begin(FrameType.Changed).Path("giant")));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64_000_000);
    }

    [Fact]
    public async Task WrongLengthsAndCounts_EndTheChannel()
    {
        await RefusedAsync(w => w.Begin(FrameType.Changed).Number(int.MaxValue));
        await RefusedAsync(w => w.Begin(FrameType.Changed).Number(-1));
        await RefusedAsync(w => w.Begin(FrameType.DirectoryBegin));
        await RefusedAsync(w => w.Begin(FrameType.PassBegin));
        await RefusedAsync(w => w.Begin(FrameType.Entry).Path("x").Byte(200));
        await RefusedAsync(w =>
        {
            w.Begin(FrameType.FileEnd).Path("never wanted").Flag(true).Byte((byte)SendResult.Gone);
        });
        await RefusedAsync(w =>
        {
            File.Write(w.Begin(FrameType.WholeFile).Path("packed").Flag(false));
            w.Flag(true).Number(int.MaxValue).Bytes(new byte[100]);
        });
        await RefusedAsync(w =>
        {
            (File with { Size = 10_000_000 }).Write(w.Begin(FrameType.FileBegin).Path("large"));
            w.Begin(FrameType.FileData).Number(1_000_000).Flag(false).Bytes(new byte[10]);
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(int.MaxValue)]
    public async Task AFrameOfImpossibleLength_EndsTheChannel(int length)
    {
        await using var stream = await GreetedAsync(fetch: false);
        var head = new byte[5];
        BinaryPrimitives.WriteInt32LittleEndian(head, length);
        await stream.WriteAsync(head);
        await ClosedAsync(stream);
    }

    [Fact]
    public async Task ALinkThatLeadsOutside_IsNotMade()
    {
        await using var stream = await GreetedAsync(fetch: false);
        await SendAsync(stream, w => (File with { Kind = FileKind.Link, LinkTarget = "../../etc/passwd" }).Write(w.Begin(FrameType.Changed).Path("link")));
        await SendAsync(stream, w => (File with { Kind = FileKind.Link, LinkTarget = "inside" }).Write(w.Begin(FrameType.Changed).Path("fine")));

        await pair.TrueAsync("the good one is there", () => pair.Two.Tree().ContainsKey("fine"));
        Assert.DoesNotContain("link", pair.Two.Tree().Keys);
    }

    [Fact]
    public async Task WhoAsksForWhatIsOutside_GetsNothing()
    {
        pair.Two.Write("inside", "1");
        foreach (var path in new[] { "../data/x", "/etc/passwd" })
        {
            await using var stream = await GreetedAsync(fetch: true);
            await SendAsync(stream, w => w.Begin(FrameType.Want).Path(path).Long(0).Number(0));
            await ClosedAsync(stream);
        }

        await using var counting = await GreetedAsync(fetch: true);
        await SendAsync(counting, w => w.Begin(FrameType.Want).Path("inside").Long(0).Number(100_000_000));
        await ClosedAsync(counting);
    }

    [Fact]
    public async Task NoGreeting_EndsTheChannel()
    {
        pair.Two.Host.Configure([pair.Set]);
        await using var stream = await pair.OpenAsync(pair.One, CancellationToken.None);
        await SendAsync(stream, w => w.Begin(FrameType.PassBegin).Flag(false).Number(1));
        await ClosedAsync(stream);
    }

    private async Task RefusedAsync(Action<FrameWriter> frame)
    {
        await using var stream = await GreetedAsync(fetch: false);
        await SendAsync(stream, frame);
        await ClosedAsync(stream);
    }

    private async Task<Stream> GreetedAsync(bool fetch)
    {
        if (pair.Two.Host.Status.Count == 0)
        {
            pair.Two.Host.Configure([pair.Set]);
        }

        var stream = await pair.OpenAsync(pair.One, CancellationToken.None);
        var hello = FileHello.Of(pair.Set, 1, fetch);
        await SendAsync(stream, w => w.Begin(FrameType.Hello).Number(hello.Version).Text(hello.Set).Hash(hello.Definition).Long(hello.Epoch).Flag(hello.Fetch).Flag(hello.DryRun));
        return stream;
    }

    private static async Task SendAsync(Stream stream, Action<FrameWriter> frame)
    {
        var writer = new FrameWriter();
        frame(writer);
        writer.End();
        await stream.WriteAsync(writer.Written);
    }

    /// <summary>It reads to the end: the other side has closed.</summary>
    private static async Task ClosedAsync(Stream stream)
    {
        using var patience = new CancellationTokenSource(FileSetPair.Patience);
        var buffer = new byte[65536];
        try
        {
            while (await stream.ReadAsync(buffer, patience.Token) > 0)
            {
                // Its answers until then.
            }
        }
        catch (IOException)
        {
            // Closed with something unread.
        }
    }
}
