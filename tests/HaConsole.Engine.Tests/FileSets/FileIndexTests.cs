using HaConsole.Engine.FileSets;

namespace HaConsole.Engine.Tests.FileSets;

/// <summary>What is known of files, from one life of the process to the next.</summary>
public sealed class FileIndexTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("haconsole-index-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1008)]
    [InlineData(5000)]
    public void WhatIsSaved_IsLoaded_HoweverManyFiles(int count)
    {
        var saved = new FileIndex();
        for (var i = 0; i < count; i++)
        {
            saved.Set($"d/{i}", new FileStamp((ulong)i, i * 3L, i + 1, i + 2, (UInt128)i << 70, IsFresh: i % 2 == 0, IsAgreed: i % 3 == 0, Pass: 0));
        }

        var file = Path.Combine(directory, "state", "files.index");
        saved.Save(file);
        var loaded = new FileIndex();

        Assert.True(loaded.Load(file));
        Assert.Equal(count, loaded.Count);
        Assert.All(Enumerable.Range(0, count), i => Assert.Equal(saved.Find($"d/{i}"), loaded.Find($"d/{i}")));
    }

    [Fact]
    public void AByteThatIsWrong_IsNoticed()
    {
        var saved = new FileIndex();
        Assert.All(Enumerable.Range(0, 3000), i => saved.Set($"{i}", new FileStamp((ulong)i, i, i, i, (UInt128)i, false, true, 0)));
        var file = Path.Combine(directory, "files.index");
        saved.Save(file);
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);

        var loaded = new FileIndex();
        Assert.False(loaded.Load(file));
        Assert.Equal(0, loaded.Count);
    }
}
