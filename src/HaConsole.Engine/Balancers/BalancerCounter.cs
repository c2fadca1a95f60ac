namespace HaConsole.Engine.Balancers;

/// <summary>Fall and rise, as every balancer counts them: a server changes after so many checks in a row that say the contrary.</summary>
public sealed class BalancerCounter
{
    private int against;

    /// <summary>The balancer uses it; null before the first check.</summary>
    public bool? Up { get; private set; }

    /// <summary>Checks in a row that say the contrary.</summary>
    public int Against => against;

    /// <summary>Takes a check.</summary>
    public void Take(bool well, int fall, int rise)
    {
        if (Up is null)
        {
            Up = well;
        }

        against = well == Up ? 0 : against + 1;
        if (against >= (Up.Value ? fall : rise))
        {
            (Up, against) = (well, 0);
        }
    }

    /// <summary>Where a balancer in failover mode sends its clients.</summary>
    /// <param name="before">Where it has sent them: 1, 2, or 0 for nowhere.</param>
    /// <param name="first">It uses server #1.</param>
    /// <param name="second">It uses server #2.</param>
    /// <param name="prefersFirst">It goes back to #1 by itself.</param>
    public static int Choice(int before, bool first, bool second, bool prefersFirst) => (first, second) switch
    {
        (true, true) => prefersFirst || before != 2 ? 1 : 2,
        (true, false) => 1,
        (false, true) => 2,
        _ => 0,
    };
}
