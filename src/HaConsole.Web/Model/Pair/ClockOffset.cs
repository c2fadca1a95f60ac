using HaConsole.Engine.Status;

namespace HaConsole.Web.Model.Pair;

/// <summary>How far the clocks of the two servers are apart, when that is more than it should be.</summary>
/// <param name="Server">The other server.</param>
/// <param name="Seconds">Its wall clock minus that of the answering server.</param>
/// <param name="RoundTripSeconds">Round trip of the peer link, the bound of the measurement's error; null when the link is down.</param>
public sealed record ClockOffset(int Server, double Seconds, double? RoundTripSeconds)
{
    /// <summary>Above it somebody should look, in seconds.</summary>
    public const double Warning = 2;

    /// <summary>Above it somebody must act, in seconds: what both servers have written down can no longer be put in order.</summary>
    public const double Alarm = 30;

    /// <summary>Whether somebody must act.</summary>
    public bool MustAct => IsAlarm(Seconds);

    /// <summary>The offset of a pair; null when it is as it should be, or not known.</summary>
    public static ClockOffset? Of(StatusSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return snapshot.Servers.FirstOrDefault(server => !server.Local) is { ClockOffsetSeconds: { } seconds } peer && IsWarning(seconds)
            ? new ClockOffset(peer.Server, seconds, snapshot.PeerLink.RoundTripSeconds)
            : null;
    }

    /// <summary>Whether somebody should look.</summary>
    public static bool IsWarning(double seconds) => Math.Abs(seconds) > Warning;

    /// <summary>Whether somebody must act.</summary>
    public static bool IsAlarm(double seconds) => Math.Abs(seconds) > Alarm;
}
