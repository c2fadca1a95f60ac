namespace HaConsole.Failover;

/// <summary>Guards that several rows share.</summary>
internal static class Guards
{
    /// <summary>Both servers Active, N times <paramref name="multiple"/> in a row.</summary>
    public static Guard[] DualActive(int multiple) =>
    [
        new("active", (in Turn t) => t.S.Role == Role.Active, Words.NotActive),
        new("peer-active", (in Turn t) => t.S.Counters.PeerActive >= multiple * t.N, (in Turn t) => $"the peer was Active {t.S.Counters.PeerActive} of {multiple * t.N} times", Counts: true),
        new("lan", (in Turn t) => t.LanUp, Words.NoLan),
    ];

    /// <summary>What must hold before a well pair may be switched automatically (rows 410 and 420).</summary>
    public static Guard[] Voluntary() =>
    [
        new("standby", (in Turn t) => t.S.Role == Role.Standby, (in Turn t) => "this server is not Standby"),
        new("lan", (in Turn t) => t.LanUp, Words.NoLan),
        new("hold", (in Turn t) => !t.Held, (in Turn t) => "a hold is in force"),
        new("flap", (in Turn t) => t.FlapLeft, (in Turn t) => "the flap budget of this hour is used up"),
        new("maintenance", (in Turn t) => !t.InMaintenance(t.S.Rank), Words.Maintenance),
        new("stop-failed", (in Turn t) => !t.PeerStopFailed, Words.StopFailed),
        new("leaving", (in Turn t) => !t.S.Leaving, Words.Leaving),
    ];
}

/// <summary>Words that several rows share.</summary>
internal static class Words
{
    public static readonly GuardText NotActive = (in Turn t) => "this server is not Active";
    public static readonly GuardText NotIdle = (in Turn t) => "this server is neither Standby nor Starting";
    public static readonly GuardText NoLan = (in Turn t) => t.S.Local.Lan == LanState.Down ? "this server is not connected to the LAN" : "the LAN was not looked at yet";
    public static readonly GuardText VipNotHere = (in Turn t) => t.S.Local.Vip == VipDestination.Peer ? "the VIP points to the peer" : "it is not known where the VIP points to";
    public static readonly GuardText Maintenance = (in Turn t) => "this server is in maintenance";
    public static readonly GuardText StopFailed = (in Turn t) => "a managed service of the peer could not be stopped and may still run";
    public static readonly GuardText Leaving = (in Turn t) => "this server is being stopped";
    public static readonly GuardCount N = (in Turn t) => t.N;
    public static readonly GuardCount TwoN = (in Turn t) => 2 * t.N;
}
