using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>
/// Managed services as children of this very process: for a process that has no supervisor. The lease stops them when the engine
/// stands still, but they end with the process.
/// </summary>
public sealed class LocalServiceHost : IServiceHost
{
    private readonly ServiceSet _set;

    /// <summary>Takes over the data directory; leftovers of a previous run are gone when it returns.</summary>
    /// <exception cref="IOException">Another process manages services in this data directory.</exception>
    public LocalServiceHost(ServiceSetOptions options)
    {
        _set = new ServiceSet(options);
        _set.Changed += report => Changed?.Invoke(report);
    }

    /// <inheritdoc/>
    public event Action<ServicesReport>? Changed;

    /// <inheritdoc/>
    public ServicesReport Current => _set.Current;

    /// <inheritdoc/>
    public void Configure(IReadOnlyList<ServiceDefinition> services) => _set.Configure(services);

    /// <inheritdoc/>
    public void Start(Epoch epoch) => _set.Start(epoch);

    /// <inheritdoc/>
    public void Stop(Epoch epoch) => _set.Stop(epoch);

    /// <inheritdoc/>
    public void Renew(TimeSpan validFor) => _set.Renew(validFor);

    /// <summary>Stops all services.</summary>
    public ValueTask DisposeAsync() => _set.DisposeAsync();
}
