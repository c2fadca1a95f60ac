namespace HaConsole.Failover;

/// <summary>
/// The guard against a common cause: when the same critical application check fails on both servers, the fault lies in what both depend on,
/// and a switch would only add an interruption.
/// </summary>
public static class CommonCause
{
    /// <summary>Most names of failing checks that a server tells.</summary>
    public const int MostNames = 32;

    /// <summary>Names that stand in both lists, in the order of the first; both are separated by commas. Letter case does not count.</summary>
    public static string Of(string? own, string? peer)
    {
        if (string.IsNullOrEmpty(own) || string.IsNullOrEmpty(peer))
        {
            return "";
        }

        var theirs = new HashSet<string>(peer.Split(','), StringComparer.OrdinalIgnoreCase);
        return string.Join(',', own.Split(',').Where(theirs.Contains));
    }

    /// <summary>What is told of the own failing checks.</summary>
    internal static string Told(string? own)
    {
        if (string.IsNullOrEmpty(own))
        {
            return "";
        }

        var end = -1;
        for (var names = 0; names < MostNames; names++)
        {
            end = own.IndexOf(',', end + 1);
            if (end < 0)
            {
                return own;
            }
        }

        return own[..end];
    }

    /// <summary>Checks because of which a switch by an application error would not help; empty when there is none, or nothing fresh is known.</summary>
    internal static string Of(in Turn turn)
        => turn.P.SwitchOnApplicationError && turn.S.Probe.Outcome == ProbeOutcome.Unhealthy && turn.PeerAnswers ? Of(turn.S.FailingChecks, turn.S.Peer!.FailingChecks) : "";
}
