namespace HaConsole.Engine.Loop;

/// <summary>
/// Stores what must be durable on a thread of its own, so that a disk that hangs costs the loop a bounded wait and not the server. Of
/// several values of one kind that wait, only the last is stored.
/// </summary>
internal sealed class DiskThread(TimeProvider time) : IDisposable
{
    private readonly object gate = new();
    private readonly List<Job> waiting = [];
    private Thread? thread;
    private bool hangs;
    private bool ended;

    /// <summary>Stores, and waits until that is done or <paramref name="patience"/> is over. While the disk hangs already, it only takes note.</summary>
    /// <param name="kind">What is stored; a later one of the kind replaces one that still waits.</param>
    /// <param name="save">Stores; may throw.</param>
    /// <param name="patience">Longest wait.</param>
    /// <param name="beat">Time between two calls of <paramref name="alive"/>.</param>
    /// <param name="alive">Called while it waits.</param>
    /// <returns>Null when it is stored, else why it is not (yet).</returns>
    public Exception? Save(string kind, Action save, TimeSpan patience, TimeSpan beat, Action alive)
    {
        var job = new Job(kind, save);
        lock (gate)
        {
            if (ended)
            {
                return new IOException("the engine has ended");
            }

            waiting.RemoveAll(other => other.Kind == kind);
            waiting.Add(job);
            if (thread is null)
            {
                thread = new Thread(Run) { IsBackground = true, Name = "ha-disk" };
                thread.Start();
            }

            Monitor.PulseAll(gate);
            var start = time.GetTimestamp();
            while (!hangs && !job.Done)
            {
                var left = patience - time.GetElapsedTime(start);
                hangs = left <= TimeSpan.Zero;
                if (!hangs)
                {
                    Monitor.Wait(gate, Bounded(left < beat ? left : beat));
                    alive();
                }
            }

            return job.Done ? job.Failure : new TimeoutException("the disk hangs; it is stored when the disk comes back");
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
            Monitor.PulseAll(gate);
        }
    }

    private static TimeSpan Bounded(TimeSpan wait)
    {
        var shortest = TimeSpan.FromMilliseconds(1);
        return wait < shortest ? shortest : wait;
    }

    private void Run()
    {
        while (true)
        {
            Job job;
            lock (gate)
            {
                while (waiting.Count == 0)
                {
                    if (ended)
                    {
                        return;
                    }

                    Monitor.Wait(gate);
                }

                job = waiting[0];
                waiting.RemoveAt(0);
            }

            Exception? failure = null;
            try
            {
                job.Save();
            }
            catch (Exception e)
            {
                // Whoever waits says so; nobody waits any more when it took too long, and the next value tries again.
                failure = e;
            }

            lock (gate)
            {
                (job.Done, job.Failure, hangs) = (true, failure, false);
                Monitor.PulseAll(gate);
            }
        }
    }

    private sealed class Job(string kind, Action save)
    {
        public string Kind { get; } = kind;

        public Action Save { get; } = save;

        public bool Done { get; set; }

        public Exception? Failure { get; set; }
    }
}
