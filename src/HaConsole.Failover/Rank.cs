namespace HaConsole.Failover;

/// <summary>Which of the two servers this is: configured, never changes by itself (the guide's server #1 and #2).</summary>
public enum Rank : byte
{
    /// <summary>Server #1, the designated primary.</summary>
    Primary = 1,

    /// <summary>Server #2, the designated backup.</summary>
    Backup = 2,
}

/// <summary>Helpers for <see cref="Rank"/>.</summary>
public static class RankExtensions
{
    /// <summary>The other server of the pair.</summary>
    public static Rank Other(this Rank rank) => rank == Rank.Primary ? Rank.Backup : Rank.Primary;

    /// <summary>The server's number as people know it: 1 or 2.</summary>
    public static int Number(this Rank rank) => (int)rank;
}
