namespace HaConsole.Engine.VirtualIp;

/// <summary>What the network said of an address while this server did not have it.</summary>
/// <param name="At">When it was asked, by the clock of the services.</param>
/// <param name="Free">Nobody answered but the other server of the pair.</param>
internal sealed record NeighbourLook(long At, bool Free)
{
    /// <summary>Time between two looks at the same address.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Age up to which a takeover relies on a look: two intervals and what a busy machine needs.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(12);
}
