using HaConsole.Engine.Configuration;
using HaConsole.Engine.Peering;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Loop;

/// <summary>A connected link whose far end answers when the test wants it to.</summary>
internal sealed class ScriptedLink : IPeerLink
{
    private readonly Lock gate = new();
    private readonly List<TaskCompletionSource<PeerReport?>> exchanges = [];
    private int pulls;

    /// <summary>Exchanges sent so far; each ends when the test says so.</summary>
    public IReadOnlyList<TaskCompletionSource<PeerReport?>> Exchanges
    {
        get
        {
            lock (gate)
            {
                return [.. exchanges];
            }
        }
    }

    public int Pulls => Volatile.Read(ref pulls);

    /// <summary>What the far end offers.</summary>
    public ConfigurationDocument? Far { get; set; }

    /// <summary>Ends a push.</summary>
    public TaskCompletionSource<bool> Push { get; } = new();

    public PeerLinkStatus Status => new(PeerLinkState.Connected, null, null, "");

    public string? PeerDetail => null;

    public Task StartAsync(IPeerLinkHandler handler, CancellationToken cancellationToken) => Task.CompletedTask;

    public void SetPeerAddress(string address)
    {
        // There is no address.
    }

    public Task<PeerReport?> ExchangeAsync(PeerReport own, TimeSpan timeout, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            exchanges.Add(new TaskCompletionSource<PeerReport?>());
            return exchanges[^1].Task;
        }
    }

    public Task<Stream> OpenFilesAsync(CancellationToken cancellationToken) => throw new IOException("nobody is there");

    public Task<ConfigurationDocument?> PullConfigurationAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref pulls);
        return Task.FromResult(Far);
    }

    public Task<bool> PushConfigurationAsync(ConfigurationDocument document, TimeSpan timeout, CancellationToken cancellationToken) => Push.Task;

    public Task<ForwardedResponse?> ForwardAsync(ForwardedRequest request, TimeSpan timeout, CancellationToken cancellationToken) => Task.FromResult<ForwardedResponse?>(null);

    public string CreatePairingCode() => "";

    public Task<string?> JoinAsync(string code, string address, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<string?> RotateCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
