namespace HaConsole.Failover;

/// <summary>Who serves now. Changes only in <see cref="FailoverMachine"/>.</summary>
public enum Role : byte
{
    /// <summary>Nothing fresh is known (only ever said of a peer).</summary>
    Unknown,

    /// <summary>Just started; the first contact with the peer decides (guide 1.1.1.2). Answers STANDBY.</summary>
    Starting,

    /// <summary>Idle, ready to take over.</summary>
    Standby,

    /// <summary>Handing over: managed services are being stopped, the peer is not yet Active. Answers STANDBY.</summary>
    Yielding,

    /// <summary>Serves.</summary>
    Active,
}
