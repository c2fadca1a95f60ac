namespace HaConsole.Failover;

/// <content>What a row does, and what runs by time afterwards.</content>
public static partial class FailoverMachine
{
    /// <summary>
    /// self → Active, peer → Standby: the six requests of the guide in its order (6.3.1). The epoch is raised and stored first; the
    /// local services start when the peer's are confirmed stopped, or need not be waited for.
    /// </summary>
    internal static void Activate(ref Turn turn, int row, string sentence, Severity severity)
    {
        ChangeRole(ref turn, Role.Active, row);
        turn.S.Epoch = turn.S.HighestEpoch.Next;
        turn.S.HighestEpoch = turn.S.Epoch;
        turn.S.GiveBackSpent = false;
        Persist(ref turn);
        SwitchLocal(ref turn, Role.Active);
        if (turn.P is { PeerConfigured: true, Enabled: true })
        {
            StepPeerDown(ref turn);
        }
        else
        {
            turn.Do(NodeEffect.ExchangeNow.Instance);
        }

        OpenOrGateServices(ref turn);
        Decided(ref turn, row, sentence, severity);
    }

    /// <summary>self → Standby: role and services, at once.</summary>
    internal static void Demote(ref Turn turn, int row, string sentence, Severity severity)
    {
        ChangeRole(ref turn, Role.Standby, row);
        Persist(ref turn);
        SwitchLocal(ref turn, Role.Standby);
        turn.Do(NodeEffect.ExchangeNow.Instance);
        Decided(ref turn, row, sentence, severity);
    }

    /// <summary>Row 220: the survivor raises its epoch first, so that it is the higher one, and repeats "go Standby".</summary>
    internal static void Reassert(ref Turn turn, int row, string sentence)
    {
        turn.S.ResetCounters();
        turn.S.Epoch = turn.S.HighestEpoch.Next;
        turn.S.HighestEpoch = turn.S.Epoch;
        Persist(ref turn);
        StepPeerDown(ref turn);
        Decided(ref turn, row, sentence, Severity.Alarm);
    }

    /// <summary>A role without services: Starting → Standby at first contact.</summary>
    internal static void Settle(ref Turn turn, int row, string sentence)
    {
        ChangeRole(ref turn, Role.Standby, row);
        Persist(ref turn);
        SwitchLocal(ref turn, Role.Standby);
        turn.Do(NodeEffect.ExchangeNow.Instance);
        Decided(ref turn, row, sentence, Severity.Info);
    }

    internal static void ChangeRole(ref Turn turn, Role role, int row)
    {
        if (turn.S.HandOver != HandOverPhase.None)
        {
            HandOver.Abandon(ref turn, role);
        }

        turn.S.Role = role;
        turn.S.RoleSince = turn.Now;
        turn.S.RoleRow = row;
        turn.S.ResetCounters();
        turn.S.StepDown = Epoch.None;
        turn.S.VerifyUntil = null;
        turn.S.StartGateUntil = null;
        turn.S.StartOrdered = false;
        if (role is not Role.Active and not Role.Yielding)
        {
            Votes.Drop(ref turn);
        }
    }

    internal static void Persist(ref Turn turn)
    {
        var role = turn.S.Role switch
        {
            Role.Active or Role.Yielding => Role.Active,
            Role.Standby => Role.Standby,
            _ => turn.S.Stored.Role,
        };
        turn.Do(new NodeEffect.PersistState(new StoredState(role, turn.S.Epoch, turn.S.HighestEpoch, turn.S.Resumptions)));
    }

    internal static void SwitchLocal(ref Turn turn, Role role)
    {
        turn.Do(new NodeEffect.SwitchLocal(Component.Engine, role, turn.S.Epoch));
        turn.Do(new NodeEffect.SwitchLocal(Component.Framework, role, turn.S.Epoch));
        turn.Do(new NodeEffect.SwitchLocal(Component.Services, role, turn.S.Epoch));
    }

    internal static void Decided(ref Turn turn, int row, string sentence, Severity severity)
    {
        turn.Decision = new Decision(row, sentence);
        turn.Record(row == 220 ? "dual-active" : "role-changed", row, sentence, severity);
    }

    internal static void OpenOrGateServices(ref Turn turn)
    {
        if (turn.P.PeerConfigured && turn.PeerAnswers && turn.S.Peer is { } peer && !StoppedFor(peer, turn.S.Epoch))
        {
            turn.S.StartGateUntil = turn.Now + turn.P.HeartbeatTimeout + peer.LongestStop;
            return;
        }

        StartServices(ref turn, turn.PeerAnswers ? "the peer's services are stopped" : "the peer does not answer and cannot be waited for");
    }

    /// <summary>The peer's word that its services are stopped counts only from a server that is not Active.</summary>
    private static bool StoppedFor(PeerReport peer, Epoch epoch) => peer.Role != Role.Active && peer.Services == ServicesState.Stopped && peer.Epoch < epoch;

    private static void StartServices(ref Turn turn, string why)
    {
        turn.S.StartGateUntil = null;
        turn.S.StartOrdered = true;
        turn.Do(new NodeEffect.StartServices(why));
    }

    private static void StepPeerDown(ref Turn turn)
    {
        turn.S.StepDown = turn.S.Epoch;
        turn.S.StepDownUntil = turn.Now + (turn.N * turn.P.HeartbeatInterval);
        turn.Do(new NodeEffect.SwitchRemote(Component.Framework, turn.S.Epoch));
        turn.Do(new NodeEffect.SwitchRemote(Component.Engine, turn.S.Epoch));
        turn.Do(new NodeEffect.SwitchRemote(Component.Services, turn.S.Epoch));
        turn.Do(NodeEffect.ExchangeNow.Instance);
    }

    private static void FollowUp(ref Turn turn)
    {
        FollowStepDown(ref turn);
        if (turn.S.HandOver != HandOverPhase.None)
        {
            HandOver.Follow(ref turn);
        }
        else
        {
            HandOver.GiveBackWhenNeeded(ref turn);
        }

        if (turn.S.VerifyUntil is { } until && turn.Now >= until)
        {
            turn.S.VerifyUntil = null;
            turn.Record("verified", 120, "The peer did not answer after the frozen time: this server stays Active.", Severity.Warning);
        }

        FollowGate(ref turn);

        if (turn.S is { Role: Role.Active, VerifyUntil: null, StartGateUntil: null, StartOrdered: false, Services: ServicesState.Stopped })
        {
            StartServices(ref turn, "they were released while the engine stood still");
        }
    }

    private static void FollowStepDown(ref Turn turn)
    {
        if (turn.S.StepDown == Epoch.None)
        {
            return;
        }

        var confirmed = turn.PeerAnswers && turn.S.PeerAt > turn.S.RoleSince && turn.S.Peer!.Role == Role.Standby;
        if (confirmed || turn.Now >= turn.S.StepDownUntil)
        {
            turn.Record(
                "step-down",
                0,
                confirmed ? "The peer confirms that it is Standby." : "\"Go Standby\" could not be delivered to the peer in time; it is not repeated any more.",
                confirmed ? Severity.Info : Severity.Warning);
            turn.S.StepDown = Epoch.None;
        }
    }

    private static void FollowGate(ref Turn turn)
    {
        if (turn.S.StartGateUntil is not { } until || turn.S.VerifyUntil is not null)
        {
            return;
        }

        if (turn.S.Peer is { } peer && turn.S.PeerAt >= turn.S.RoleSince && StoppedFor(peer, turn.S.Epoch))
        {
            StartServices(ref turn, "the peer confirms that its services are stopped");
        }
        else if (turn.Now >= until)
        {
            turn.Record("start-ungated", 0, "The peer did not confirm in time that its services are stopped: they are started here all the same.", Severity.Alarm);
            StartServices(ref turn, "the wait for the peer is over");
        }
    }
}
