using HaConsole.Failover;

namespace HaConsole.Failover.Tests.Bench;

/// <summary>The third voter: grants one lease at a time.</summary>
internal sealed class BenchWitness(PairBench bench)
{
    private Rank? holder;
    private TimeSpan until;

    public Rank? Holder => until > bench.Now ? holder : null;

    public void Request(BenchServer server, TimeSpan duration)
    {
        var startedAt = bench.Now;
        if (!server.WitnessReachable)
        {
            server.Later(server.Settings.HeartbeatTimeout, () => NodeInput.LeaseRefused(bench.Now, bench.Utc));
            return;
        }

        bench.After(bench.Latency, () =>
        {
            var granted = holder is null || holder == server.Rank || until <= bench.Now;
            if (granted)
            {
                holder = server.Rank;
                until = bench.Now + duration;
            }

            server.Later(
                bench.Latency,
                () => granted ? NodeInput.LeaseGranted(bench.Now, bench.Utc, startedAt, duration) : NodeInput.LeaseRefused(bench.Now, bench.Utc));
        });
    }

    public void Release(BenchServer server)
    {
        if (server.WitnessReachable)
        {
            bench.After(bench.Latency, () => holder = holder == server.Rank ? null : holder);
        }
    }
}
