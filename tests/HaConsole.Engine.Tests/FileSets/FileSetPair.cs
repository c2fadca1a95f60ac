using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.FileSets;

/// <summary>One server's file sets, in a directory of its own: what both call <c>/set</c> are two directories here.</summary>
internal sealed class FileSetServer : IAsyncDisposable
{
    private readonly FileSetPair pair;
    private FileSetHost host;

    public FileSetServer(FileSetPair pair, string directory)
    {
        this.pair = pair;
        Root = Path.Combine(directory, "set");
        Data = Path.Combine(directory, "data");
        Directory.CreateDirectory(Root);
        Directory.CreateDirectory(Data);
        host = Make();
    }

    public string Root { get; }

    public string Data { get; }

    public long Epoch { get; set; } = 1;

    public ConcurrentQueue<(string Kind, string Sentence)> Events { get; } = new();

    /// <summary>Called in the very moment of an event, by who has it.</summary>
    public Action<string> OnEvent { get; set; } = static _ => { };

    public FileSetHost Host => host;

    public FileSetStatus Status => host.Status is [var only, ..] ? only : new FileSetStatus { Name = "", Path = "", Sentence = "no set" };

    /// <summary>The process ends and starts again.</summary>
    public async Task RestartAsync(Action? meanwhile = null)
    {
        await host.DisposeAsync();
        meanwhile?.Invoke();
        host = Make();
    }

    public string At(string path) => Path.Combine(Root, path);

    public void Write(string path, string text)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
                File.WriteAllText(At(path), text);
                return;
            }
            catch (Exception e) when (attempt < 1000 && e is DirectoryNotFoundException or FileNotFoundException)
            {
                // The directory was taken away by a synchronisation in between.
            }
        }
    }

    public string? Read(string path) => File.Exists(At(path)) ? File.ReadAllText(At(path)) : null;

    /// <summary>Everything in the set but the own folder: path and content, mode of files and directories, target of links.</summary>
    public SortedDictionary<string, string> Tree()
    {
        var tree = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in new DirectoryInfo(Root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(Root, entry.FullName);
            if (path.Split('/')[0] == PathPatterns.OwnDirectory)
            {
                continue;
            }

            tree[path] = entry.LinkTarget is { } target ? $"-> {target}"
                : entry is DirectoryInfo ? $"directory {entry.UnixFileMode}"
                : $"{entry.UnixFileMode} {entry.LastWriteTimeUtc.Ticks} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(entry.FullName)))}";
        }

        return tree;
    }

    /// <summary>Paths in the recycle folder, without the time.</summary>
    public IReadOnlyList<string> Recycled()
    {
        var folder = At(".haconsole/recycle");
        return !Directory.Exists(folder) ? [] : [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => string.Join('/', Path.GetRelativePath(folder, f).Split('/').Skip(1))).Order(StringComparer.Ordinal)];
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private FileSetHost Make() => new(new FileSetContext
    {
        DataDirectory = Data,
        Time = pair.Time,
        Open = token => pair.OpenAsync(this, token),
        Epoch = () => Epoch,
        Event = (kind, sentence, _) =>
        {
            Events.Enqueue((kind, sentence));
            OnEvent(kind);
        },
        Changed = () => { },
        PathOf = _ => Root,
    });
}

/// <summary>Two servers with file sets and a connection between them.</summary>
internal sealed class FileSetPair : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string directory = Directory.CreateTempSubdirectory("haconsole-files-").FullName;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<Task> serving = [];
    private readonly ConcurrentBag<Socket> sockets = [];
    private readonly ConcurrentQueue<string> ends = new();

    public FileSetPair(FileSetDefinition? set = null, TimeProvider? time = null)
    {
        Time = time ?? TimeProvider.System;
        Set = (set ?? new FileSetDefinition()) with { Name = "set", Path = "/set" };
        One = new FileSetServer(this, Path.Combine(directory, "1"));
        Two = new FileSetServer(this, Path.Combine(directory, "2"));
    }

    public FileSetDefinition Set { get; private set; }

    public TimeProvider Time { get; }

    public FileSetServer One { get; }

    public FileSetServer Two { get; }

    /// <summary>Nobody gets through.</summary>
    public bool IsCut { get; set; }

    /// <summary>Server 1 is Active, server 2 Standby.</summary>
    public void Start(bool takeover = false)
    {
        Two.Host.Configure([Set]);
        One.Host.Configure([Set]);
        Two.Host.RoleIs(active: false, takeover: false, connected: true);
        One.Host.RoleIs(active: true, takeover, connected: true);
    }

    /// <summary>Cuts what is connected now.</summary>
    public void Cut()
    {
        while (sockets.TryTake(out var socket))
        {
            socket.Dispose();
        }
    }

    public async Task<Stream> OpenAsync(FileSetServer from, CancellationToken cancellationToken)
    {
        if (IsCut)
        {
            throw new IOException("the servers are cut off from each other");
        }

        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await near.ConnectAsync(listener.LocalEndPoint!, cancellationToken);
        var far = await listener.AcceptAsync(cancellationToken);
        far.NoDelay = true;
        sockets.Add(near);
        sockets.Add(far);
        var other = from == One ? Two : One;
        serving.Add(Task.Run(async () =>
        {
            try
            {
                await using var stream = new NetworkStream(far, ownsSocket: true);
                await other.Host.ServeAsync(stream, stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                ends.Enqueue(e.Message);
            }
        }, CancellationToken.None));
        return new NetworkStream(near, ownsSocket: true);
    }

    public Task EqualAsync() => TrueAsync("both trees are equal", () => One.Tree().SequenceEqual(Two.Tree()), () => string.Join('\n', One.Tree().Except(Two.Tree()).Concat(Two.Tree().Except(One.Tree()))));

    public async Task TrueAsync(string what, Func<bool> condition, Func<string>? seen = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (!Holds(condition))
        {
            if (Stopwatch.GetElapsedTime(began) >= Patience)
            {
                // Only now: what was seen may itself be in the middle of a change.
                Assert.Fail($"not within {Patience}: {what}; {seen?.Invoke()}; {One.Status.State} {One.Status.Sentence} {string.Join(", ", One.Status.Problems)}; {Two.Status.State} {Two.Status.Sentence} {string.Join(", ", ends.TakeLast(3))}");
            }

            await Task.Delay(10);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await One.DisposeAsync();
        await Two.DisposeAsync();
        await Task.WhenAll(serving);
        stop.Dispose();

        // Not by .NET, which cannot remove names that are no text.
        using var remove = Process.Start("rm", ["-rf", directory]);
        await remove.WaitForExitAsync();
    }

    private static bool Holds(Func<bool> condition)
    {
        try
        {
            return condition();
        }
        catch (IOException)
        {
            // Looked at in the middle of a change.
            return false;
        }
    }
}
