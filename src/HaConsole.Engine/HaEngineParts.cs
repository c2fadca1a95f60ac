using HaConsole.Engine.Checks;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Notifications;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Probing;
using HaConsole.Engine.Services;
using HaConsole.Engine.Status;
using HaConsole.Failover;
using Microsoft.Extensions.Logging;

namespace HaConsole.Engine;

/// <summary>What one engine is made of; the factory fills it with real parts, tests with others.</summary>
public sealed record HaEngineParts
{
    /// <summary>Name of the pair.</summary>
    public string Pair { get; init; } = "default";

    /// <summary>Local settings.</summary>
    public required NodeOptions Options { get; init; }

    /// <summary>Local settings as they were given, without an address that was found; null: as <see cref="Options"/>.</summary>
    public NodeOptions? Identity { get; init; }

    /// <summary>Ends this process so that its supervisor starts it again; null: nobody would.</summary>
    public Action? Restart { get; init; }

    /// <summary>Joins a peer by code and address on a server that has no link yet; null: it cannot.</summary>
    public Func<string, string, CancellationToken, Task<(ConfigurationDocument? Document, string Problem)>>? JoinFirst { get; init; }

    /// <summary>Server #1 or #2.</summary>
    public required Rank Rank { get; init; }

    /// <summary>Clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>What the health URLs answer.</summary>
    public required HealthBoard Board { get; init; }

    /// <summary>Events and fault tolerant log.</summary>
    public required IJournal Journal { get; init; }

    /// <summary>Who did what; null: nobody is told.</summary>
    public IAuditLog? Audit { get; init; }

    /// <summary>Managed services.</summary>
    public required IServiceHost Services { get; init; }

    /// <summary>Application checks.</summary>
    public required CheckRunner Checks { get; init; }

    /// <summary>Peer link; null on a lone server.</summary>
    public required IPeerLink? Link { get; init; }

    /// <summary>Monitor probe.</summary>
    public required IMonitorProbe Probe { get; init; }

    /// <summary>LAN observer.</summary>
    public required ILanObserver Lan { get; init; }

    /// <summary>VIP observer.</summary>
    public required IVipObserver Vip { get; init; }

    /// <summary>Configuration store.</summary>
    public required ConfigurationStore Configurations { get; init; }

    /// <summary>Settings of a document on this server.</summary>
    public required Func<ConfigurationDocument, FailoverSettings> SettingsOf { get; init; }

    /// <summary>Problems of a configuration on this server.</summary>
    public required Func<PairConfiguration, IReadOnlyList<ConfigurationProblem>> Validate { get; init; }

    /// <summary>Stored state found at the start.</summary>
    public required StoredState Stored { get; init; }

    /// <summary>Controls found at the start.</summary>
    public required PairControls Controls { get; init; }

    /// <summary>Stores the state durably.</summary>
    public required Action<StoredState> SaveState { get; init; }

    /// <summary>Stores the controls durably.</summary>
    public required Action<PairControls> SaveControls { get; init; }

    /// <summary>Where this server has the files of a certificate. Default: where the definition says.</summary>
    public Func<CertificateDefinition, CertificateDefinition> CertificatePlaces { get; init; } = definition => definition;

    /// <summary>Where people reach the console; null: at this server's own address.</summary>
    public IPublicUrl? PublicUrl { get; init; }

    /// <summary>Times and bounds of notifications.</summary>
    public NotificationTiming NotificationTiming { get; init; } = new();

    /// <summary>Sentences about what was found damaged at the start.</summary>
    public IReadOnlyList<string> StartProblems { get; init; } = [];

    /// <summary>Loggers.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>Carries out an API call that arrives by way of the peer.</summary>
    public required Func<ForwardedRequest, CancellationToken, Task<ForwardedResponse>> Dispatch { get; init; }

    /// <summary>The process must end: the loop has failed.</summary>
    public required Action<Exception> Fatal { get; init; }
}
