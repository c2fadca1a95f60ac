using HaConsole.Engine.State;

namespace HaConsole.Engine.Tests.State;

public sealed class AtomicFileTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    private string FilePath => folder["settings/current.json"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Read_NothingThere_FindsNothingWithoutAProblem()
    {
        var content = AtomicFile.Read(FilePath);

        Assert.Null(content.Text);
        Assert.Empty(content.Problems);
    }

    [Fact]
    public void Write_Twice_KeepsTheCopyBefore()
    {
        AtomicFile.Write(FilePath, "{ \"a\": 1 }\n");
        AtomicFile.Write(FilePath, "{ \"a\": 2 }\n");

        Assert.Equal("{ \"a\": 2 }\n", AtomicFile.Read(FilePath).Text);
        Assert.Equal("{ \"a\": 1 }\n", AtomicFile.Read(AtomicFile.PreviousOf(FilePath)).Text);
    }

    [Fact]
    public void Read_AnyByteDamaged_UsesTheCopyBeforeAndSaysSo()
    {
        AtomicFile.Write(FilePath, "old\n");
        AtomicFile.Write(FilePath, "new\n");
        var sound = File.ReadAllBytes(FilePath);
        for (var at = 0; at < sound.Length; at++)
        {
            var damaged = (byte[])sound.Clone();
            damaged[at] ^= 0x04;
            File.WriteAllBytes(FilePath, damaged);

            var content = AtomicFile.Read(FilePath);

            Assert.Equal("old\n", content.Text);
            Assert.Equal(["current.json is damaged; the previous copy is used"], content.Problems);
        }
    }

    [Fact]
    public void Read_CutAnywhere_UsesTheCopyBefore()
    {
        AtomicFile.Write(FilePath, "old\n");
        AtomicFile.Write(FilePath, "new\n");
        var sound = File.ReadAllBytes(FilePath);
        for (var length = 0; length < sound.Length; length++)
        {
            File.WriteAllBytes(FilePath, sound[..length]);

            Assert.Equal("old\n", AtomicFile.Read(FilePath).Text);
        }
    }

    [Fact]
    public void Read_BothCopiesDamaged_FindsNothingAndSaysSo()
    {
        AtomicFile.Write(FilePath, "old\n");
        AtomicFile.Write(FilePath, "new\n");
        File.WriteAllText(FilePath, "x");
        File.WriteAllText(AtomicFile.PreviousOf(FilePath), "x");

        var content = AtomicFile.Read(FilePath);

        Assert.Null(content.Text);
        Assert.Equal(["current.json is damaged and there is no sound previous copy"], content.Problems);
    }

    [Fact]
    public void Write_OverADamagedFile_DoesNotReplaceTheSoundPreviousCopy()
    {
        AtomicFile.Write(FilePath, "old\n");
        AtomicFile.Write(FilePath, "new\n");
        File.WriteAllText(FilePath, "damaged");

        AtomicFile.Write(FilePath, "newest\n");

        Assert.Equal("newest\n", AtomicFile.Read(FilePath).Text);
        Assert.Equal("old\n", AtomicFile.Read(AtomicFile.PreviousOf(FilePath)).Text);
    }

    [Fact]
    public void Write_DiskFull_FailsAndLeavesTheFileAsItWas()
    {
        using var disk = new TinyDisk(64);
        var path = Path.Combine(disk.Path, "settings", "current.json");
        AtomicFile.Write(path, "old\n");
        disk.Fill("settings");

        Assert.Throws<DurableWriteException>(() => AtomicFile.Write(path, new string('x', 10_000)));

        disk.MakeRoom("settings");
        Assert.Equal(disk.IsMounted ? "old\n" : null, AtomicFile.Read(path).Text);
        AtomicFile.Write(path, "new\n");
        Assert.Equal("new\n", AtomicFile.Read(path).Text);
    }
}
