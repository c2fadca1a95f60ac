namespace HaConsole.Failover;

/// <content>Taking the input in: facts and samples. Decides nothing.</content>
public static partial class FailoverMachine
{
    private static void TakeIn(ref Turn turn, in NodeInput input)
    {
        switch (input.Kind)
        {
            case InputKind.Local:
                TakeLocal(ref turn, input.LocalFacts);
                break;
            case InputKind.Probe:
                TakeProbe(ref turn, input.ProbeFact);
                break;
            case InputKind.ExchangeAnswered:
                TakeReport(ref turn, input.Report!);
                Votes.TakeAnswer(ref turn, input.Report!, input.StartedAt);
                TakeVerification(ref turn, input.Report!, input.StartedAt);
                turn.S.RoundExchanged = true;
                SampleRoles(ref turn);
                break;
            case InputKind.ExchangeFailed:
                turn.S.ExchangeFailedAt = turn.Now;
                turn.S.RoundExchanged = true;
                SampleRoles(ref turn);
                break;
            case InputKind.Heard:
                TakeReport(ref turn, input.Report!);
                Votes.Consider(ref turn, input.Report!);
                break;
            case InputKind.LinkLost:
                TakeLinkLost(ref turn);
                break;
            case InputKind.Services:
                TakeServices(ref turn, input.ServicesState);
                break;
            case InputKind.Checks:
                turn.S.FailingChecks = input.FailingChecks;
                break;
            case InputKind.Command:
                TakeCommand(ref turn, input.NodeCommand!);
                break;
            case InputKind.LeaseGranted:
                Votes.TakeLease(ref turn, input.StartedAt, input.LeaseDuration);
                break;
            default:
                break;
        }
    }

    private static void TakeLocal(ref Turn turn, LocalFacts facts)
    {
        if (turn.S.Local.Lan == LanState.Down && facts.Lan is LanState.Up or LanState.UpUnverified)
        {
            turn.S.ResetCounters();
        }

        if (turn.S.Local.Lan != facts.Lan && facts.Lan == LanState.Down)
        {
            turn.Record("lan-down", 0, "This server has lost the LAN.", Severity.Warning);
        }

        turn.S.Local = facts;
        var counters = turn.S.Counters;
        counters.LanDown = facts.Lan == LanState.Down ? counters.LanDown + 1 : 0;
        counters.SelfOk = facts.Self == SelfHealth.Ok && turn.LanUp ? counters.SelfOk + 1 : 0;
        counters.VipHere = facts.Vip == VipDestination.Here ? counters.VipHere + 1 : 0;
        turn.S.Counters = counters;
    }

    private static void TakeProbe(ref Turn turn, ProbeFact fact)
    {
        turn.S.Probe = fact;
        turn.S.ProbeAt = turn.Now;
        turn.S.RoundProbed = true;
        var counters = turn.S.Counters;
        if (fact.Outcome == ProbeOutcome.Success)
        {
            if (counters.PeerFail > 0)
            {
                turn.Record("peer-answers", 0, Text.PeerAnswersAgain(turn), Severity.Info);
            }

            counters.PeerFail = 0;
            turn.S.EarlyTickTaken = false;
        }
        else
        {
            counters.PeerFail++;
            if (counters.PeerFail <= turn.N)
            {
                turn.Record("peer-failure", 0, Text.PeerFailure(turn, fact.Outcome, counters.PeerFail), Severity.Info);
            }
        }

        turn.S.Counters = counters;
        SampleRoles(ref turn);
    }

    /// <summary>The peer's word, in either direction.</summary>
    private static void TakeReport(ref Turn turn, PeerReport report)
    {
        turn.S.Peer = report;
        turn.S.PeerAt = turn.Now;
        if (report.Role != Role.Active && turn.S.Counters.PeerActive > 0)
        {
            // A contrary word need not wait for the round.
            turn.S.Counters = turn.S.Counters with { PeerActive = 0 };
        }

        var highest = Epoch.Max(turn.S.HighestEpoch, Epoch.Max(report.Epoch, report.HighestEpoch));
        if (highest > turn.S.HighestEpoch)
        {
            turn.S.HighestEpoch = highest;
            Persist(ref turn);
        }

        if (report.Controls.Revision > turn.S.Controls.Revision)
        {
            turn.S.Controls = report.Controls;
            turn.Do(new NodeEffect.PersistControls(report.Controls));
        }

        if (report.Configuration > turn.P.Revision)
        {
            turn.Do(new NodeEffect.PullConfiguration(report.Configuration));
        }
    }

    /// <summary>Row 120: only an answer to a question asked after the frozen time clears the doubt; older messages may still be in the queue.</summary>
    private static void TakeVerification(ref Turn turn, PeerReport report, TimeSpan startedAt)
    {
        if (turn.S.VerifyUntil is { } until && report.Role != Role.Active && startedAt >= until - turn.P.HeartbeatTimeout)
        {
            turn.S.VerifyUntil = null;
        }
    }

    /// <summary>The connection broke: look at once instead of at the next tick, but not twice before the peer was well again.</summary>
    private static void TakeLinkLost(ref Turn turn)
    {
        turn.S.ExchangeFailedAt = turn.Now;
        // A probe under way, or one that failed just now, is this tick's sample already: a second one would act before (N−1)·H.
        if (!turn.S.EarlyTickTaken && turn.S.RoundProbed && turn.S.Counters.PeerFail == 0)
        {
            turn.S.EarlyTickTaken = true;
            turn.S.NextTickAt = turn.Now;
            StartRound(ref turn);
        }
    }

    /// <summary>Once a round, when probe and exchange are both in (or the exchange alone has answered).</summary>
    private static void SampleRoles(ref Turn turn)
    {
        if (turn.S.RoundSampled || !turn.S.RoundExchanged || (!turn.S.RoundProbed && !turn.PeerAnswers))
        {
            return;
        }

        // The peer's own word of this round counts in either direction: where our exchange fails, the peer's may arrive.
        var role = turn.S.Peer is { } peer && turn.S.PeerAt > turn.S.RolesSampledAt ? peer.Role : turn.PeerRole;
        turn.S.RoundSampled = true;
        turn.S.RolesSampledAt = turn.Now;
        var counters = turn.S.Counters;
        counters.PeerActive = role == Role.Active ? counters.PeerActive + 1 : 0;
        counters.BothStandby = turn.Idle && role is Role.Standby or Role.Starting ? counters.BothStandby + 1 : 0;
        turn.S.Counters = counters;
        if (turn.S.VerifyUntil is not null && turn is { PeerAnswers: false, PeerAnswersHttp: false })
        {
            // Nobody there to ask.
            turn.S.VerifyUntil = null;
        }
    }

    private static void TakeServices(ref Turn turn, ServicesState services)
    {
        var before = turn.S.Services;
        turn.S.Services = services;
        turn.S.StartOrdered &= services is ServicesState.Stopped or ServicesState.Stopping;
        if (services == before)
        {
            return;
        }

        if (services == ServicesState.StopFailed)
        {
            turn.Record("stop-failed", 0, "A managed service did not stop: the other server must not start it as long as it may run here.", Severity.Alarm);
        }
        else if (services == ServicesState.StartFailed)
        {
            turn.Record("start-failed", 0, "A managed service did not start within its budget.", Severity.Alarm);
        }

        if (services is ServicesState.Stopped or ServicesState.StopFailed)
        {
            turn.Do(NodeEffect.ExchangeNow.Instance);
        }

        if (services == ServicesState.Stopped)
        {
            Votes.ServicesStopped(ref turn);
        }
    }

    private static void TakeCommand(ref Turn turn, NodeCommand command)
    {
        switch (command.Kind)
        {
            case CommandKind.SetControls:
                turn.S.Controls = command.Controls!(turn.S.Controls) with { Revision = turn.S.Controls.Revision.NextBy(turn.S.Rank, turn.S.HighestEpoch) };
                turn.Do(new NodeEffect.PersistControls(turn.S.Controls));
                turn.Do(NodeEffect.ExchangeNow.Instance);
                turn.Record("controls-changed", 0, command.Reason, Severity.Info);
                NoticeChanges(ref turn);
                turn.Do(new NodeEffect.CommandEnded(command.Id, true, "set", command.Reason, []));
                break;
            case CommandKind.Switchover:
                HandOver.Command(ref turn, command);
                break;
            case CommandKind.ForcedFailover:
                HandOver.Force(ref turn, command);
                break;
            case CommandKind.Stop:
                HandOver.Leave(ref turn, command);
                break;
            default:
                break;
        }
    }
}
