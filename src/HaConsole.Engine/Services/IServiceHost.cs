using HaConsole.Engine.Configuration;
using HaConsole.Engine.VirtualIp;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>One managed service as it stands now.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state.</param>
/// <param name="Restarts">Restarts by the watchdog since it was started for this active period.</param>
/// <param name="ProcessId">Process, when it has one.</param>
/// <param name="Since">Since when it is in this state (UTC).</param>
/// <param name="Detail">Why, when it is not well; else empty.</param>
/// <param name="Optional">Whether its failure counts.</param>
public sealed record ServiceStatus(string Name, ServicesState State, int Restarts, int? ProcessId, DateTimeOffset Since, string Detail, bool Optional)
{
    /// <summary>How it is run.</summary>
    public ServiceType Type { get; init; }

    /// <summary>Seconds that it waits before its start.</summary>
    public double StartDelay { get; init; }

    /// <summary>Daily planned restart, <c>HH:mm</c> local time; empty = none.</summary>
    public string RestartAt { get; init; } = "";

    /// <summary>Next planned restart (UTC); null when none is due.</summary>
    public DateTimeOffset? NextRestart { get; init; }

    /// <summary>Who stopped it by hand; null when nobody did.</summary>
    public string? Held { get; init; }
}

/// <summary>All managed services of this server.</summary>
/// <param name="State">Taken together; what the failover core is told.</param>
/// <param name="Services">One by one, in start order.</param>
/// <param name="OverBudget">Names of services (not optional) whose restart budget is used up: an application error.</param>
public sealed record ServicesReport(ServicesState State, IReadOnlyList<ServiceStatus> Services, IReadOnlyList<string> OverBudget)
{
    /// <summary>Nothing known yet.</summary>
    public static ServicesReport Unknown { get; } = new(ServicesState.Unknown, [], []);

    /// <summary>Managed addresses one by one; they are part of <see cref="State"/>.</summary>
    public IReadOnlyList<AddressStatus> Addresses { get; init => field = value ?? []; } = [];

    /// <summary>What was done without the engine, because it gave no sign of life.</summary>
    public GuardReport Guard { get; init => field = value ?? GuardReport.None; } = GuardReport.None;
}

/// <summary>
/// Runs the managed services. Calls return at once; what came of them arrives by <see cref="Changed"/>. The services are stopped
/// without further orders when <see cref="Renew"/> has not been called for the time given last.
/// </summary>
public interface IServiceHost : IAsyncDisposable
{
    /// <summary>Last report.</summary>
    ServicesReport Current { get; }

    /// <summary>Raised after each change of <see cref="Current"/>, on any thread; must return at once.</summary>
    event Action<ServicesReport>? Changed;

    /// <summary>The services and addresses to have from now on. What runs and is unchanged keeps running.</summary>
    /// <param name="services">Services, in start order.</param>
    /// <param name="addresses">Addresses; null: none.</param>
    void Configure(IReadOnlyList<ServiceDefinition> services, AddressPlan? addresses = null);

    /// <summary>Tells the network again which addresses this server holds, if any.</summary>
    void Announce();

    /// <summary>This server is Active in <paramref name="epoch"/>: start what is not running (services that run are adopted).</summary>
    void Start(Epoch epoch);

    /// <summary>This server is not Active: stop all; "http" services are told Standby.</summary>
    void Stop(Epoch epoch);

    /// <summary>
    /// Starts, stops or restarts one service by hand while this server is Active; else nothing happens. One that is stopped by hand stays so
    /// until it is started by hand or all services are started anew.
    /// </summary>
    void Command(string service, ServiceCommand command, string owner);

    /// <summary>Application checks that are up on this server, for the services that need one.</summary>
    void ChecksAre(IReadOnlyList<string> up);

    /// <summary>The engine's loop is alive: keep the services for <paramref name="validFor"/> more; then they are stopped.</summary>
    /// <param name="validFor">Until the orderly stop begins.</param>
    /// <param name="goneBy">Until what still runs is killed; not given: a third later.</param>
    void Renew(TimeSpan validFor, TimeSpan goneBy = default);

    /// <summary>The notes of the guard up to this number have been told.</summary>
    void Told(long number);
}
