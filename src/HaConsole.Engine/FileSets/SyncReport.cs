using HaConsole.Engine.FileSets.Posix;

namespace HaConsole.Engine.FileSets;

/// <summary>How far a comparison or copy is.</summary>
/// <param name="Files">Names compared.</param>
/// <param name="Bytes">Bytes that they hold.</param>
/// <param name="WantedFiles">Files that the other server wants.</param>
/// <param name="WantedBytes">Bytes of these.</param>
/// <param name="SentFiles">Files sent.</param>
/// <param name="SentBytes">Bytes sent.</param>
/// <param name="BytesPerSecond">Rate over the last seconds.</param>
/// <param name="SecondsLeft">Estimated; null while it is not known.</param>
public sealed record SyncProgress(long Files, long Bytes, long WantedFiles, long WantedBytes, long SentFiles, long SentBytes, double BytesPerSecond, double? SecondsLeft);

/// <summary>What is seen while a set is compared and copied: progress, problems and differences, each in bounded lists. Safe from any thread.</summary>
internal sealed class SyncReport(TimeProvider time)
{
    /// <summary>Longest list; more are counted only.</summary>
    public const int MostListed = 1000;

    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(2);
    private readonly Lock gate = new();
    private readonly Dictionary<(string Path, string Code), FileProblem> problems = [];
    private readonly LinkedList<FileDrift> drifts = [];
    private HashSet<(string Path, string Code)> told = [];
    private long rateFrom = time.GetTimestamp();
    private long rateBytes;
    private double rate;
    private long files;
    private long bytes;
    private long wantedFiles;
    private long wantedBytes;
    private long sentFiles;
    private long sentBytes;

    /// <summary>A drift was added; called on any thread.</summary>
    public Action<FileDrift> Drifted { get; init; } = static _ => { };

    /// <summary>A problem that was not there before; called on any thread.</summary>
    public Action<FileProblem> HasProblem { get; init; } = static _ => { };

    /// <summary>Differences seen since the last comparison of everything began, listed or not.</summary>
    public long DriftCount { get; private set; }

    public SyncProgress Progress
    {
        get
        {
            lock (gate)
            {
                var passed = time.GetElapsedTime(rateFrom);
                var now = passed > TimeSpan.FromSeconds(0.2) ? rateBytes / passed.TotalSeconds : rate;
                var left = Math.Max(0, wantedBytes - sentBytes);
                return new SyncProgress(files, bytes, wantedFiles, wantedBytes, sentFiles, sentBytes, now, left == 0 ? 0 : now > 0 ? left / now : null);
            }
        }
    }

    public IReadOnlyList<FileProblem> Problems
    {
        get
        {
            lock (gate)
            {
                return [.. problems.Values.OrderBy(p => p.Path, StringComparer.Ordinal)];
            }
        }
    }

    public IReadOnlyList<FileDrift> Drifts
    {
        get
        {
            lock (gate)
            {
                return [.. drifts];
            }
        }
    }

    /// <summary>A comparison of everything finds out anew what is wrong.</summary>
    public void PassBegins(bool dryRun)
    {
        lock (gate)
        {
            (files, bytes, wantedFiles, wantedBytes, sentFiles, sentBytes) = (0, 0, 0, 0, 0, 0);
            told = [.. problems.Keys];
            problems.Clear();
            if (dryRun)
            {
                drifts.Clear();
                DriftCount = 0;
            }
        }
    }

    public void Seen(EntryFacts entry)
    {
        lock (gate)
        {
            files++;
            bytes += entry.Kind == FileKind.File ? entry.Size : 0;
        }
    }

    public void Wanted(long size)
    {
        lock (gate)
        {
            wantedFiles++;
            wantedBytes += size;
        }
    }

    public void Sent(string path)
    {
        lock (gate)
        {
            sentFiles++;
            problems.Remove((path, "changing"));
            problems.Remove((path, "unreadable"));
        }
    }

    public void SentBytes(int count)
    {
        lock (gate)
        {
            sentBytes += count;
            rateBytes += count;
            var passed = time.GetElapsedTime(rateFrom);
            if (passed > RateWindow)
            {
                (rate, rateBytes, rateFrom) = (rateBytes / passed.TotalSeconds, 0, time.GetTimestamp());
            }
        }
    }

    public void Problem(string path, string code, string sentence)
    {
        var found = new FileProblem(PathName.Show(path), code, sentence, time.GetUtcNow());
        lock (gate)
        {
            if (problems.Count >= MostListed || !problems.TryAdd((path, code), found))
            {
                return;
            }

            if (told.Contains((path, code)))
            {
                // Still so: a comparison every few seconds is no news.
                return;
            }
        }

        HasProblem(found);
    }

    /// <summary>A problem of the whole set is over.</summary>
    public void Solved(string path, string code)
    {
        lock (gate)
        {
            problems.Remove((path, code));
        }
    }

    public void Drift(string path, DriftKind kind, string detail, string keptAs)
    {
        var found = new FileDrift(PathName.Show(path), kind, detail, time.GetUtcNow(), PathName.Show(keptAs));
        lock (gate)
        {
            DriftCount++;
            drifts.AddLast(found);
            if (drifts.Count > MostListed)
            {
                drifts.RemoveFirst();
            }
        }

        Drifted(found);
    }

    /// <summary>What differed has been made equal, or was looked at.</summary>
    public void ForgetDrift()
    {
        lock (gate)
        {
            drifts.Clear();
            DriftCount = 0;
        }
    }
}
