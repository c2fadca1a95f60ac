using HaConsole.Failover;

namespace HaConsole.Engine.Probing;

/// <summary>
/// The probe of the peer where there are two paths: when the peer's monitor URL does not answer soon, the peer is asked over the peer link to look at
/// it itself. One cut cable is then not a dead server; a web server that is gone is still one, since the peer finds it gone too.
/// </summary>
/// <param name="probe">Asks the monitor URL.</param>
/// <param name="overLink">Asks over the peer link, on whichever path lives; false: it is not well, has no LAN, or says nothing.</param>
/// <param name="time">Clock.</param>
internal sealed class PeerProbe(IMonitorProbe probe, Func<bool, TimeSpan, CancellationToken, Task<bool>> overLink, TimeProvider time)
{
    private static readonly TimeSpan LongestPreference = TimeSpan.FromMilliseconds(500);

    /// <summary>Probes within the timeout.</summary>
    public async Task<ProbeFact> ProbeAsync(string address, int port, bool needsApplicationOk, bool askRole, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var direct = probe.ProbeAsync(address, port, needsApplicationOk, askRole, timeout, cancellationToken);
        var preference = timeout / 4 < LongestPreference ? timeout / 4 : LongestPreference;
        await Task.WhenAny(direct, Task.Delay(preference, time, cancellationToken));
        if (direct.IsCompletedSuccessfully && await direct is var quick && (quick.Outcome != ProbeOutcome.NoAnswer || quick.IsRefused))
        {
            return quick;
        }

        var left = timeout - time.GetElapsedTime(started);
        var other = left > TimeSpan.Zero ? overLink(needsApplicationOk, left, cancellationToken) : Task.FromResult(false);
        await Task.WhenAny(direct, other);
        if (!direct.IsCompleted && await other)
        {
            return new ProbeFact(ProbeOutcome.Success, Role.Unknown);
        }

        var fact = await direct;
        return fact is { Outcome: ProbeOutcome.NoAnswer, IsRefused: false } && await other ? fact with { Outcome = ProbeOutcome.Success } : fact;
    }
}
