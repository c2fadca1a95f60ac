using System.Globalization;
using System.Text.Json;
using HaConsole.Engine.Checks;
using HaConsole.Engine.Services;
using HaConsole.Engine.Standby;

namespace HaConsole.Engine.Status;

/// <summary>
/// This server's own part of the status (services, checks, since when), as the peer shows it. Its version grows only with a change, so
/// that the exchange need not carry it.
/// </summary>
internal sealed class EngineDetail(IServiceHost services, CheckRunner checks)
{
    private readonly Lock gate = new();
    private string json = "{}";
    private string role = "";
    private ServerStatus? last;
    private long version = 1;

    public long Version => Volatile.Read(ref version);

    public string Json
    {
        get
        {
            lock (gate)
            {
                return json;
            }
        }
    }

    /// <summary>What the reports of the certificates look like; they are fetched by the peer when it changes.</summary>
    public string CertificatesHash { get; set => Volatile.Write(ref field, value); } = "";

    /// <summary>What is answered on the services' own ports while they do not run here.</summary>
    public Func<IReadOnlyList<StandbyPort>> Standby { get; init; } = () => [];

    public IReadOnlyList<ServiceInfo> Services
    {
        get
        {
            var standby = Standby();
            return [.. services.Current.Services.Select(service => InfoOf(service, standby.FirstOrDefault(port => port.Service.Equals(service.Name, StringComparison.OrdinalIgnoreCase))))];
        }
    }

    /// <summary>Managed addresses as they are shown.</summary>
    public IReadOnlyList<AddressInfo> Addresses { get; set => Volatile.Write(ref field, value); } = [];

    /// <summary>The last proof that this server could take over; null when there is none.</summary>
    public ReadinessInfo? Readiness { get; set => Volatile.Write(ref field, value); }

    public IReadOnlyList<CheckInfo> Checks
        => [.. checks.Current.Select(InfoOf)];

    public static CheckInfo InfoOf(CheckStatus check)
        => new(check.Name, check.Application, check.State.ToString(), check.Severity.ToString(), check.Detail, check.Latency?.TotalSeconds)
        {
            Type = check.Type.ToString(),
            Since = check.Since,
            LastAt = check.LastAt,
            InUse = check.InUse,
            Muted = check.MutedUntil is not null,
            MutedUntil = check.MutedUntil,
        };

    private static ServiceInfo InfoOf(ServiceStatus service, StandbyPort? port) => new(service.Name, service.State.ToString(), service.Restarts, service.ProcessId, service.Detail)
    {
        Since = service.Since,
        Type = service.Type.ToString(),
        Optional = service.Optional,
        StartDelaySeconds = service.StartDelay,
        RestartAt = service.RestartAt,
        NextRestart = service.NextRestart,
        Held = service.Held,
        Standby = port is null ? null : new StandbyInfo(port.Port, port.State, port.Detail),
    };

    /// <summary>The own role as it is shown.</summary>
    public void RoleIs(StatusSnapshot snapshot)
    {
        var own = snapshot.Servers.First(server => server.Local);
        var view = own.View is null ? "" : JsonSerializer.Serialize(own.View with { AgeSeconds = null }, StatusJson.Default.ServerView);
        var key = string.Create(CultureInfo.InvariantCulture, $"{own.Role}{own.Epoch}{own.SettingsHash}{own.LastEvent} {own.LastAudit}{own.SyncMark} {own.ConfigurationRefused}{view}");
        lock (gate)
        {
            last = own;
            if (role == key)
            {
                return;
            }

            role = key;
        }

        Changed();
    }

    /// <summary>Services or checks have changed.</summary>
    public void Changed()
    {
        lock (gate)
        {
            // Latency changes with every look and is not worth a message.
            var own = (last ?? new ServerStatus()) with
            {
                AgeSeconds = null,
                View = last?.View is { } view ? view with { AgeSeconds = null } : null,
                Services = Services,
                Addresses = Addresses,
                CertificatesHash = CertificatesHash,
                Readiness = Readiness,
                Checks = [.. Checks.Select(check => check with { LatencySeconds = null, LastAt = null })],
            };
            var made = JsonSerializer.Serialize(own, StatusJson.Default.ServerStatus);
            if (made != json)
            {
                json = made;
                version++;
            }
        }
    }
}
