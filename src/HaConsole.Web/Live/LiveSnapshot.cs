using System.Runtime.CompilerServices;
using System.Text.Json;
using HaConsole.Engine.Status;
using HaConsole.Web.Model.Pair;

namespace HaConsole.Web.Live;

/// <summary>A snapshot, and what is compared to find out whether a page must be drawn again.</summary>
public sealed class LiveSnapshot(StatusSnapshot snapshot)
{
    /// <summary>The snapshot.</summary>
    public StatusSnapshot Snapshot => snapshot;

    /// <summary>Everything in a snapshot but what only says how old, how fast or how often something is; put together once for all pages.</summary>
    public static string FactsOf(StatusSnapshot snapshot) => SnapshotFacts.Of(snapshot).All;
}

/// <summary>
/// What the parts of a page show of a snapshot, as texts that are equal when there is nothing to draw. Put together once for all pages, and only
/// when a page asks; without ages and countdowns, which run in the browser.
/// </summary>
public sealed class SnapshotFacts
{
    private static readonly ConditionalWeakTable<StatusSnapshot, SnapshotFacts> Known = [];

    private readonly StatusSnapshot snapshot;
    private readonly Lazy<string> all;
    private readonly Lazy<string> header;
    private readonly Lazy<string> strips;
    private readonly Lazy<string> picture;
    private readonly Lazy<string> views;
    private readonly Lazy<string> controls;
    private readonly Lazy<string> rules;
    private readonly Lazy<string>[] servers;

    private SnapshotFacts(StatusSnapshot snapshot)
    {
        this.snapshot = snapshot;
        all = new(() => Write(WithoutAges(snapshot)));
        header = new(() => string.Join('\n', [snapshot.Pair, .. snapshot.Servers.Select(s => $"{s.Server} {s.Role} {s.Address} {s.Local} {Readiness.Of(snapshot, s)}"), .. Controls]));
        strips = new(() => string.Join('\n', [snapshot.RestartNeeded, snapshot.Database, Clock, .. snapshot.Servers.Select(s => s.Role), .. snapshot.Alarms.Select(alarm => $"{alarm.Code} {alarm.Sentence}")]));
        picture = new(() => Write(Only([.. snapshot.Servers.Select(OfPicture)]) with { Vip = snapshot.Vip, SwitchWouldSucceed = snapshot.SwitchWouldSucceed, PeerLink = WithoutAge(snapshot.PeerLink), ConfigurationOnPeer = snapshot.ConfigurationOnPeer }));
        views = new(() => Write(Only([.. snapshot.Servers.Select(s => new ServerStatus { Server = s.Server, Local = s.Local, View = WithoutAges(s.View) is { } view ? view with { Counters = [] } : null })])));
        controls = new(() => string.Join('\n', [.. snapshot.Servers.Select(s => $"{s.Server}"), $"{snapshot.ExpectedFailoverSeconds}", .. Controls]));
        rules = new(() => Write(new StatusSnapshot { Rules = [.. snapshot.Rules.Select(WithoutAges)] }));
        servers = [.. snapshot.Servers.Select(server => new Lazy<string>(() => snapshot.Servers.Count + Write(Only([OfPanel(server)]) with
        {
            SwitchWouldSucceed = snapshot.SwitchWouldSucceed,
            LastSwitch = snapshot.LastSwitch,
            ConfigurationOnPeer = snapshot.ConfigurationOnPeer,
        })))];
    }

    /// <summary>Everything but the rules that do not count towards anything.</summary>
    public string All => all.Value;

    /// <summary>What the header says: roles, readiness, holds.</summary>
    public string Header => header.Value;

    /// <summary>What the strips say: alarms, clocks, restart, database.</summary>
    public string Strips => strips.Value;

    /// <summary>What the picture of the pair shows.</summary>
    public string Picture => picture.Value;

    /// <summary>How each server sees the other.</summary>
    public string Views => views.Value;

    /// <summary>What is paused, held or maintained, and the expected failover.</summary>
    public string InForce => controls.Value;

    /// <summary>All rules with their conditions and counters.</summary>
    public string Rules => rules.Value;

    private IEnumerable<string> Controls => [$"{snapshot.Paused} {snapshot.Pause}", $"{snapshot.Hold}", .. snapshot.Maintenance.Select(maintenance => $"{maintenance}")];

    private string Clock => ClockOffset.Of(snapshot) is { } offset ? $"{offset.Server} {Math.Round(offset.Seconds, 1)}" : "";

    /// <summary>The facts of a snapshot.</summary>
    public static SnapshotFacts Of(StatusSnapshot snapshot) => Known.GetValue(snapshot, one => new SnapshotFacts(one));

    /// <summary>What the panel of a server shows, 1 or 2; empty for one that is not there.</summary>
    public string Server(int server)
    {
        for (var i = 0; i < servers.Length; i++)
        {
            if (snapshot.Servers[i].Server == server)
            {
                return servers[i].Value;
            }
        }

        return "";
    }

    private static string Write(StatusSnapshot one) => JsonSerializer.Serialize(one, StatusJson.Default.StatusSnapshot);

    private static StatusSnapshot Only(IReadOnlyList<ServerStatus> servers) => new() { Servers = servers };

    private static ServerStatus OfPanel(ServerStatus server) => WithoutAges(server) with { LastEvent = 0, LastAudit = 0, SyncMark = null, SettingsHash = "" };

    private static ServerStatus OfPicture(ServerStatus server) => OfPanel(server) with { View = WithoutAges(server.View) is { } view ? new ServerView { Link = view.Link } : null, Since = null, Epoch = 0, ClockOffsetSeconds = null };

    private static StatusSnapshot WithoutAges(StatusSnapshot snapshot) => snapshot with
    {
        Version = 0,
        At = default,
        PeerLink = WithoutAge(snapshot.PeerLink),
        PendingStepDown = snapshot.PendingStepDown is { } pending ? pending with { EndsInSeconds = 0 } : null,
        Servers = [.. snapshot.Servers.Select(WithoutAges)],

        // A rule that is about to act is news; how often a healthy server was found healthy is not.
        Rules = [.. snapshot.Rules.Where(rule => rule is { Counter: > 0, DueInSeconds: not null }).Select(rule => WithoutAges(rule) with { Guards = [] })],
    };

    private static PeerLinkInfo WithoutAge(PeerLinkInfo link) => link with
    {
        RoundTripSeconds = Coarse(link.RoundTripSeconds),
        Paths = [.. link.Paths.Select(path => path with { RoundTripSeconds = null, MedianSeconds = Coarse(path.MedianSeconds) })],
    };

    /// <summary>A round trip that doubles is news, unless it is below 10 ms: those come and go with the load of the machine.</summary>
    private static double? Coarse(double? seconds) => seconds is > 0.01 ? Math.Round(Math.Log2(seconds.Value)) : null;

    private static RuleStatus WithoutAges(RuleStatus rule) => rule with { DueInSeconds = rule.DueInSeconds is null ? null : 0, Guards = [.. rule.Guards.Select(guard => guard with { AgeSeconds = null })] };

    private static ServerStatus WithoutAges(ServerStatus server) => server with
    {
        AgeSeconds = server.AgeSeconds is null ? null : 0,

        // A sum with zero has no sign when it is zero.
        ClockOffsetSeconds = server.ClockOffsetSeconds is { } offset ? Math.Round(offset, 1) + 0d : null,
        Checks = [.. server.Checks.Select(check => check with { LatencySeconds = null, LastAt = null })],
        View = WithoutAges(server.View),
    };

    private static ServerView? WithoutAges(ServerView? view) => view is null ? null : view with { AgeSeconds = view.AgeSeconds is null ? null : 0 };
}
