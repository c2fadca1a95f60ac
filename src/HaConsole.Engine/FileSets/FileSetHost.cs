using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets.Wire;

namespace HaConsole.Engine.FileSets;

/// <summary>All file sets of the pair on this server.</summary>
internal sealed class FileSetHost(FileSetContext context) : IAsyncDisposable
{
    private readonly Dictionary<string, FileSetRunner> runners = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private Task ending = Task.CompletedTask;
    private bool isActive;
    private bool isTakeover;
    private bool isConnected;

    /// <summary>Every set as this server sees it, in the order of the configuration.</summary>
    public IReadOnlyList<FileSetStatus> Status
    {
        get
        {
            lock (gate)
            {
                return [.. runners.Values.Select(r => r.Status)];
            }
        }
    }

    /// <summary>The sets in force. One whose definition has changed begins anew; what is known of its files stays.</summary>
    public void Configure(IReadOnlyList<FileSetDefinition> sets)
    {
        lock (gate)
        {
            foreach (var old in runners.Values.Where(r => !sets.Any(s => FileHello.HashOf(s) == FileHello.HashOf(r.Definition))).ToList())
            {
                runners.Remove(old.Definition.Name);
                var before = ending;
                ending = EndAsync(before, old, forget: !sets.Any(s => s.Name.Equals(old.Definition.Name, StringComparison.OrdinalIgnoreCase)));
            }

            if (!OperatingSystem.IsLinux())
            {
                return;
            }

            foreach (var set in sets.Where(s => !runners.ContainsKey(s.Name)))
            {
                var runner = runners[set.Name] = new FileSetRunner(set, context, ending);
                runner.RoleIs(isActive, isTakeover);
            }
        }
    }

    /// <summary>The role of this server, and whether it talks to the other one.</summary>
    /// <param name="active">It is Active.</param>
    /// <param name="takeover">It became so after having been Standby.</param>
    /// <param name="connected">The peer link stands.</param>
    public void RoleIs(bool active, bool takeover, bool connected)
    {
        lock (gate)
        {
            if (active == isActive && connected == isConnected)
            {
                return;
            }

            // Who begins to send now does not wait for anything yet.
            var isBack = connected && !isConnected && active && isActive;
            isTakeover = active && (isActive ? isTakeover : takeover);
            (isActive, isConnected) = (active, connected);
            foreach (var runner in runners.Values)
            {
                runner.RoleIs(active, isTakeover);
                if (isBack)
                {
                    runner.PeerIsBack();
                }
            }
        }
    }

    /// <summary>Carries out what an operator wants of a set; null when it has begun, else why not.</summary>
    public string? Command(string set, FileSetCommand command)
    {
        lock (gate)
        {
            return runners.TryGetValue(set, out var runner) ? runner.Command(command) : $"There is no file set {set}.";
        }
    }

    /// <summary>The other server has opened a stream.</summary>
    public async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop.Token);
        await using var channel = new FileChannel(stream);
        using var alive = new ChannelPulse(channel, both.Token);
        if (await channel.ReadAsync(alive.Token) is not { } first)
        {
            return;
        }

        var hello = FileHello.Read(first);
        FileSetRunner? runner;
        lock (gate)
        {
            runners.TryGetValue(hello.Set, out runner);
        }

        if (runner is null || FileHello.HashOf(runner.Definition) != hello.Definition)
        {
            await FileHello.RefuseAsync(channel, "The other server does not have this file set in its configuration yet.", alive.Token);
        }
        else if (hello.Epoch < context.Epoch())
        {
            await FileHello.RefuseAsync(channel, "The other server knows a later epoch: it takes nothing from this one.", alive.Token);
        }
        else
        {
            try
            {
                await runner.ServeAsync(channel, hello, alive.Token);
            }
            catch (ObjectDisposedException e)
            {
                throw new IOException("The file set has just been changed.", e);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        List<FileSetRunner> all;
        lock (gate)
        {
            all = [.. runners.Values];
            runners.Clear();
        }

        await ending;
        foreach (var runner in all)
        {
            await runner.DisposeAsync();
        }

        stop.Dispose();
    }

    private static async Task EndAsync(Task before, FileSetRunner runner, bool forget)
    {
        await before;
        try
        {
            await runner.DisposeAsync();
            if (forget)
            {
                runner.Forget();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An index too many costs nothing; the sets that follow must not wait for ever.
        }
    }
}
