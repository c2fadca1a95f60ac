using System.Diagnostics;
using System.Security.Cryptography;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;

namespace HaConsole.Engine.Tests.FileSets;

/// <summary>What file systems, disks and connections do to a set.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FileSetFaultTests
{
    /// <summary>A larger number by hand: 100,000 files took longer than a default run should.</summary>
    private static readonly int ManyFiles = int.TryParse(Environment.GetEnvironmentVariable("HACONSOLE_TEST_FILES"), out var n) ? n : 20_000;

    [Fact]
    public async Task StrangeNames_AllArrive()
    {
        await using var pair = new FileSetPair();
        var deep = string.Join('/', Enumerable.Repeat(new string('d', 200), 18)) + "/f";
        foreach (var name in new[] { "new\nline", "quote\"'`$(x)\\", new string('n', 255), "Case", "case", " ", "-rf", "*", "日本語", "a:b;c|d", deep })
        {
            pair.One.Write(name, name);
        }

        Shell(pair.One.Root, "printf x > \"$(printf 'bad\\377\\376utf')\"; mkdir \"$(printf 'dir\\200')\"; printf y > \"$(printf 'dir\\200/in\\355\\262\\200')\"");
        pair.Start();

        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        Assert.Equal(List(pair.One.Root), List(pair.Two.Root));
        Assert.Empty(pair.One.Status.Problems);

        Shell(pair.One.Root, "printf z > \"$(printf 'bad\\377\\376utf')\"; mv \"$(printf 'dir\\200')\" \"$(printf 'dir\\201')\"");
        await pair.TrueAsync("changes follow", () => List(pair.One.Root) == List(pair.Two.Root));
    }

    [Fact]
    public async Task APathLongerThanTheSystemTakes_IsReported_AndTheOthersAreCopied()
    {
        await using var pair = new FileSetPair();
        pair.One.Write("zz", "1");
        Shell(pair.One.Root, "for i in $(seq 25); do mkdir $(printf '%0200d' 7) && cd -P $(printf '%0200d' 7); done; echo x > f");
        try
        {
            pair.Start();
            await pair.TrueAsync("reported", () => pair.One.Status.Problems.Any(p => p.Code == "too-long"));
            await pair.TrueAsync("the rest is there", () => pair.Two.Read("zz") == "1" && pair.One.Status.State == FileSetState.InSync);
        }
        finally
        {
            Shell(pair.One.Root, "rm -rf 0*");
            Shell(pair.Two.Root, "rm -rf 0* .haconsole/recycle");
        }
    }

    [Fact]
    public async Task WhatIsNoFile_NeitherBlocksNorIsCopied_AndIsReportedOnce()
    {
        await using var pair = new FileSetPair();
        Shell(pair.One.Root, "mkfifo pipe; mkdir d; mkfifo d/pipe");
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(pair.One.At("socket")));
        pair.Two.Write("pipe", "stays");
        pair.One.Write("file", "1");
        pair.Start();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync && pair.Two.Read("file") == "1");

        for (var i = 0; i < 3; i++)
        {
            pair.One.Host.Command("set", FileSetCommand.Push);
            var compared = pair.One.Status.ComparedAt;
            await pair.TrueAsync("compared again", () => pair.One.Status.ComparedAt > compared);
        }

        Assert.Equal("stays", pair.Two.Read("pipe"));
        Assert.Equal(["d/pipe", "pipe", "socket"], pair.One.Status.Problems.Where(p => p.Code == "special-file").Select(p => p.Path));
        Assert.Equal(3, pair.One.Events.Count(e => e.Kind == "file-set-problem"));
    }

    [Theory]
    [InlineData(50_000)]
    [InlineData(3_000_000)]
    public async Task AFileThatIsAlwaysRewritten_IsNeverTorn_AndArrivesWhenItRests(int size)
    {
        await using var pair = new FileSetPair();
        pair.One.Write("file", new string('a', size));
        pair.Start();
        await pair.EqualAsync();
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(() =>
        {
            using var file = new FileStream(pair.One.At("file"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 1);
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var content = new byte[size + (i % 3 * 1000)];
                Array.Fill(content, (byte)('a' + (i % 26)));
                file.Seek(0, SeekOrigin.Begin);
                file.Write(content);
                file.SetLength(content.Length);
            }
        });
        try
        {
            var began = Stopwatch.GetTimestamp();
            await pair.TrueAsync("some time has passed", () =>
            {
                // The writer goes from the start to the end: in every state that existed, what comes later in the file is older.
                var seen = File.ReadAllBytes(pair.Two.At("file"));
                Assert.True(seen.Length >= size);
                var runs = seen.Where((letter, at) => at == 0 || seen[at - 1] != letter).ToList();
                Assert.All(runs.Skip(1).Zip(runs), pair => Assert.InRange((pair.Second - pair.First + 26) % 26, 1, 3));
                return Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(2);
            });
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
        }

        await pair.EqualAsync();
    }

    [Fact]
    public async Task ALogThatIsAlwaysAppendedTo_IsThereAsABeginning()
    {
        await using var pair = new FileSetPair();
        pair.Start();
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(() =>
        {
            using var file = new FileStream(pair.One.At("log"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite, 1);
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes($"{i:D9}\n"));
            }
        });
        try
        {
            await pair.TrueAsync("a part of it is there", () => pair.Two.Read("log") is { Length: > 500_000 });
            var lines = pair.Two.Read("log")!.Split('\n');
            Assert.All(lines.Take(lines.Length - 1).Select((line, i) => (line, i)), x => Assert.Equal(x.i, int.Parse(x.line, System.Globalization.CultureInfo.InvariantCulture)));
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
        }

        await pair.EqualAsync();
    }

    [RootFact]
    public async Task AFullDisk_IsReported_AndIsOverWhenThereIsRoom()
    {
        await using var pair = new FileSetPair();
        Shell("/", $"mount -t tmpfs -o size=4m tmpfs '{pair.Two.Root}'");
        try
        {
            pair.One.Write("a-large", new string('x', 6_000_000));
            pair.One.Write("b-small", "1");
            pair.Start();
            await pair.TrueAsync("reported", () => pair.One.Status.Problems.Any(p => p is { Code: "no-space", Path: "a-large" }));
            await pair.TrueAsync("the others are there", () => pair.Two.Read("b-small") == "1");
            Assert.False(File.Exists(pair.Two.At("a-large")));

            Shell("/", $"mount -o remount,size=20m '{pair.Two.Root}'");
            await pair.EqualAsync();
            await pair.TrueAsync("over", () => pair.One.Status.Problems.Count == 0);
        }
        finally
        {
            Shell("/", $"umount -l '{pair.Two.Root}'");
        }
    }

    [Fact]
    public async Task ManyFilesAtOnce_AllArrive_AlsoThoseInNewDirectories()
    {
        await using var pair = new FileSetPair();
        pair.Start();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        Parallel.For(0, 100, d =>
        {
            Directory.CreateDirectory(pair.One.At($"top{d % 10}/d{d}/e"));
            for (var i = 0; i < ManyFiles / 100; i++)
            {
                File.WriteAllText(pair.One.At($"top{d % 10}/d{d}/e/{i}"), $"{d} {i}");
            }
        });

        await pair.TrueAsync("all are there", () => Count(pair.Two.Root) == ManyFiles / 100 * 100, () => $"{Count(pair.Two.Root)}");
        await pair.EqualAsync();

        // Every directory is heard of.
        for (var d = 0; d < 100; d++)
        {
            pair.One.Write($"top{d % 10}/d{d}/e/later", "later");
        }

        await pair.EqualAsync();

        static int Count(string root) => Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Count(f => !f.Contains("/.haconsole/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ABrokenTransfer_GoesOn_AndLeavesNothingBehind()
    {
        await using var pair = new FileSetPair(new FileSetDefinition { BytesPerSecond = 12_000_000 });
        var content = RandomNumberGenerator.GetBytes(30_000_000);
        File.WriteAllBytes(pair.One.At("large"), content);
        pair.Start();
        var partial = pair.Two.At(".haconsole/partial");
        long sent = 0;
        for (var i = 0; i < 3; i++)
        {
            var part = (i + 1) * 7_000_000L;
            await pair.TrueAsync("a part is there", () => Directory.Exists(partial) && new DirectoryInfo(partial).EnumerateFiles().Sum(f => f.Length) > part);
            Assert.False(File.Exists(pair.Two.At("large")));
            sent += pair.One.Status.Progress!.SentBytes;
            pair.Cut();
        }

        await pair.EqualAsync();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        Assert.InRange(sent + pair.One.Status.Progress!.SentBytes, 30_000_000, 40_000_000);
        await pair.TrueAsync("nothing is left", () => !Directory.EnumerateFileSystemEntries(partial).Any());
    }

    [Fact]
    public async Task CutsAmongManySmallFiles_LoseNothing()
    {
        await using var pair = new FileSetPair();
        pair.Start();
        for (var i = 0; i < 3000; i++)
        {
            pair.One.Write($"d{i % 50}/f{i}", new string((char)('a' + (i % 26)), i));
            if (i % 400 == 399)
            {
                pair.Cut();
                pair.One.Host.RoleIs(active: true, takeover: false, connected: false);
                pair.One.Host.RoleIs(active: true, takeover: false, connected: true);
            }
        }

        await pair.EqualAsync();
        Assert.Empty(pair.Two.Status.Drifts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HAFIDX02 of another version")]
    [InlineData(null)]
    public async Task ADamagedOrLostIndex_OnlyCostsReading(string? index)
    {
        await using var pair = new FileSetPair();
        pair.One.Write("large", new string('x', 5_000_000));
        pair.One.Write("small", "1");
        pair.Start();
        await pair.EqualAsync();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        foreach (var server in new[] { pair.One, pair.Two })
        {
            var file = Path.Combine(server.Data, "state", "files-set.index");
            await server.RestartAsync(() =>
            {
                Assert.True(File.Exists(file));
                File.Delete(file);
                if (index is not null)
                {
                    File.WriteAllText(file, index);
                }
            });
        }

        pair.Start();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        Assert.InRange(pair.One.Status.Progress!.SentBytes, 0, 1000);
        Assert.Empty(pair.Two.Recycled());
        Assert.Empty(pair.Two.Status.Drifts);
    }

    private static void Shell(string directory, string script)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script]) { WorkingDirectory = directory, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }

    private static string List(string root)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", "LC_ALL=C; find . -name .haconsole -prune -o -type f -print0 | sort -z | xargs -0 sha256sum"]) { WorkingDirectory = root, RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text;
    }
}
