using System.Text;
using HaConsole.Engine.State;

namespace HaConsole.Engine.Tests.State;

public sealed class SlotFileTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    private string FilePath => folder["state/test.bin"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Open_WithoutAFile_MakesItWithBothSlotsAndNoContent()
    {
        using var file = SlotFile.Open(FilePath);

        Assert.Null(file.Content.Payload);
        Assert.True(file.Content.Created);
        Assert.Empty(file.Content.DamagedSlots);
        Assert.Equal(8192, new FileInfo(FilePath).Length);
    }

    [Fact]
    public void Write_SeveralTimes_KeepsTheSizeAndTheLastValue()
    {
        WriteAll("one", "two", "three");

        Assert.Equal(("three", 3L), Reopen());
        Assert.Equal(8192, new FileInfo(FilePath).Length);
    }

    [Fact]
    public void Open_OneSlotTorn_UsesTheOtherAndReportsIt()
    {
        WriteAll("one", "two");
        Change(4096 + 57);

        using var file = SlotFile.Open(FilePath);

        Assert.Equal("one", Text(file));
        Assert.Equal([2], file.Content.DamagedSlots);
    }

    [Fact]
    public void Open_BothSlotsTorn_FindsNothingAndReportsBoth()
    {
        WriteAll("one", "two");
        Change(57);
        Change(4096 + 57);

        using var file = SlotFile.Open(FilePath);

        Assert.Null(file.Content.Payload);
        Assert.Equal([1, 2], file.Content.DamagedSlots);
    }

    [Fact]
    public void Write_AfterATornSlot_MendsIt()
    {
        WriteAll("one", "two");
        Change(4096 + 57);
        using (var file = SlotFile.Open(FilePath))
        {
            file.Write("three"u8);
        }

        using var again = SlotFile.Open(FilePath);
        Assert.Equal("three", Text(again));
        Assert.Empty(again.Content.DamagedSlots);
    }

    /// <summary>A power cut lets any part of the last write be missing: whatever is left, the old or the new value is read, never anything else.</summary>
    [Fact]
    public void Open_AfterAPowerCutAnywhereInTheWrite_FindsTheOldOrTheNewValue()
    {
        WriteAll("old value");
        var before = File.ReadAllBytes(FilePath);
        WriteAll("a new and longer value");
        var after = File.ReadAllBytes(FilePath);
        var news = 0;
        for (var cut = 0; cut <= 160; cut++)
        {
            // The first bytes reached the disk, the rest did not; then the other way round.
            foreach (var mixed in new[] { Mix(before, after, at: 4096 + cut, headIsNew: true), Mix(before, after, at: 4096 + cut, headIsNew: false) })
            {
                File.WriteAllBytes(FilePath, mixed);
                var (text, _) = Reopen();
                Assert.Contains(text, new[] { "old value", "a new and longer value" });
                news += text == "old value" ? 0 : 1;
            }
        }

        Assert.InRange(news, 2, 300);
    }

    [Fact]
    public void Open_AnyByteOfASlotFlipped_FindsAValueThatWasWritten()
    {
        WriteAll("first", "second");
        var sound = File.ReadAllBytes(FilePath);
        for (var at = 0; at < 8192; at += at % 4096 < 80 ? 1 : 61)
        {
            var flipped = (byte[])sound.Clone();
            flipped[at] ^= 0x10;
            File.WriteAllBytes(FilePath, flipped);

            Assert.Contains(Reopen().Text, new[] { "first", "second" });
        }
    }

    [Fact]
    public void Open_AFileCutShort_FindsAValueThatWasWrittenOrNothing()
    {
        WriteAll("first", "second");
        var sound = File.ReadAllBytes(FilePath);
        for (var length = 0; length < 8192; length += 97)
        {
            File.WriteAllBytes(FilePath, sound[..length]);

            Assert.Contains(Reopen().Text, new[] { "first", "second", null });
            Assert.Equal(8192, new FileInfo(FilePath).Length);
        }
    }

    [Fact]
    public void Write_OnAFullDisk_SucceedsInPlace()
    {
        using var disk = new TinyDisk(64);
        using var file = SlotFile.Open(Path.Combine(disk.Path, "a", "test.bin"));
        disk.Fill();

        for (var i = 0; i < 10; i++)
        {
            file.Write(Encoding.UTF8.GetBytes("value " + i));
        }

        using var again = SlotFile.Open(Path.Combine(disk.Path, "a", "test.bin"));
        Assert.Equal("value 9", Text(again));
    }

    [Fact]
    public void Write_ToAFileThatWasRemoved_MakesANewOne()
    {
        using (var file = SlotFile.Open(FilePath))
        {
            file.Write("one"u8);
            Directory.Delete(folder["state"], recursive: true);
            file.Write("two"u8);
        }

        Assert.Equal("two", Reopen().Text);
    }

    [Fact]
    public void Open_WhereNothingCanBeWritten_FailsWithThePath()
    {
        var failure = Assert.Throws<DurableWriteException>(() => SlotFile.Open("/dev/null/state.bin"));

        Assert.Contains("/dev/null/state.bin", failure.Message, StringComparison.Ordinal);
    }

    private static byte[] Mix(byte[] before, byte[] after, int at, bool headIsNew)
        => headIsNew ? [.. after[..at], .. before[at..]] : [.. before[..at], .. after[at..]];

    private static string? Text(SlotFile file) => file.Content.Payload is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private void WriteAll(params string[] values)
    {
        using var file = SlotFile.Open(FilePath);
        foreach (var value in values)
        {
            file.Write(Encoding.UTF8.GetBytes(value));
        }
    }

    private (string? Text, long Generation) Reopen()
    {
        using var file = SlotFile.Open(FilePath);
        return (Text(file), file.Content.Generation);
    }

    private void Change(int at)
    {
        var bytes = File.ReadAllBytes(FilePath);
        bytes[at] ^= 0xFF;
        File.WriteAllBytes(FilePath, bytes);
    }
}
