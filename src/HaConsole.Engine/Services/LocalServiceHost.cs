using HaConsole.Engine.Configuration;
using HaConsole.Engine.VirtualIp;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>
/// Managed services as children of this very process: for a process that has no supervisor. The lease stops them when the engine
/// stands still, but they end with the process.
/// </summary>
public sealed class LocalServiceHost : IServiceHost
{
    private readonly ServiceSet set;

    /// <summary>Takes over the data directory; leftovers of a previous run are gone when it returns.</summary>
    /// <exception cref="IOException">Another process manages services in this data directory.</exception>
    public LocalServiceHost(ServiceSetOptions options)
    {
        set = new ServiceSet(options);
        set.Changed += report => Changed?.Invoke(report);
    }

    /// <inheritdoc/>
    public event Action<ServicesReport>? Changed;

    /// <inheritdoc/>
    public ServicesReport Current => set.Current;

    /// <inheritdoc/>
    public void Configure(IReadOnlyList<ServiceDefinition> services, AddressPlan? addresses = null) => set.Configure(services, addresses);

    /// <inheritdoc/>
    public void Announce() => set.Announce();

    /// <inheritdoc/>
    public void Start(Epoch epoch) => set.Start(epoch);

    /// <inheritdoc/>
    public void Stop(Epoch epoch) => set.Stop(epoch);

    /// <inheritdoc/>
    public void Command(string service, ServiceCommand command, string owner) => set.Command(service, command, owner);

    /// <inheritdoc/>
    public void ChecksAre(IReadOnlyList<string> up) => set.ChecksAre(up);

    /// <inheritdoc/>
    public void Renew(TimeSpan validFor, TimeSpan goneBy = default) => set.Renew(validFor, goneBy);

    /// <inheritdoc/>
    public void Told(long number) => set.Told(number);

    /// <summary>Stops all services.</summary>
    public ValueTask DisposeAsync() => set.DisposeAsync();
}
