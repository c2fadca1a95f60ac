using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Status;
using HaConsole.Failover;
using Microsoft.Extensions.Logging;

namespace HaConsole.Engine.Replication;

/// <summary>
/// Watches, turn by turn, whether both servers have the same configuration in force: acknowledgements, drift, conflicts of the other
/// server, and the audit after a takeover. The loop calls it and waits for nothing.
/// </summary>
internal sealed partial class SyncWatch(
    ConfigurationStore store, ConfigurationKeeper keeper, ConflictStore conflicts, ConflictExchange exchange, IPeerLink? link, EngineClock clock, Rank rank, ILogger logger)
{
    private static readonly TimeSpan TransferTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A difference that is younger is a change on its way.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>After a takeover the other server gets that long to come back before the audit says that it could not compare.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly DriftTable drift = new(rank);
    private readonly PeerDetail detail = new();
    private readonly Lock gate = new();
    private Seen seen = new("none", null, null, null);
    private TimeSpan differsSince;
    private TimeSpan? appliedAt;
    private DateTimeOffset? acknowledgedAt;
    private double? lag;
    private Role role = Role.Starting;
    private TimeSpan? auditSince;
    private bool auditedAlone;
    private TimeSpan fetchedAt = TimeSpan.MinValue;
    private TimeSpan gossipedAt = TimeSpan.MinValue;
    private int fetching;
    private int gossiping;
    private int openConflicts;

    /// <summary>Something that people must see.</summary>
    public required Action<string, string, Severity> Event { get; init; }

    /// <summary>The number of open conflicts has changed, or the records.</summary>
    public required Action Changed { get; init; }

    /// <summary>Conflicts with settings that are neither in force, nor merged, nor dismissed.</summary>
    public int OpenConflicts => Volatile.Read(ref openConflicts);

    /// <summary>A document is in force here from now on; the other server has not confirmed it.</summary>
    public void Applied()
    {
        lock (gate)
        {
            appliedAt = clock.Now;
            lag = null;
        }

        if (conflicts.All.Count > 0)
        {
            _ = Task.Run(Recount);
        }
    }

    /// <summary>Counts open conflicts anew.</summary>
    public void Recount()
    {
        var own = keeper.Current;
        Volatile.Write(ref openConflicts, conflicts.All.Count(r => r.Id != ConflictRecord.IdOf(own) && r.Open(own.Content).Count > 0));
    }

    /// <summary>Reports what was found before the process ended, unless the journal has it.</summary>
    public void Start(IJournal journal)
    {
        // What is in force at the start is no change.
        appliedAt = null;
        Recount();
        var told = journal.Latest(1000).Where(e => e.Kind == "configuration-conflict").ToList();
        foreach (var record in conflicts.All.Where(r => r is { Reported: false, Dismissed: null } && r.Id != ConflictRecord.IdOf(keeper.Current)))
        {
            keeper.Report(record, told.Any(e => e.Sentence.Contains(record.Id, StringComparison.Ordinal)));
        }
    }

    public SyncState State()
    {
        lock (gate)
        {
            var own = keeper.Current;
            return new SyncState
            {
                Server = rank.Number(),
                Revision = own.Revision,
                Hash = own.Hash,
                PeerRevision = seen.Revision,
                PeerHash = seen.State == "equal" ? own.Hash : seen.Hash ?? "",
                State = seen.State,
                Since = seen.Since,
                AcknowledgedAt = acknowledgedAt,
                LagSeconds = lag,
                Drift = seen.State is "behind" or "ahead" or "different" ? drift.Items : [],
                Refused = [.. new[] { keeper.Refused, seen.Refused }.OfType<RefusedRevision>()],
                Conflicts = [.. conflicts.All.Where(r => r.Id != ConflictRecord.IdOf(own))],
            };
        }
    }

    /// <summary>The state after a turn, and what the other server says of itself.</summary>
    public void Look(NodeStateBox box, string? peerJson)
    {
        var (state, settings, now) = (box.State, box.Settings, clock.Now);
        var peer = state.Peer is { } report && FailoverMachine.PeerRoleOf(state, settings, now) != Role.Unknown ? report : null;
        var told = peer is null ? null : detail.Read(peerJson);
        var own = keeper.Current;
        var text = !settings.PeerConfigured ? "none"
            : peer is null ? "unknown"
            : peer.Configuration < settings.Revision ? "behind"
            : peer.Configuration > settings.Revision ? "ahead"
            : peer.ConfigurationHash != settings.ConfigurationHash ? "different" : "equal";
        TimeSpan? since;
        lock (gate)
        {
            Compare(text, peer, told, own, now, settings.Revision == own.Revision ? state.PeerAt : null);
            if (state.Role == Role.Active && role != Role.Active && settings.PeerConfigured)
            {
                (auditSince, auditedAlone) = (now, false);
            }

            role = state.Role;
            since = auditSince;
        }

        if (told?.SyncMark is { } mark && mark != conflicts.Mark && Due(ref gossipedAt, now) && Interlocked.Exchange(ref gossiping, 1) == 0)
        {
            _ = Task.Run(GossipAsync);
        }

        var audit = since is { } began && (text == "equal" || now - began >= Patience);
        if (audit && text is "unknown" && !auditedAlone)
        {
            auditedAlone = true;
            _ = Task.Run(() => AuditAlone(own));
        }

        var differs = text is "behind" or "ahead" or "different" && now - differsSince >= Settled && !drift.Knows(DriftTable.KeyOf(own), KeyOf(peer!, told));
        if ((differs || (audit && text is not ("unknown" or "none"))) && Due(ref fetchedAt, now) && Interlocked.Exchange(ref fetching, 1) == 0)
        {
            _ = Task.Run(() => FetchAsync(audit, text == "equal"));
        }
    }

    /// <summary>Asks the other server for what it has in force and compares both.</summary>
    public async Task<ConfigurationDocument?> FetchPeerAsync(CancellationToken cancellationToken)
    {
        if (link is not { Status.State: PeerLinkState.Connected } || await link.PullConfigurationAsync(TransferTimeout, cancellationToken) is not { Content: not null, Hash: not null } document)
        {
            return null;
        }

        var own = keeper.Current;
        if (own.Hash == document.Hash && own.Revision == document.Revision)
        {
            drift.Clear();
        }
        else
        {
            drift.Compare(own, document, Began(), clock.Utc);
        }

        return document;
    }

    private static bool Due(ref TimeSpan last, TimeSpan now)
    {
        if (last != TimeSpan.MinValue && now - last < Pause)
        {
            return false;
        }

        last = now;
        return true;
    }

    private static string KeyOf(PeerReport peer, ServerStatus? told) => $"{peer.Configuration} {told?.SettingsHash}";

    private void Compare(string text, PeerReport? peer, ServerStatus? told, ConfigurationDocument own, TimeSpan now, TimeSpan? heardAt)
    {
        var refused = told?.ConfigurationRefused is { Reason: not null } said && said.Revision > (peer?.Configuration ?? Revision.None) ? said : null;
        if (text is "behind" or "ahead" or "different" && seen.State is "equal" or "unknown" or "none")
        {
            differsSince = now;
        }

        seen = new Seen(text, seen.State == text ? seen.Since : clock.Utc, peer?.Configuration, refused) { Hash = told?.SettingsHash };
        if (text == "equal" && heardAt is { } heard)
        {
            acknowledgedAt = clock.UtcAt(heard);
            keeper.SeenOnPeer(own);
            drift.Clear();
            lag ??= appliedAt is { } applied ? Math.Round((now - applied).TotalSeconds, 3) : null;
        }
    }

    private DateTimeOffset Began()
    {
        lock (gate)
        {
            return seen.State is "behind" or "ahead" or "different" ? seen.Since ?? clock.Utc : clock.Utc;
        }
    }

    private async Task FetchAsync(bool audit, bool equal)
    {
        try
        {
            // What has changed between the exchange and this is on its way, and audited when it is there.
            if (await FetchPeerAsync(CancellationToken.None) is { } document && audit && equal == (DriftTable.KeyOf(document) == DriftTable.KeyOf(keeper.Current)))
            {
                Audit(document);
            }
        }
        catch (Exception e)
        {
            // The next turn finds the difference again.
            LogFailed(logger, e);
        }
        finally
        {
            Volatile.Write(ref fetching, 0);
        }
    }

    private async Task GossipAsync()
    {
        try
        {
            foreach (var record in (await exchange.FetchAsync(CancellationToken.None)).Where(r => r.Dismissed is null))
            {
                keeper.Report(record);
            }

            Changed();
        }
        catch (Exception e)
        {
            // Both still say that they know different things.
            LogFailed(logger, e);
        }
        finally
        {
            Volatile.Write(ref gossiping, 0);
        }
    }

    /// <summary>The audit after a takeover, with the other server: hashes are reckoned anew, the stored document is read again.</summary>
    private void Audit(ConfigurationDocument peer)
    {
        var own = keeper.Current;
        List<string> wrong = [.. new[] { store.Verify() }.OfType<string>()];
        if (ConfigurationJson.Hash(peer.Content) != peer.Hash)
        {
            wrong.Add($"the hash of revision {peer.Revision} of the other server is not that of its content");
        }

        if (own.Revision != peer.Revision || own.Hash != peer.Hash)
        {
            var items = drift.Items.Select(i => i.Item).ToList();
            wrong.Add($"revision {own.Revision} is in force here, {peer.Revision} on the other server; {(items.Count == 0 ? "their settings are the same" : "these differ: " + string.Join(", ", items.Take(20)))}");
        }

        lock (gate)
        {
            auditSince = null;
        }

        Event(
            "configuration-audit",
            wrong.Count == 0 ? $"Audit after the takeover: in sync, revision {own.Revision} with hash {own.Hash[..Math.Min(12, own.Hash.Length)]} on both servers." : $"Audit after the takeover: {string.Join("; ", wrong)}.",
            wrong.Count == 0 ? Severity.Info : Severity.Warning);
    }

    /// <summary>The audit after a takeover while the other server is away; it is compared when it is back.</summary>
    private void AuditAlone(ConfigurationDocument own)
    {
        var wrong = store.Verify();
        Event(
            "configuration-audit",
            $"Audit after the takeover: {wrong ?? $"revision {own.Revision} is stored and in force here"}; the other server does not answer and is compared when it is back.",
            wrong is null ? Severity.Info : Severity.Warning);
    }

    [LoggerMessage(1032, LogLevel.Warning, "Comparing the configurations of both servers failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    private sealed record Seen(string State, DateTimeOffset? Since, Revision? Revision, RefusedRevision? Refused)
    {
        public string? Hash { get; init; }
    }
}
