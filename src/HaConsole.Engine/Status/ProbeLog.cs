using HaConsole.Engine.Checks;
using HaConsole.Engine.Loop;

namespace HaConsole.Engine.Status;

/// <summary>The last exchanges and probes of this server, in memory; bounded for each kind. Safe for several threads.</summary>
internal sealed class ProbeLog(EngineClock clock)
{
    /// <summary>Samples that are remembered of each kind.</summary>
    public const int MostOfAKind = 120;

    private const int LongestReason = 200;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Queue<Sample>> samples = [];
    private readonly Dictionary<(string Kind, string Result), long> totals = [];

    /// <summary>Adds one that began at <paramref name="startedAt"/> and ends now.</summary>
    public void Add(string kind, string result, TimeSpan startedAt, string reason)
    {
        var now = clock.Now;
        var sample = new Sample(now, clock.Utc, result, Math.Round((now - startedAt).TotalSeconds, 6), reason.Length <= LongestReason ? reason : reason[..LongestReason]);
        lock (gate)
        {
            if (!samples.TryGetValue(kind, out var queue))
            {
                samples[kind] = queue = new Queue<Sample>(MostOfAKind);
            }

            if (queue.Count == MostOfAKind)
            {
                queue.Dequeue();
            }

            queue.Enqueue(sample);
            totals[(kind, result)] = totals.GetValueOrDefault((kind, result)) + 1;
        }
    }

    /// <summary>Everything, with the looks of the checks.</summary>
    public EngineHistory Together(int server, CheckRunner checks)
    {
        var now = clock.Now;
        List<ProbeSample> probes;
        List<ProbeTotal> counted;
        lock (gate)
        {
            probes = [.. samples
                .SelectMany(kind => kind.Value.Select(s => (kind.Key, Sample: s)))
                .OrderBy(s => s.Sample.At)
                .Select(s => new ProbeSample(s.Sample.Utc, Age(now - s.Sample.At), s.Key, s.Sample.Result, s.Sample.Seconds, s.Sample.Reason))];
            counted = [.. totals.Select(total => new ProbeTotal(total.Key.Kind, total.Key.Result, total.Value))];
        }

        IReadOnlyList<CheckHistory> looks = [.. checks.History.Select(check => new CheckHistory(check.Name, [.. check.Looks.Select(look => new CheckSample(
            Age(clock.Time.GetElapsedTime(look.At)),
            look.Succeeded ? "ok" : look.TimedOut ? "timeout" : "failed",
            Math.Round(look.Latency.TotalSeconds, 6),
            look.Detail))]))];
        return new EngineHistory(server, clock.Utc, looks, probes) { Totals = counted };
    }

    private static double Age(TimeSpan age) => Math.Round(Math.Max(0, age.TotalSeconds), 3);

    private readonly record struct Sample(TimeSpan At, DateTimeOffset Utc, string Result, double Seconds, string Reason);
}
