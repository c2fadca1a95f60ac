namespace HaConsole.Failover;

/// <content>Pause, holds, maintenance and flap budget as the machine itself changes them.</content>
public static partial class FailoverMachine
{
    internal static void ChangeControls(ref Turn turn, PairControls controls)
    {
        turn.S.Controls = controls with { Revision = turn.S.Controls.Revision.NextBy(turn.S.Rank, turn.S.HighestEpoch) };
        turn.Do(new NodeEffect.PersistControls(turn.S.Controls));
        turn.Do(NodeEffect.ExchangeNow.Instance);
    }

    /// <summary>An automatic non-emergency switch was made.</summary>
    internal static void SpendFlap(ref Turn turn)
    {
        var utc = turn.Utc;
        var times = turn.S.Controls.FlapTimes.Where(at => utc - at < FlapBudget.Window).TakeLast(FlapBudget.Switches - 1).Append(utc).ToArray();
        ChangeControls(ref turn, turn.S.Controls with { FlapTimes = times });
        if (!FlapBudget.Left(turn.S.Controls, utc))
        {
            turn.Record("flap-budget", 0, $"{FlapBudget.Switches} automatic switches within an hour: failback and VIP following are held until acknowledged or the hour has passed.", Severity.Alarm);
        }
    }

    /// <summary>The new Active of a switchover has failed: its hold ends.</summary>
    internal static void EndHold(ref Turn turn)
    {
        if (turn.Held)
        {
            ChangeControls(ref turn, turn.S.Controls with { Hold = null });
            turn.Record("hold-ended", 400, "The hold of the last switchover ends: the server it favoured has failed.", Severity.Info);
        }
    }

    internal static void SpendResumption(ref Turn turn)
    {
        var utc = turn.Utc;
        turn.S.Resumptions = [.. turn.S.Resumptions.Where(at => utc - at < ResumptionBudget.Window), utc];
    }
}
