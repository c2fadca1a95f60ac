using System.Text;

namespace HaConsole.Engine.Status;

/// <summary>
/// What the health URLs answer, computed beforehand by the engine's loop and read without a lock by any request. When the loop's
/// last turn is too old, the answers change by themselves: a frozen engine must not look alive.
/// </summary>
public sealed class HealthBoard(TimeProvider time)
{
    private static readonly byte[] ActiveText = "ACTIVE"u8.ToArray();
    private static readonly byte[] StandbyText = "STANDBY"u8.ToArray();
    private static readonly byte[] ApplicationOk = "IPSWS=OK"u8.ToArray();
    private static readonly byte[] LoopLate = "IPSWS=ERROR engine"u8.ToArray();

    private volatile byte[] application = LoopLate;
    private volatile bool active;
    private volatile bool ready;
    private long lastTurn = time.GetTimestamp();
    private long frozenAfterTicks = TimeSpan.FromSeconds(60).Ticks;

    /// <summary>Who asks for the role again and again.</summary>
    public RolePollers RolePollers { get; } = new(time);

    /// <summary>The engine's loop has turned: the role's answer, and how old a turn may get.</summary>
    public void Turn(bool answersActive, bool isReady, TimeSpan frozenAfter)
    {
        // The moment last: it makes a board that stood still live again, and then only the new answers may be read.
        active = answersActive;
        ready = isReady;
        Volatile.Write(ref frozenAfterTicks, frozenAfter.Ticks);
        Volatile.Write(ref lastTurn, time.GetTimestamp());
    }

    /// <summary>The loop lives, and nothing has changed; a board that stood still already stays so until the next turn.</summary>
    public void Touch()
    {
        if (IsLive)
        {
            Volatile.Write(ref lastTurn, time.GetTimestamp());
        }
    }

    /// <summary>The application checks (and managed services over their budget) that fail; empty when all is well.</summary>
    public void SetApplicationErrors(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        application = names.Count == 0 ? ApplicationOk : Encoding.ASCII.GetBytes("IPSWS=ERROR " + string.Join(',', names));
    }

    /// <summary>The loop turned recently enough.</summary>
    public bool IsLive => time.GetElapsedTime(Volatile.Read(ref lastTurn)).Ticks < Volatile.Read(ref frozenAfterTicks);

    /// <summary>This server is Active and may be told so.</summary>
    public bool IsActive => active && IsLive;

    /// <summary>This server is a healthy Active or Standby.</summary>
    public bool IsReady => ready && IsLive && ReferenceEquals(application, ApplicationOk);

    /// <summary>Body of <c>mod=FT</c>.</summary>
    public ReadOnlyMemory<byte> FaultTolerance => IsActive ? ActiveText : StandbyText;

    /// <summary>Body of <c>mod=IPSWS</c>.</summary>
    public ReadOnlyMemory<byte> Application => IsLive ? application : LoopLate;
}
