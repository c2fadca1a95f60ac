using HaConsole.Failover.Tests.Bench;

namespace HaConsole.Failover.Tests.Table;

/// <summary>For each row a server on which it acts, and for each of its guards what alone blocks it, with the words for it.</summary>
internal static class RowCases
{
    public sealed record Block(int Row, string Guard, string WhyNot, Action<OneServer> Change);

    /// <summary>A server on which this row, and none before it, matches.</summary>
    public static OneServer Matching(int row) => row switch
    {
        100 => OneServer.In(Role.Standby, Role.Active).WithSettings(p => p with { Enabled = false }),
        101 => OneServer.In(Role.Active, Role.Standby).WithSettings(p => p with { Invalid = "both addresses are equal" }),
        110 => OneServer.In(Role.Active, Role.Standby).WithSettings(p => p with { Witness = true }),
        120 => OneServer.In(Role.Active, Role.Active).With(s => s with { VerifyUntil = OneServer.T0 + TimeSpan.FromSeconds(0.3) }),
        130 => OneServer.In(Role.Active, Role.Active).WithPeer(p => p with { StepDown = new Epoch(6), Epoch = new Epoch(6) }),
        200 => OneServer.In(Role.Active, Role.Standby).With(s => s with { Counters = new Counters { LanDown = 3 }, Local = s.Local with { Lan = LanState.Down } }),
        210 => OneServer.In(Role.Active, Role.Active, Rank.Backup).With(s => s with { Counters = new Counters { PeerActive = 3 } }),
        220 => OneServer.In(Role.Active, Role.Active).With(s => s with { Counters = new Counters { PeerActive = 3 } }),
        230 => OneServer.In(Role.Active, Role.Active).WithSettings(p => p with { TestVipDestination = true })
            .With(s => s with { Counters = new Counters { PeerActive = 6 }, Local = s.Local with { Vip = VipDestination.Peer } }),
        300 => OneServer.In(Role.Standby, Role.Yielding).WithPeer(p => p with { Offer = OfferReason.Operator }),
        305 => OneServer.In(Role.Starting, Role.Standby).With(s => s with { Stored = new StoredState(Role.Active, new Epoch(5), new Epoch(5), []) }),
        306 => OneServer.In(Role.Starting, Role.Active),
        310 => OneServer.In(Role.Standby, Role.Active).WithControls(c => c with { Pause = new TimedControl("anna", "", PairBench.Start, null) }),
        400 => OneServer.In(Role.Standby, Role.Active).With(s => s with { Counters = new Counters { PeerFail = 3 }, Probe = new ProbeFact(ProbeOutcome.NoAnswer, Role.Unknown) }),
        410 => OneServer.In(Role.Standby, Role.Active, Rank.Backup).WithSettings(p => p with { TestVipDestination = true })
            .With(s => s with { Counters = new Counters { VipHere = 3 }, Local = s.Local with { Vip = VipDestination.Here } }),
        420 => OneServer.In(Role.Standby, Role.Active).WithSettings(p => p with { FirstServerAutoRestart = true })
            .With(s => s with { Counters = new Counters { SelfOk = 3 } }),
        430 => OneServer.In(Role.Standby, Role.Standby).With(s => s with { Counters = new Counters { BothStandby = 3 } }),
        _ => throw new ArgumentOutOfRangeException(nameof(row)),
    };

    public static IReadOnlyList<Block> Blocks { get; } =
    [
        new(100, "disabled", "hot standby mode is enabled", s => s.WithSettings(p => p with { Enabled = true })),
        new(100, "valid", "the configuration is invalid", s => s.WithSettings(p => p with { Invalid = "x" })),
        new(101, "invalid", "the configuration is valid", s => s.WithSettings(p => p with { Invalid = null })),
        new(110, "active", "this server is not Active", s => s.State.Role = Role.Standby),
        new(110, "vote", "the vote holds", s => s.State.LeaseUntil = OneServer.T0 + TimeSpan.FromSeconds(60)),
        new(110, "vote", "no witness is configured", s => s.WithSettings(p => p with { Witness = false })),
        new(120, "asked", "no tick came that late", s => s.State.VerifyUntil = null),
        new(120, "peer-active", "the peer has not said that it is Active", s => s.WithPeer(p => p with { Role = Role.Standby })),
        new(130, "active", "this server is not Active", s => s.State.Role = Role.Standby),
        new(130, "request", "the peer does not ask for it", s => s.WithPeer(p => p with { StepDown = new Epoch(5) })),
        new(130, "request", "the peer does not ask for it", s => s.State.ExchangeFailedAt = OneServer.T0),
        new(200, "active", "this server is not Active", s => s.State.Role = Role.Standby),
        new(200, "lan-down", "the LAN was down 2 of 3 times", s => s.State.Counters = new Counters { LanDown = 2 }),
        .. DualActive(210, 3),
        new(210, "backup", "this is server #1", s => s.State.Rank = Rank.Primary),
        new(210, "step-down", "the peer has not yet had its time to confirm the own step-down request", s => s.With(x => x with { StepDown = new Epoch(9), StepDownUntil = s.Now + TimeSpan.FromMinutes(1) })),
        new(210, "vip-first", "the VIP is confirmed here and goes first", s => s.WithSettings(p => p with { VipFirst = true }).State.Local = new LocalFacts(LanState.Up, SelfHealth.Ok, VipDestination.Here)),
        .. DualActive(220, 3),
        new(220, "primary", "this is server #2", s => s.State.Rank = Rank.Backup),
        new(220, "vip", "the VIP points to the peer", s => s.WithSettings(p => p with { TestVipDestination = true }).State.Local = new LocalFacts(LanState.Up, SelfHealth.Ok, VipDestination.Peer)),
        new(220, "vip", "it is not known where the VIP points to", s => s.WithSettings(p => p with { TestVipDestination = true })),
        .. DualActive(230, 6),
        new(230, "primary", "this is server #2", s => s.State.Rank = Rank.Backup),
        new(230, "vip-peer", "the VIP is not confirmed at the peer", s => s.State.Local = new LocalFacts(LanState.Up, SelfHealth.Ok, VipDestination.Unknown)),
        new(300, "offer", "the peer does not offer the role", s => s.WithPeer(p => p with { Offer = OfferReason.None })),
        new(300, "offer", "the peer does not offer the role", s => s.State.ExchangeFailedAt = OneServer.T0),
        new(300, "stop-failed", "could not be stopped and may still run", s => s.WithPeer(p => p with { Services = ServicesState.StopFailed })),
        .. Barred(300),
        new(305, "starting", "this server is not starting", s => s.State.Role = Role.Standby),
        new(305, "was-active", "this server was not Active before its start", s => s.State.Stored = StoredState.Fresh),
        new(305, "peer-standby", "the peer has not said that it is Standby", s => s.WithPeer(p => p with { Role = Role.Active })),
        new(305, "peer-standby", "the peer has not said that it is Standby", s => s.WithPeer(p => p with { Role = Role.Starting })),
        new(305, "epoch", "the peer knows a higher epoch", s => s.WithPeer(p => p with { HighestEpoch = new Epoch(6) })),
        new(305, "budget", "3 resumptions within an hour are used up", s => s.State.Resumptions = [s.Utc, s.Utc, s.Utc]),
        .. Barred(305),
        new(306, "starting", "this server is not starting", s => s.State.Role = Role.Standby),
        new(306, "contact", "there is no contact with a peer that has settled", s => s.WithPeer(p => p with { Role = Role.Starting })),
        new(306, "heard", "the peer's own word is still awaited", s => s.With(x => x with
        {
            Peer = null, RoundExchanged = false, Stored = new StoredState(Role.Active, new Epoch(5), new Epoch(5), []), Probe = new ProbeFact(ProbeOutcome.Success, Role.Active),
        })),
        new(310, "paused", "the pair is not paused", s => s.WithControls(c => c with { Pause = new TimedControl("anna", "", PairBench.Start, s.Utc) })),
        new(400, "idle", "this server is neither Standby nor Starting", s => s.State.Role = Role.Yielding),
        new(400, "failures", "the peer failed 2 of 3 times", s => s.State.Counters = new Counters { PeerFail = 2 }),
        .. Connected(400),
        new(400, "common-cause", "the same check fails on both servers (DB): switching does not help", s => s.WithSettings(p => p with { SwitchOnApplicationError = true })
            .WithPeer(p => p with { FailingChecks = "web,db" }).With(x => x with { FailingChecks = "DB,disk", Probe = new ProbeFact(ProbeOutcome.Unhealthy, Role.Active) })),
        new(400, "health", "the own monitor URL does not answer well", s => s.State.Local = new LocalFacts(LanState.Up, SelfHealth.Failed, VipDestination.Unknown)),
        .. Barred(400),
        .. Voluntary(410),
        new(410, "vip-test", "the VIP test is off", s => s.WithSettings(p => p with { TestVipDestination = false })),
        new(410, "vip-here", "the VIP pointed here 2 of 3 times", s => s.State.Counters = new Counters { VipHere = 2 }),
        new(410, "peer-vip", "the peer says that the VIP points there", s => s.WithPeer(p => p with { Vip = VipDestination.Here })),
        new(410, "seen", "the peer does not see this server as healthy and would take the role again", s => s.WithPeer(p => p with { SeesPeer = PeerHealth.Unreachable })),
        new(410, "health", "the own monitor URL does not answer well", s => s.State.Local = new LocalFacts(LanState.Up, SelfHealth.Failed, VipDestination.Here)),
        .. Voluntary(420),
        new(420, "primary", "this is server #2", s => s.State.Rank = Rank.Backup),
        new(420, "auto", "First server auto restart as Active is off", s => s.WithSettings(p => p with { FirstServerAutoRestart = false })),
        new(420, "peer-active", "the peer has not said that it is Active", s => s.WithPeer(p => p with { Role = Role.Standby })),
        new(420, "self-ok", "this server was well 2 of 3 times", s => s.State.Counters = new Counters { SelfOk = 2 }),
        new(420, "in-sync", "the configuration is not synchronised", s => s.WithPeer(p => p with { ConfigurationHash = 12 })),
        new(420, "vip", "the VIP points to the peer", s => s.WithSettings(p => p with { TestVipDestination = true }).State.Local = new LocalFacts(LanState.Up, SelfHealth.Ok, VipDestination.Peer)),
        new(420, "seen", "the peer does not see this server as healthy", s => s.WithPeer(p => p with { SeesPeer = PeerHealth.Unreachable })),
        new(430, "idle", "this server is neither Standby nor Starting", s => s.State.Role = Role.Yielding),
        new(430, "peer-idle", "the peer is not Standby or Starting by its own word", s => s.WithPeer(p => p with { Role = Role.Yielding })),
        new(430, "due", "both were Standby 2 of 3 times", s => s.State.Counters = new Counters { BothStandby = 2 }),
        new(430, "lan", "this server is not connected to the LAN", s => s.State.Local = new LocalFacts(LanState.Down, SelfHealth.Ok, VipDestination.Unknown)),
        new(430, "stop-failed", "could not be stopped and may still run", s => s.WithPeer(p => p with { Services = ServicesState.StopFailed })),
        new(430, "chosen", "Server #2 is to become Active", s => s.WithControls(c => c with { Maintenance1 = s.Control() })),
        new(430, "chosen", "Server #2 is to become Active", s => s.State.Local = new LocalFacts(LanState.Up, SelfHealth.Failed, VipDestination.Unknown)),
        new(430, "chosen", "both servers are in maintenance", s => s.WithControls(c => c with { Maintenance1 = s.Control(), Maintenance2 = s.Control() })),
        new(430, "leaving", "this server is being stopped", s => s.WithControls(c => c with { Maintenance2 = s.Control() }).State.Leaving = true),
        new(430, "pulled", "the configuration is still being pulled", s => s.WithPeer(p => p with { Configuration = new Revision(7, 1, 2) })),
    ];

    private static Block[] DualActive(int row, int needed) =>
    [
        new(row, "active", "this server is not Active", s => s.State.Role = Role.Standby),
        new(row, "peer-active", $"the peer was Active {needed - 1} of {needed} times", s => s.State.Counters = new Counters { PeerActive = needed - 1 }),
        .. Connected(row),
    ];

    private static Block[] Connected(int row) =>
    [
        new(row, "lan", "this server is not connected to the LAN", s => s.State.Local = s.State.Local with { Lan = LanState.Down }),
        new(row, "lan", "the LAN was not looked at yet", s => s.State.Local = s.State.Local with { Lan = LanState.Unknown }),
    ];

    private static Block[] Barred(int row) =>
    [
        new(row, "maintenance", "this server is in maintenance", s => s.WithControls(c => c.WithMaintenance(s.State.Rank, s.Control()))),
        new(row, "leaving", "this server is being stopped", s => s.State.Leaving = true),
    ];

    private static Block[] Voluntary(int row) =>
    [
        new(row, "standby", "this server is not Standby", s => s.State.Role = Role.Yielding),
        .. Connected(row),
        new(row, "hold", "a hold is in force", s => s.WithControls(c => c with { Hold = s.Control() })),
        new(row, "flap", "the flap budget of this hour is used up", s => s.WithControls(c => c with { FlapTimes = [s.Utc, s.Utc, s.Utc] })),
        .. Barred(row),
        new(row, "stop-failed", "could not be stopped and may still run", s => s.WithPeer(p => p with { Services = ServicesState.StopFailed })),
    ];
}
