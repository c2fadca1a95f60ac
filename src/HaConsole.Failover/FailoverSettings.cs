namespace HaConsole.Failover;

/// <summary>
/// The numbers that decisions depend on: the hot standby parameters (guide 3.1.2) and what the machine must know of the managed
/// services. Immutable; a change is a new value with another <see cref="Revision"/>. A changed parameter resets all counters.
/// </summary>
public sealed record FailoverSettings
{
    /// <summary>Revision of the configuration these numbers come from.</summary>
    public Revision Revision { get; init; }

    /// <summary>First 8 bytes of the configuration's SHA-256, as a number.</summary>
    public long ConfigurationHash { get; init; }

    /// <summary>Enable Hot Standby mode. Default off.</summary>
    public bool Enabled { get; init; }

    /// <summary>Why the configuration cannot be run with (row 101), null when it can.</summary>
    public string? Invalid { get; init; }

    /// <summary>False on a lone server: no peer address is configured.</summary>
    public bool PeerConfigured { get; init; } = true;

    /// <summary>Test VIP address IP destination. Default off.</summary>
    public bool TestVipDestination { get; init; }

    /// <summary>Server #2 does not yield at N while the VIP is confirmed here (interpretation 1). Default off.</summary>
    public bool VipFirst { get; init; }

    /// <summary>Switch server on application error (guide 3.1.2.2). Default off.</summary>
    public bool SwitchOnApplicationError { get; init; }

    /// <summary>First server auto restart as Active: automatic failback (guide 3.1.2.3). Default off.</summary>
    public bool FirstServerAutoRestart { get; init; }

    /// <summary>Heartbeat timeout T (guide 3.1.2.4). Default 10 s; must be below H.</summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Heartbeat interval H (guide 3.1.2.5). Default 30 s; 0.02 s … 3600 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary># of consecutive failures/success to switch, N (guide 3.1.2.6). Default 5; 1 … 100.</summary>
    public int FailuresToSwitch { get; init; } = 5;

    /// <summary>After a lost connection confirm N times <see cref="FastConfirmationInterval"/> apart instead of H. Default off.</summary>
    public bool FastConfirmation { get; init; }

    /// <summary>How long a switchover holds rows 410 and 420. Default 24 h.</summary>
    public TimeSpan HoldDuration { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Longest stop timeout of the own managed services.</summary>
    public TimeSpan LongestStop { get; init; } = TimeSpan.Zero;

    /// <summary>A witness is configured: every activation needs two of three votes.</summary>
    public bool Witness { get; init; }

    /// <summary>Software version of this server.</summary>
    public string Version { get; init; } = "";

    /// <summary>Distance of fast confirmations: 100 ms, or H when that is shorter.</summary>
    public TimeSpan FastConfirmationInterval => HeartbeatInterval < TimeSpan.FromMilliseconds(100) ? HeartbeatInterval : TimeSpan.FromMilliseconds(100);

    /// <summary>A tick later than this after the one before resets all counters: 2·H.</summary>
    public TimeSpan LateTick => 2 * HeartbeatInterval;

    /// <summary>A loop that stood still this long is frozen: max(2·H, (N−1)·H).</summary>
    public TimeSpan FrozenAfter => Math.Max(2, FailuresToSwitch - 1) * HeartbeatInterval;

    /// <summary>How long a promise or a witness lease lives: N·H, but always longer than H + T.</summary>
    public TimeSpan VoteDuration => FailuresToSwitch * HeartbeatInterval > HeartbeatInterval + HeartbeatTimeout
        ? FailuresToSwitch * HeartbeatInterval
        : (HeartbeatInterval + HeartbeatTimeout) * 1.25;
}
