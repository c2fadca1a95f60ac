using HaConsole.Engine.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Loop;

public sealed class LoopTimingTests
{
    /// <summary>The corners of what may be configured, and a few hundred values between them that are the same in every run.</summary>
    public static IEnumerable<FailoverSettings> Legal()
    {
        double[] intervals = [0.02, 0.1, 0.2, 1, 30, 3600];
        int[] counts = [1, 2, 3, 5, 100];
        double[] stops = [0, 0.001, 0.5, 30, 7200];
        foreach (var interval in intervals)
        {
            foreach (var count in counts)
            {
                foreach (var stop in stops)
                {
                    yield return Make(interval, count, stop, false);
                    yield return Make(interval, count, stop, true);
                }
            }
        }

        var random = new Random(20260102);
        for (var i = 0; i < 500; i++)
        {
            yield return Make(0.02 + (random.NextDouble() * 3599), random.Next(1, 101), random.NextDouble() * 100, random.Next(2) == 0);
        }
    }

    [Fact]
    public void ServiceLease_LeavesTimeToStopBeforeThePeerMayTakeOver()
    {
        Assert.All(Legal(), settings =>
        {
            var interval = settings.FastConfirmation ? settings.FastConfirmationInterval : settings.HeartbeatInterval;
            var untilPeerActs = Math.Max(1, settings.FailuresToSwitch - 1) * interval;
            var lease = LoopTiming.ServiceLease(settings);
            Assert.InRange(lease, untilPeerActs * 0.75, untilPeerActs - TimeSpan.FromTicks(1));
            Assert.True(settings.LongestStop == TimeSpan.Zero || lease + Shorter(settings.LongestStop, untilPeerActs / 4) <= untilPeerActs);
        });
    }

    [Fact]
    public void FrozenAfter_ComesBeforeTheServicesAreReleasedAndNotAfterTheSpecifiedAge()
    {
        Assert.All(Legal(), settings =>
        {
            // A lease may have been renewed a quarter of its life before the last turn (a renewal that soon is not sent).
            Assert.True(LoopTiming.FrozenAfter(settings) < LoopTiming.ServiceLease(settings) * 0.75);
            Assert.True(LoopTiming.FrozenAfter(settings) <= settings.FrozenAfter);
        });
    }

    [Fact]
    public void LongestSleep_RenewsTheLeaseFourTimesInItsLifeAndKeepsTheBoardLive()
    {
        Assert.All(Legal(), settings =>
        {
            Assert.True(LoopTiming.LongestSleep(settings) > TimeSpan.Zero);
            Assert.True(LoopTiming.LongestSleep(settings) <= LoopTiming.ServiceLease(settings) / 4);
            Assert.True(LoopTiming.LongestSleep(settings) < LoopTiming.FrozenAfter(settings));
        });
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static FailoverSettings Make(double interval, int count, double stop, bool fast) => new()
    {
        HeartbeatInterval = TimeSpan.FromSeconds(interval),
        FailuresToSwitch = count,
        LongestStop = TimeSpan.FromSeconds(stop),
        FastConfirmation = fast,
    };
}
