namespace HaConsole.Failover;

/// <summary>
/// The Active gives the role away: operator's switchover (6.1.3), graceful stop, services that do not start, a peer's request by
/// row 410 or 420 when a witness is configured. Drain and stop → confirm → offer → the peer is Active; on failure the role is taken
/// back. All of it is row 300.
/// </summary>
internal static class HandOver
{
    private const int Row = 300;

    public static void Command(ref Turn turn, NodeCommand command)
    {
        var checks = SwitchoverChecks.ForCommand(turn, command.Target);
        if (checks.Any(check => !check.Passed))
        {
            Refuse(ref turn, command, "pre-checks", string.Join(' ', checks.Where(check => !check.Passed).Select(check => check.Sentence)), checks);
            return;
        }

        if (turn.S.Role == Role.Active)
        {
            Begin(ref turn, OfferReason.Operator, command.Id, Text.SwitchoverBegins(turn, command));
            return;
        }

        // Neither server is Active: there is nothing to hand over.
        FailoverMachine.Activate(ref turn, Row, Text.SwitchoverWithoutActive(turn, command), Severity.Warning);
        SetHold(ref turn);
        End(ref turn, command.Id, true, "activate", "This server is Active.", checks);
    }

    public static void Force(ref Turn turn, NodeCommand command)
    {
        if (turn.S.Role is Role.Active or Role.Yielding)
        {
            Refuse(ref turn, command, "pre-checks", "This server is already Active.", []);
            return;
        }

        if (turn.P.Invalid is { } invalid)
        {
            Refuse(ref turn, command, "pre-checks", invalid, []);
            return;
        }

        turn.S.VoteOverridden = turn.P.Witness && !Votes.Won(turn);
        FailoverMachine.Activate(ref turn, Row, Text.Forced(turn, command), Severity.Alarm);
        SetHold(ref turn);
        End(ref turn, command.Id, true, "activate", "This server is Active.", []);
    }

    public static void Leave(ref Turn turn, NodeCommand command)
    {
        turn.S.Leaving = true;
        if (turn.S.HandOver != HandOverPhase.None && turn.S.HandOverReason != OfferReason.None && command.HandOver)
        {
            // A hand-over is on its way already: it goes on under this command.
            if (turn.S.HandOverCommand != 0)
            {
                End(ref turn, turn.S.HandOverCommand, false, "interrupted", "This server is being stopped; the hand-over goes on.", []);
            }

            turn.S.HandOverCommand = command.Id;
            return;
        }

        var target = turn.S.Rank.Other();
        if (turn.S.Role == Role.Active && command.HandOver && turn.P.Enabled && SwitchoverChecks.CanTakeOver(turn, target))
        {
            Begin(ref turn, OfferReason.Shutdown, command.Id, "This server is being stopped: it hands over to its healthy peer.");
            return;
        }

        if (turn.S.Role is Role.Active or Role.Yielding)
        {
            // Stays Active in the stored state: after a planned power-down of both, the same server resumes.
            turn.S.VerifyUntil = null;
            turn.S.StartGateUntil = null;
            turn.S.StartOrdered = false;
            turn.S.StepDown = Epoch.None;
            turn.S.Role = Role.Yielding;
            turn.S.RoleSince = turn.Now;
            turn.S.RoleRow = Row;
            FailoverMachine.SwitchLocal(ref turn, Role.Yielding);
            turn.S.HandOver = HandOverPhase.Stopping;
            turn.S.HandOverReason = OfferReason.None;
            turn.S.HandOverCommand = command.Id;
            turn.S.HandOverUntil = turn.Now + turn.P.LongestStop + turn.P.HeartbeatTimeout;
            turn.Do(NodeEffect.ExchangeNow.Instance);
            FailoverMachine.Decided(ref turn, Row, "This server is being stopped without a hand-over.", Severity.Warning);
            return;
        }

        turn.Do(NodeEffect.ExchangeNow.Instance);
        End(ref turn, command.Id, true, "stop", "This server was not Active; it stops.", []);
    }

    /// <summary>Services that do not start on the new Active are given back once to a healthy peer.</summary>
    public static void GiveBackWhenNeeded(ref Turn turn)
    {
        if (turn.S.Role == Role.Active && turn.S is { Services: ServicesState.StartFailed, GiveBackSpent: false, StartGateUntil: null, StartOrdered: false }
            && turn.P.Enabled && SwitchoverChecks.CanTakeOver(turn, turn.S.Rank.Other()))
        {
            turn.S.GiveBackSpent = true;
            Begin(ref turn, OfferReason.GiveBack, 0, "The managed services did not start within their budget: the role is given back to the healthy peer, once.");
        }
        else if (turn.S.Role == Role.Active && turn.PeerAnswers && turn.S.PeerAt > turn.S.RoleSince && turn.S.Peer!.HandOverWanted != 0 && turn.P.Enabled && turn.P.Witness
            && !turn.Paused && SwitchoverChecks.CanTakeOver(turn, turn.S.Rank.Other()))
        {
            Begin(ref turn, OfferReason.Requested, 0, Text.HandOverRequested(turn));
        }
    }

    /// <summary>The yielding side, at every step.</summary>
    public static void Follow(ref Turn turn)
    {
        if (PeerHasTaken(turn))
        {
            Finish(ref turn);
        }
        else if (turn.S.HandOver == HandOverPhase.Stopping && turn.S.Services == ServicesState.Stopped)
        {
            if (turn.S.HandOverReason == OfferReason.None)
            {
                Gone(ref turn, true, "stop-services", "The managed services are stopped.");
                return;
            }

            turn.S.HandOver = HandOverPhase.Offering;
            turn.S.HandOverUntil = turn.Now + OfferTime(turn);
            Votes.Drop(ref turn);
            turn.Do(NodeEffect.ExchangeNow.Instance);
        }
        else if (turn.S.HandOver == HandOverPhase.Stopping && turn.S.Services == ServicesState.StopFailed)
        {
            TakeBack(ref turn, "stop-services", "a managed service did not stop");
        }
        else if (turn.Now >= turn.S.HandOverUntil)
        {
            var stopping = turn.S.HandOver == HandOverPhase.Stopping;
            TakeBack(ref turn, stopping ? "stop-services" : "peer-active", stopping ? "the managed services did not stop in time" : "the peer did not become Active in time");
        }
        else if (turn.S.HandOver == HandOverPhase.Offering && turn.S.HandOverReason != OfferReason.Shutdown && !turn.PeerAnswers)
        {
            TakeBack(ref turn, "peer-active", "the peer stopped answering");
        }
    }

    /// <summary>The receiving side: the guard of row 300.</summary>
    public static bool Offered(in Turn turn)
        => turn.Idle && turn.PeerAnswers && turn.S.Peer!.Offer != OfferReason.None && turn.S.Peer.Role == Role.Yielding;

    /// <summary>The receiving side takes the role.</summary>
    public static void Take(ref Turn turn)
    {
        var reason = turn.S.Peer!.Offer;
        FailoverMachine.Activate(ref turn, Row, Text.Taken(turn, reason), Severity.Warning);
        turn.S.GiveBackSpent = reason == OfferReason.GiveBack;
        if (reason == OfferReason.Operator)
        {
            SetHold(ref turn);
        }
        else if (reason == OfferReason.Requested)
        {
            FailoverMachine.SpendFlap(ref turn);
        }
    }

    /// <summary>Another row has changed the role while a hand-over was under way.</summary>
    public static void Abandon(ref Turn turn, Role role)
    {
        turn.S.HandOver = HandOverPhase.None;
        if (turn.S.HandOverCommand != 0)
        {
            End(ref turn, turn.S.HandOverCommand, role != Role.Active, "interrupted", "Another rule has acted in the meantime; see the events.", []);
        }
    }

    private static void Begin(ref Turn turn, OfferReason reason, long command, string sentence)
    {
        FailoverMachine.ChangeRole(ref turn, Role.Yielding, Row);
        turn.S.HandOver = HandOverPhase.Stopping;
        turn.S.HandOverReason = reason;
        turn.S.HandOverCommand = command;
        turn.S.HandOverUntil = turn.Now + turn.P.LongestStop + turn.P.HeartbeatTimeout;
        FailoverMachine.SwitchLocal(ref turn, Role.Yielding);
        turn.Do(NodeEffect.ExchangeNow.Instance);
        FailoverMachine.Decided(ref turn, Row, sentence, Severity.Warning);
    }

    private static bool PeerHasTaken(in Turn turn)
        => turn.PeerAnswers && turn.S.Peer is { Role: Role.Active } peer && peer.Epoch >= turn.S.Epoch;

    private static void Finish(ref Turn turn)
    {
        var command = turn.S.HandOverCommand;
        var peer = turn.S.Peer!;
        turn.S.HandOver = HandOverPhase.None;
        FailoverMachine.ChangeRole(ref turn, Role.Standby, Row);
        FailoverMachine.Persist(ref turn);
        FailoverMachine.SwitchLocal(ref turn, Role.Standby);
        var sentence = $"Server #{peer.Rank.Number()} is Active in epoch {peer.Epoch}; this server is Standby.";
        FailoverMachine.Decided(ref turn, Row, sentence, Severity.Info);
        End(ref turn, command, true, "peer-active", sentence, []);
    }

    private static void TakeBack(ref Turn turn, string step, string why)
    {
        var command = turn.S.HandOverCommand;
        var reason = turn.S.HandOverReason;
        if (turn.S.Leaving)
        {
            Gone(ref turn, false, step, $"The hand-over failed ({why}); the server stops all the same.");
            return;
        }

        var offered = turn.S.HandOver == HandOverPhase.Offering;
        turn.S.HandOver = HandOverPhase.None;
        var stoodStill = offered && turn.Now - turn.S.HandOverUntil > turn.P.HeartbeatTimeout;
        if (stoodStill || (turn.P.Witness && (offered || !Votes.Won(turn))))
        {
            // The peer may have taken the role, or be using the votes: nobody may take it without asking.
            var given = $"The hand-over failed at step {step}: {why}. {(stoodStill ? "The engine stood still meanwhile" : "The votes were given up with the offer or have run out")}: row 430 decides.";
            FailoverMachine.Demote(ref turn, Row, given, Severity.Alarm);
            End(ref turn, command, false, step, given, []);
            return;
        }

        var sentence = $"The hand-over failed at step {step}: {why}. This server takes the role back.";
        FailoverMachine.Activate(ref turn, Row, sentence, Severity.Alarm);
        turn.S.GiveBackSpent = reason == OfferReason.GiveBack;
        End(ref turn, command, false, step, sentence, []);
    }

    /// <summary>The process may end.</summary>
    private static void Gone(ref Turn turn, bool succeeded, string step, string sentence)
    {
        var command = turn.S.HandOverCommand;
        turn.S.HandOver = HandOverPhase.None;
        turn.S.HandOverCommand = 0;
        turn.S.Role = Role.Standby;
        turn.S.RoleSince = turn.Now;
        Votes.Drop(ref turn);
        FailoverMachine.SwitchLocal(ref turn, Role.Standby);
        FailoverMachine.Decided(ref turn, Row, sentence, succeeded ? Severity.Info : Severity.Warning);
        End(ref turn, command, succeeded, step, sentence, []);
    }

    private static void SetHold(ref Turn turn)
    {
        if (turn.P.HoldDuration <= TimeSpan.Zero)
        {
            return;
        }

        var hold = new TimedControl("operator", "switchover", turn.Utc, turn.Utc + turn.P.HoldDuration);
        FailoverMachine.ChangeControls(ref turn, turn.S.Controls with { Hold = hold });
    }

    private static void Refuse(ref Turn turn, NodeCommand command, string step, string sentence, IReadOnlyList<SwitchoverCheck> checks)
        => End(ref turn, command.Id, false, step, sentence, checks);

    private static void End(ref Turn turn, long command, bool succeeded, string step, string sentence, IReadOnlyList<SwitchoverCheck> checks)
    {
        turn.S.HandOverCommand = 0;
        turn.Do(new NodeEffect.CommandEnded(command, succeeded, step, sentence, checks));
    }

    private static TimeSpan OfferTime(in Turn turn)
    {
        var two = 2 * turn.P.HeartbeatTimeout;
        return two > MinOfferTime ? two : MinOfferTime;
    }

    /// <summary>An activation takes a durable write and one message each way.</summary>
    private static readonly TimeSpan MinOfferTime = TimeSpan.FromSeconds(3);
}
