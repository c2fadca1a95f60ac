namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>What the client saw.</summary>
internal sealed record PollerReport(IReadOnlyList<Sample> Samples)
{
    /// <summary>Longest time in which no request to any server was served, in seconds.</summary>
    public double LongestGap
    {
        get
        {
            var served = Samples.Where(x => x.Served).Select(x => x.Start).ToList();
            return served.Count == 0 ? double.PositiveInfinity : served.Zip(served.Skip(1), (a, b) => b - a).DefaultIfEmpty(0).Max();
        }
    }

    /// <summary>Seconds in which both servers served side by side.</summary>
    public double BothServed
    {
        get
        {
            var first = Runs(1);
            var second = Runs(2);
            return first.Sum(a => second.Sum(b => Math.Max(0, Math.Min(a.End, b.End) - Math.Max(a.Start, b.Start))));
        }
    }

    /// <summary>Whether an answer carried a lower epoch than an answer that had ended before its request began.</summary>
    public bool EpochFell
    {
        get
        {
            var ended = new PriorityQueue<long, double>(Samples.Where(x => x.Served).Select(x => (x.Epoch, x.End)));
            long highest = 0;
            foreach (var sample in Samples.Where(x => x.Served))
            {
                while (ended.TryPeek(out var epoch, out var end) && end < sample.Start)
                {
                    highest = Math.Max(highest, epoch);
                    ended.Dequeue();
                }

                if (sample.Epoch < highest)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Maximal stretches, by start time, in which one server answered every request.</summary>
    private List<(double Start, double End)> Runs(int server)
    {
        var runs = new List<(double Start, double End)>();
        var open = false;
        foreach (var sample in Samples.Where(x => x.Server == server))
        {
            if (sample.Served && open)
            {
                runs[^1] = (runs[^1].Start, sample.Start);
            }
            else if (sample.Served)
            {
                runs.Add((sample.Start, sample.Start));
            }

            open = sample.Served;
        }

        return runs;
    }
}
