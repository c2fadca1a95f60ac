namespace HaConsole.Failover;

/// <summary>Row 100: hot standby mode is off. Roles are frozen; only a fresh start takes one.</summary>
internal static class Disabled
{
    public static void Act(ref Turn turn)
    {
        if (turn.S.Role != Role.Starting)
        {
            return;
        }

        var asked = !turn.P.PeerConfigured || turn.PeerAnswers || turn.S.RoundSampled;
        if (!asked)
        {
            return;
        }

        if (turn.PeerRole == Role.Active)
        {
            FailoverMachine.Settle(ref turn, 100, "Hot standby mode is disabled and the peer is Active: this server is Standby.");
            return;
        }

        var active = turn.S.Stored.Role switch
        {
            Role.Active => true,
            Role.Standby => false,
            _ => turn.S.Rank == Rank.Primary || !turn.P.PeerConfigured,
        };
        if (active)
        {
            FailoverMachine.Activate(ref turn, 100, "Hot standby mode is disabled: this server serves, as before.", Severity.Info);
        }
        else
        {
            FailoverMachine.Settle(ref turn, 100, "Hot standby mode is disabled: this server is Standby, as before.");
        }
    }
}
