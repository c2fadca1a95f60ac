namespace HaConsole.Failover;

/// <summary>What must hold for a switchover to succeed; the same list serves the dry run, the command and "would a switch succeed now".</summary>
internal static class SwitchoverChecks
{
    public static IReadOnlyList<SwitchoverCheck> Evaluate(in Turn turn, Rank target)
    {
        var peerIsTarget = target != turn.S.Rank;
        var peer = turn.PeerAnswers ? turn.S.Peer : null;
        var checks = new List<SwitchoverCheck>(12);
        void Add(string code, bool passed, string failed, string ok) => checks.Add(new SwitchoverCheck(code, passed ? ok : failed, passed));

        Add("disabled", turn.P.Enabled, "Hot standby mode is disabled.", "Hot standby mode is enabled.");
        Add("configuration-invalid", turn.P.Invalid is null, turn.P.Invalid ?? "", "The configuration is valid.");
        Add("peer-unreachable", peer is not null, $"Server #{turn.S.Rank.Other().Number()} does not answer on the peer link.", "The peer answers on the peer link.");
        Add("already-active", RoleOf(turn, target) != Role.Active, $"Server #{target.Number()} is already Active.", "The target is not Active.");
        Add("switch-in-progress", turn.S.HandOver == HandOverPhase.None && peer?.Role != Role.Yielding, "A switch is in progress.", "No switch is in progress.");
        Add("target-starting", peer is null || RoleOf(turn, target) is Role.Standby or Role.Active, $"Server #{target.Number()} is still starting.", "The target has started.");
        Add("target-maintenance", !turn.InMaintenance(target), $"Server #{target.Number()} is in maintenance.", "The target is not in maintenance.");
        var healthy = peerIsTarget ? turn.PeerHealth == PeerHealth.Healthy && peer?.Self != SelfHealth.Failed : turn.SelfOk;
        Add("target-unhealthy", healthy, peerIsTarget ? $"Server #{target.Number()} is {turn.PeerHealth} by its monitor URL." : "The own monitor URL does not answer well.", "The target is healthy.");
        var lan = peerIsTarget ? peer?.Lan != LanState.Down : turn.LanUp;
        Add("target-lan-down", lan, $"Server #{target.Number()} is not connected to the LAN.", "The target is connected to the LAN.");
        Add("version-mismatch", peer is null || peer.Version == turn.P.Version, $"The servers run different versions ({turn.P.Version} here, {peer?.Version} there).", "Both servers run the same version.");
        Add("configuration-out-of-sync", peer is null || turn.InSync, $"The configurations differ (revision {turn.P.Revision} here, {peer?.Configuration} there).", "The configuration is the same on both servers.");
        Add("stop-failed", turn.S.Services != ServicesState.StopFailed && !turn.PeerStopFailed, "A managed service could not be stopped and may still run.", "No managed service is stuck.");
        return checks;
    }

    /// <summary>The same list for a command to this very server, with what only matters where the command is carried out.</summary>
    public static IReadOnlyList<SwitchoverCheck> ForCommand(in Turn turn, Rank target)
    {
        var checks = Evaluate(turn, target);
        if (turn.S.Role is Role.Active or Role.Yielding)
        {
            return checks;
        }

        var here = target == turn.S.Rank && turn.PeerIdle;
        var extra = new List<SwitchoverCheck>(checks)
        {
            new("not-the-active", here ? "No server is Active: this one can be made so." : "The Active hands over: the command belongs there.", here),
        };
        if (turn.P.Witness)
        {
            var won = Votes.Won(turn);
            extra.Add(new SwitchoverCheck("no-vote", won ? "The vote is won." : "No server is Active and this one has not won the vote of the peer and the witness.", won));
        }

        return extra;
    }

    /// <summary>For hand-overs that the engine starts by itself: the same list without what only matters to people.</summary>
    public static bool CanTakeOver(in Turn turn, Rank target)
    {
        var peer = turn.PeerAnswers ? turn.S.Peer : null;
        return peer is { Role: Role.Standby, Leaving: false } && peer.Self != SelfHealth.Failed && peer.Lan != LanState.Down
            && turn.PeerHealth == PeerHealth.Healthy && !turn.InMaintenance(target) && !turn.PeerStopFailed;
    }

    private static Role RoleOf(in Turn turn, Rank target) => target == turn.S.Rank ? turn.S.Role : turn.PeerRole;
}
