namespace HaConsole.Failover;

internal delegate bool GuardTest(in Turn turn);

internal delegate string GuardText(in Turn turn);

internal delegate int GuardCount(in Turn turn);

internal delegate void RowAction(ref Turn turn);

/// <summary>One condition of a row, with the words for when it does not hold.</summary>
/// <param name="Name">Short name.</param>
/// <param name="Holds">The condition.</param>
/// <param name="WhyNot">Why it does not hold.</param>
/// <param name="Counts">It waits for the Nth sample of the row's counter: when all others hold, the row is on its way.</param>
internal sealed record Guard(string Name, GuardTest Holds, GuardText WhyNot, bool Counts = false);

/// <summary>
/// One numbered rule of the transition table. The first row, in order, whose guards all hold acts. Number and sentence travel with
/// every decision, event, log line and page line.
/// </summary>
public sealed class TransitionRow
{
    private readonly Guard[] guards;
    private readonly RowAction action;
    private readonly GuardCount? counter;
    private readonly GuardCount? needed;

    internal TransitionRow(int number, string guide, string when, string then, Guard[] guards, RowAction action, bool activates = false, GuardCount? counter = null, GuardCount? needed = null)
    {
        Number = number;
        Guide = guide;
        When = when;
        Then = then;
        Activates = activates;
        this.guards = guards;
        this.action = action;
        this.counter = counter;
        this.needed = needed;
    }

    /// <summary>Row number; rows are numbered with gaps.</summary>
    public int Number { get; }

    /// <summary>Section of the guide, or – where it has none.</summary>
    public string Guide { get; }

    /// <summary>The condition, in a sentence.</summary>
    public string When { get; }

    /// <summary>What the row does, in a sentence.</summary>
    public string Then { get; }

    /// <summary>The row makes this server Active; with a witness it needs the vote won first.</summary>
    public bool Activates { get; }

    /// <summary>The conditions, in the order in which they are looked at.</summary>
    internal IReadOnlyList<Guard> Guards => guards;

    internal bool Matches(in Turn turn)
    {
        foreach (var guard in guards)
        {
            if (!guard.Holds(turn))
            {
                return false;
            }
        }

        return true;
    }

    internal void Act(ref Turn turn) => action(ref turn);

    /// <summary>Every guard is looked at, whatever those before it say: none may rely on another.</summary>
    internal RowExplanation Explain(in Turn turn)
    {
        Guard? first = null;
        var onItsWay = counter is not null;
        var explained = new GuardExplanation[guards.Length];
        for (var i = 0; i < guards.Length; i++)
        {
            var guard = guards[i];
            var holds = guard.Holds(turn);
            explained[i] = new GuardExplanation(guard.Name, holds, holds ? "" : guard.WhyNot(turn));
            first ??= holds ? null : guard;
            onItsWay &= holds || guard.Counts;
        }

        var count = counter?.Invoke(turn);
        var of = needed?.Invoke(turn);
        var why = first is null
            ? Activates && !Votes.Won(turn) ? " Waits for the vote." : ""
            : " Not now: " + first.WhyNot(turn) + ".";
        var counting = onItsWay && count is > 0 && of is { } wanted && count < wanted;
        TimeSpan? due = counting ? turn.S.NextTickAt - turn.Now + ((of!.Value - count!.Value - 1) * turn.P.HeartbeatInterval) : null;
        return new RowExplanation(Number, Guide, first is null, $"{When}: {Then}.{why}", count, of, due < TimeSpan.Zero ? TimeSpan.Zero : due) { Guards = explained };
    }
}
