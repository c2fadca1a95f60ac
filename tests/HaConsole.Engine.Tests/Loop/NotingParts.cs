using System.Collections.Concurrent;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Services;
using HaConsole.Engine.VirtualIp;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Loop;

/// <summary>Real services; notes when they are told to start and to stop.</summary>
internal sealed class NotingServices(IServiceHost real, ConcurrentQueue<string> order) : IServiceHost
{
    public event Action<ServicesReport>? Changed
    {
        add => real.Changed += value;
        remove => real.Changed -= value;
    }

    public ServicesReport Current => real.Current;

    public void Configure(IReadOnlyList<ServiceDefinition> services, AddressPlan? addresses = null) => real.Configure(services, addresses);

    public void Announce() => real.Announce();

    public void Start(Epoch epoch)
    {
        order.Enqueue($"services start {epoch}");
        real.Start(epoch);
    }

    public void Stop(Epoch epoch)
    {
        order.Enqueue($"services stop {epoch}");
        real.Stop(epoch);
    }

    public void Command(string service, ServiceCommand command, string owner) => real.Command(service, command, owner);

    public void ChecksAre(IReadOnlyList<string> up) => real.ChecksAre(up);

    public void Renew(TimeSpan validFor, TimeSpan goneBy = default) => real.Renew(validFor, goneBy);

    public void Told(long number) => real.Told(number);

    public ValueTask DisposeAsync() => real.DisposeAsync();
}

/// <summary>A real link; notes when the peer is told of an own activation.</summary>
internal sealed class NotingLink(IPeerLink real, ConcurrentQueue<string> order) : IPeerLink
{
    public PeerLinkStatus Status => real.Status;

    public string? PeerDetail => real.PeerDetail;

    public Task StartAsync(IPeerLinkHandler handler, CancellationToken cancellationToken) => real.StartAsync(handler, cancellationToken);

    public void SetPeerAddress(string address) => real.SetPeerAddress(address);

    public Task<PeerReport?> ExchangeAsync(PeerReport own, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (own.Role == Role.Active)
        {
            order.Enqueue($"told Active {own.Epoch}");
        }

        return real.ExchangeAsync(own, timeout, cancellationToken);
    }

    public Task<ConfigurationDocument?> PullConfigurationAsync(TimeSpan timeout, CancellationToken cancellationToken) => real.PullConfigurationAsync(timeout, cancellationToken);

    public Task<bool> PushConfigurationAsync(ConfigurationDocument document, TimeSpan timeout, CancellationToken cancellationToken)
        => real.PushConfigurationAsync(document, timeout, cancellationToken);

    public Task<Stream> OpenFilesAsync(CancellationToken cancellationToken) => real.OpenFilesAsync(cancellationToken);

    public Task<ForwardedResponse?> ForwardAsync(ForwardedRequest request, TimeSpan timeout, CancellationToken cancellationToken) => real.ForwardAsync(request, timeout, cancellationToken);

    public string CreatePairingCode() => real.CreatePairingCode();

    public Task<string?> JoinAsync(string code, string address, CancellationToken cancellationToken) => real.JoinAsync(code, address, cancellationToken);

    public Task<string?> RotateCertificateAsync(CancellationToken cancellationToken) => real.RotateCertificateAsync(cancellationToken);

    public ValueTask DisposeAsync() => real.DisposeAsync();
}
