namespace HaConsole.Web.Hosting;

/// <summary>Keeps the web server answering while pool threads are blocked (see docs/decisions/0003-thread-pool-reserve.md).</summary>
public static class ThreadPoolReserve
{
    /// <summary>Pool threads that are made at once when work waits, instead of one or two a second.</summary>
    public const int WorkerThreads = 512;

    /// <summary>Raises the pool's minimum; never lowers it. Threads are made only when work waits.</summary>
    public static void Raise()
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, WorkerThreads), completions);
    }
}
