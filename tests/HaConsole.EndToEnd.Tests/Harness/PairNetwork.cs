namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>Where the two servers of a test live, and how they are cut off from each other.</summary>
internal abstract class PairNetwork : IAsyncDisposable
{
    private static int count;

    /// <summary>Unique among all networks of all test hosts on this machine.</summary>
    protected string Id { get; } = $"hce{Environment.ProcessId}x{Interlocked.Increment(ref count)}";

    /// <summary>Links can be cut here.</summary>
    public abstract bool CanCut { get; }

    /// <summary>Addresses that say whether the LAN is there.</summary>
    public abstract IReadOnlyList<string> LanTargets { get; }

    /// <summary>Network namespace from which the client looks; null: the test host's own.</summary>
    public abstract string? ClientNamespace { get; }

    /// <summary>Namespaces where this process may make them, else loopback addresses.</summary>
    public static async Task<PairNetwork> CreateAsync()
        => Environment.IsPrivilegedProcess ? await NamespaceNetwork.CreateAsync() : new LoopbackNetwork();

    /// <summary>Address of server 1 or 2.</summary>
    public abstract string Address(int server);

    /// <summary>What to put before a command so that it runs on that server.</summary>
    public abstract IReadOnlyList<string> Prefix(int server);

    /// <summary>Gives a server one more address.</summary>
    public abstract Task<string> AddAddressAsync(int server);

    /// <summary>Takes the server's cable out.</summary>
    public abstract Task LinkDownAsync(int server);

    /// <summary>Puts it back.</summary>
    public abstract Task LinkUpAsync(int server);

    /// <summary>The switch forgets the server: its link stays up, nothing passes.</summary>
    public abstract Task IsolateAsync(int server);

    /// <summary>Drops what <paramref name="from"/> sends to the other server.</summary>
    public abstract Task DropAsync(int from);

    /// <summary>Nobody but the server itself reaches its port.</summary>
    public abstract Task RefusePortAsync(int server, int port);

    /// <summary>A third system that accepts connections, beside the servers; its address. Ends with the network.</summary>
    public abstract string StartThirdSystem(int port);

    /// <summary>That server hears nothing of that port of the third system any more; all else passes.</summary>
    public abstract Task LoseThirdSystemAsync(int server, int port);

    /// <summary>Ends all faults.</summary>
    public abstract Task HealAsync();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>Without the right to make namespaces: two addresses of this machine that nobody else uses.</summary>
internal sealed class LoopbackNetwork : PairNetwork
{
    private readonly string prefix = $"127.{Random.Shared.Next(64, 250)}.{Random.Shared.Next(1, 250)}.";

    public override bool CanCut => false;

    public override IReadOnlyList<string> LanTargets => [];

    public override string? ClientNamespace => null;

    public override string Address(int server) => prefix + server;

    public override IReadOnlyList<string> Prefix(int server) => [];

    public override Task<string> AddAddressAsync(int server) => Task.FromResult($"{prefix}{server}{server}");

    public override Task LinkDownAsync(int server) => throw NoRight();

    public override Task LinkUpAsync(int server) => throw NoRight();

    public override Task IsolateAsync(int server) => throw NoRight();

    public override Task DropAsync(int from) => throw NoRight();

    public override Task RefusePortAsync(int server, int port) => throw NoRight();

    public override string StartThirdSystem(int port) => throw NoRight();

    public override Task LoseThirdSystemAsync(int server, int port) => throw NoRight();

    public override Task HealAsync() => Task.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static InvalidOperationException NoRight() => new("loopback cannot be cut without root");
}
