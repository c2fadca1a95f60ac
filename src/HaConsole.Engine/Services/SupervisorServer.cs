using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace HaConsole.Engine.Services;

/// <summary>The supervisor's end of the link: one service set for each pair, which outlives the worker's connections.</summary>
internal sealed class SupervisorServer : IAsyncDisposable
{
    private readonly SupervisorOptions _options;
    private readonly ServiceLedger _claim;
    private readonly string _dataDirectory;
    private readonly string _token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ServiceSet> _sets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SupervisorConnection> _connections = new(StringComparer.Ordinal);
    private Task? _cleaned;
    private Task _rehearsal = Task.CompletedTask;
    private bool _rehearsed;
    private bool _disposed;

    /// <summary>Claims the data directory and listens; nobody is answered before <see cref="Open"/>.</summary>
    /// <exception cref="IOException">Another supervisor has the data directory.</exception>
    internal SupervisorServer(SupervisorOptions options)
    {
        _options = options;
        _dataDirectory = Path.GetFullPath(options.DataDirectory).TrimEnd('/');
        _claim = ServiceLedger.Open(_dataDirectory, ".supervisor");
        // A name in the abstract space: no file that a kill -9 leaves behind and no limit by the length of a path. The token keeps
        // other users of the machine out.
        var name = $"haconsole-{Environment.ProcessId}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        _listener.Bind(new UnixDomainSocketEndPoint("\0" + name));
        _listener.Listen(16);
        Address = string.Create(CultureInfo.InvariantCulture, $"{name}:{_token}:{Environment.ProcessId}");
    }

    /// <summary>Value of <see cref="SupervisorLink.Variable"/> for the worker.</summary>
    internal string Address { get; }

    /// <summary>Whether an engine has ever renewed a lease.</summary>
    internal bool EngineSeen { get; private set; }

    /// <summary>Cleans up after a previous run and answers the worker; called when the worker is on its way. Again: does nothing.</summary>
    internal void Open()
    {
        if (_cleaned is null)
        {
            _cleaned = Task.Run(Prepare);
            _ = AcceptAsync();
        }
    }

    /// <summary>The services of a pair; made when it is asked for the first time.</summary>
    internal async Task<ServiceSet?> AttachAsync(SupervisorConnection connection, SupervisorMessage hello)
    {
        if (hello.Version != SupervisorLink.Version || hello.Pair is null
            || !CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(hello.Token ?? ""), System.Text.Encoding.UTF8.GetBytes(_token)))
        {
            return null;
        }

        await _cleaned!;
        lock (_gate)
        {
            if (_disposed)
            {
                return null;
            }

            if (!_sets.TryGetValue(hello.Pair, out var set))
            {
                set = new ServiceSet(new ServiceSetOptions { DataDirectory = _dataDirectory, Pair = hello.Pair, Server = hello.Server, LocalAddress = hello.LocalAddress ?? "", Time = _options.Time });
                _sets.Add(hello.Pair, set);
            }

            if (_connections.Remove(hello.Pair, out var former))
            {
                former.Close();
            }

            _connections.Add(hello.Pair, connection);
            return set;
        }
    }

    /// <summary>The first worker is served: the rest of what is needed later is made ready now.</summary>
    internal void Rehearse()
    {
        if (!Interlocked.Exchange(ref _rehearsed, true))
        {
            _rehearsal = ServiceRehearsal.RunAsync(_options.Time);
        }
    }

    /// <summary>The worker's connection is gone: the services go on for the rest of their lease.</summary>
    internal void Detach(SupervisorConnection connection, ServiceSet set)
    {
        lock (_gate)
        {
            foreach (var (pair, _) in _connections.Where(entry => entry.Value == connection).ToList())
            {
                _connections.Remove(pair);
            }
        }

        set.RenewIfNever(_options.OrphanLease);
    }

    internal void SawEngine() => EngineSeen = true;

    /// <summary>Stops all services, for as long as that takes by their own timeouts.</summary>
    public async ValueTask DisposeAsync()
    {
        List<ServiceSet> sets;
        lock (_gate)
        {
            _disposed = true;
            _listener.Dispose();
            foreach (var connection in _connections.Values)
            {
                connection.Close();
            }

            sets = [.. _sets.Values];
        }

        await Task.WhenAll(sets.Select(set => set.DisposeAsync().AsTask()));
        await _rehearsal;
        _claim.Dispose();
    }

    // While the worker loads. Leftovers of every pair go, also of those that are not configured any more.
    private void Prepare()
    {
        ServiceLedger.KillMarked(marker => marker.Split('/', 3) is { Length: 3 } parts && "/" + parts[2] == _dataDirectory, TimeSpan.FromSeconds(5));
        SupervisorConnection.WarmUp();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync();
                _ = new SupervisorConnection(this, socket).RunAsync();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
