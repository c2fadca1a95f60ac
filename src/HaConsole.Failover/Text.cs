using System.Globalization;

namespace HaConsole.Failover;

/// <summary>The sentences of decisions and events, apart from the rules so that these stay readable.</summary>
internal static class Text
{
    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    public static string Server(Rank rank) => rank == Rank.Primary ? "Server #1" : "Server #2";

    public static string Late(TimeSpan gap) => $"The engine stood still for {Seconds(gap)} while Active: the peer is asked before anything else.";

    public static string PeerFailure(in Turn turn, ProbeOutcome outcome, int count)
        => $"{Server(turn.S.Rank.Other())} {(outcome == ProbeOutcome.NoAnswer ? "does not answer" : "answers, but is not well")}, count = {count} of {turn.N}.";

    public static string PeerAnswersAgain(in Turn turn) => $"{Server(turn.S.Rank.Other())} answers again after {turn.S.Counters.PeerFail} failures.";

    public static string SwitchoverBegins(in Turn turn, NodeCommand command)
        => $"{command.Owner} switches to {Server(command.Target)}{Because(command.Reason)}: {Server(turn.S.Rank)} yields.";

    public static string SwitchoverWithoutActive(in Turn turn, NodeCommand command)
        => $"{command.Owner} makes {Server(turn.S.Rank)} Active{Because(command.Reason)}; no server was Active.";

    public static string Forced(in Turn turn, NodeCommand command)
        => $"{command.Owner} forces {Server(turn.S.Rank)} Active{Because(command.Reason)}; the peer is {turn.PeerHealth}.";

    public static string HandOverRequested(in Turn turn)
        => $"{Server(turn.S.Rank.Other())} asks for the role by row {turn.S.Peer!.HandOverWanted}: it is handed over.";

    public static string Taken(in Turn turn, OfferReason reason) => reason switch
    {
        OfferReason.Operator => $"Switchover: {Server(turn.S.Rank.Other())} has yielded and stopped its services.",
        OfferReason.Shutdown => $"{Server(turn.S.Rank.Other())} is being stopped and has handed over.",
        OfferReason.GiveBack => $"{Server(turn.S.Rank.Other())} could not start its services and gives the role back.",
        _ => $"{Server(turn.S.Rank.Other())} has handed over as asked.",
    };

    private static string Because(string reason) => reason.Length == 0 ? "" : $" ({reason})";
}
