using System.Globalization;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Services;
using HaConsole.Failover;
using Microsoft.Extensions.Logging;

namespace HaConsole.Engine.Loop;

/// <summary>
/// Carries out the effects of a step, in their order, on the loop's thread. What takes time is only started here; its result comes
/// back as an input. Writes the guide's fault tolerant log lines.
/// </summary>
internal sealed partial class EffectRunner(IServiceHost services, IJournal journal, EngineClock clock, ILogger logger) : IDisposable
{
    /// <summary>Longest wait for a disk: longer than one that is merely busy needs.</summary>
    private static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(2);

    private readonly DiskThread disk = new(clock.Time);

    public required Action<StoredState> SaveState { get; init; }

    public required Action<PairControls> SaveControls { get; init; }

    public required Action<FailoverSettings> StartRound { get; init; }

    public required Action<FailoverSettings> Exchange { get; init; }

    public required Action<Revision> PullConfiguration { get; init; }

    public required Action<NodeEffect.CommandEnded> CommandEnded { get; init; }

    public required Action<HaEvent> Recorded { get; init; }

    /// <summary>The services are about to be started.</summary>
    public Action ServicesStart { get; init; } = () => { };

    /// <summary>The loop waits for the disk, but lives.</summary>
    public required Action Waiting { get; init; }

    /// <summary>Address of this server, for the guide's log lines.</summary>
    public required string LocalAddress { get; init; }

    /// <summary>Role before the last change, for the evidence of events.</summary>
    private Role roleShown = Role.Starting;

    public void Dispose() => disk.Dispose();

    public void Run(NodeEffect effect, NodeStateBox box)
    {
        switch (effect)
        {
            case NodeEffect.PersistState persist:
                Durably(() => SaveState(persist.State), "state", box);
                break;
            case NodeEffect.PersistControls persist:
                Durably(() => SaveControls(persist.Controls), "controls", box);
                break;
            case NodeEffect.SwitchLocal local:
                SwitchLocal(local, box);
                break;
            case NodeEffect.SwitchRemote remote:
                journal.Log("IPS Startup", string.Create(CultureInfo.InvariantCulture, $"Switch remote {NameOf(remote.Component)} to Standby, epoch {remote.Epoch}"));
                break;
            case NodeEffect.StartServices start:
                journal.Log("CTI Server", "Start managed services: " + start.Why);
                ServicesStart();
                services.Start(box.State.Epoch);
                break;
            case NodeEffect.StartRound:
                StartRound(box.Settings);
                break;
            case NodeEffect.ExchangeNow:
                Exchange(box.Settings);
                break;
            case NodeEffect.PullConfiguration pull:
                PullConfiguration(pull.Revision);
                break;
            case NodeEffect.RecordEvent record:
                Record(record, box);
                break;
            case NodeEffect.CommandEnded ended:
                CommandEnded(ended);
                break;
            default:
                // Leases: no witness can be configured in this version.
                break;
        }
    }

    private void SwitchLocal(NodeEffect.SwitchLocal local, NodeStateBox box)
    {
        var to = local.Role == Role.Active ? "PRIMARY" : "BACKUP";
        switch (local.Component)
        {
            case Component.Engine:
                journal.Log("IPS Startup", $"SWITCH THIS SERVER TO {to}");
                break;
            case Component.Framework:
                journal.Log("IPSWS", $"Switch this host({LocalAddress}) to {to}");
                break;
            default:
                journal.Log("CTI Server", $"Switch local CTI Server to {(local.Role == Role.Active ? "Active" : "Standby")}");
                if (local.Role != Role.Active)
                {
                    services.Stop(box.State.Epoch);
                }

                break;
        }
    }

    private void Record(NodeEffect.RecordEvent record, NodeStateBox box)
    {
        var stored = journal.Record(new HaEvent
        {
            Kind = record.Kind,
            Row = record.Row,
            Sentence = record.Sentence,
            Severity = record.Severity,
            Epoch = box.State.HighestEpoch.Value,
            At = clock.Utc,
            Evidence = Evidence(record, box),
        });
        var component = record.Kind is "peer-failure" or "peer-answers" ? "Check primary server" : "IPS Startup";
        journal.Log(component, record.Row == 0 ? record.Sentence : string.Create(CultureInfo.InvariantCulture, $"{record.Sentence} (row {record.Row})"));
        if (record.Severity == Severity.Info)
        {
            LogInfo(logger, record.Row, record.Sentence);
        }
        else
        {
            LogWarning(logger, record.Row, record.Sentence);
        }

        Recorded(stored);
    }

    private Dictionary<string, string> Evidence(NodeEffect.RecordEvent record, NodeStateBox box)
    {
        var state = box.State;
        var evidence = new Dictionary<string, string>
        {
            ["role"] = state.Role.ToString(),
            ["ownEpoch"] = state.Epoch.ToString(),
            ["lan"] = state.Local.Lan.ToString(),
            ["self"] = state.Local.Self.ToString(),
            ["peerHealth"] = FailoverMachine.PeerHealthOf(state, box.Settings, box.At).ToString(),
            ["peerRole"] = FailoverMachine.PeerRoleOf(state, box.Settings, box.At).ToString(),
            ["services"] = state.Services.ToString(),
            ["monotonic"] = box.At.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture),
        };
        if (record.Kind == "role-changed" && state.Role != roleShown)
        {
            evidence["from"] = roleShown.ToString();
            evidence["to"] = state.Role.ToString();
            roleShown = state.Role;
        }

        return evidence;
    }

    private void Durably(Action save, string what, NodeStateBox box)
    {
        if (disk.Save(what, save, DiskPatience, LoopTiming.LongestSleep(box.Settings), Waiting) is { } failure)
        {
            // The slots are preallocated, so this is a broken disk, not a full one. Serving without a durable epoch is better than
            // not serving: the peer knows the epoch, and it is stored with the next change.
            LogNotDurable(logger, what, failure);
            Record(new NodeEffect.RecordEvent("not-durable", 0, $"The {what} could not be stored: {failure.Message}", Severity.Alarm), box);
        }
    }

    private static string NameOf(Component component) => component switch
    {
        Component.Engine => "IPS Startup",
        Component.Framework => "IPS Framework",
        _ => "CTI Server",
    };

    [LoggerMessage(1020, LogLevel.Information, "Row {Row}: {Sentence}")]
    private static partial void LogInfo(ILogger logger, int row, string sentence);

    [LoggerMessage(1021, LogLevel.Warning, "Row {Row}: {Sentence}")]
    private static partial void LogWarning(ILogger logger, int row, string sentence);

    [LoggerMessage(1022, LogLevel.Error, "The {What} could not be stored durably.")]
    private static partial void LogNotDurable(ILogger logger, string what, Exception exception);
}
