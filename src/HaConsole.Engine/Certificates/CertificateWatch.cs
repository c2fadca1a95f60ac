using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Certificates;

/// <summary>
/// Looks at this server's own files, each certificate in its interval, and remembers what was found. Everything that touches a disk runs
/// on other threads than the caller's, and a disk that hangs costs one of them.
/// </summary>
internal sealed class CertificateWatch(TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(30);
    private readonly Lock gate = new();
    private readonly SemaphoreSlim looking = new(1, 1);
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly CancellationTokenSource stop = new();
    private List<Entry> entries = [];
    private Task running = Task.CompletedTask;

    /// <summary>Raised after every look and every change of the list; on any thread, must return at once.</summary>
    public event Action? Changed;

    /// <summary>What was found last; a certificate that was not looked at yet is left out.</summary>
    public IReadOnlyList<CertificateReport> Current
    {
        get
        {
            lock (gate)
            {
                return [.. entries.Select(e => e.Report).OfType<CertificateReport>()];
            }
        }
    }

    /// <summary>Certificates to look at from now on. One whose definition is unchanged keeps its report.</summary>
    public void Configure(IReadOnlyList<CertificateDefinition> definitions)
    {
        lock (gate)
        {
            if (stop.IsCancellationRequested || entries.Select(e => e.Definition).SequenceEqual(definitions))
            {
                return;
            }

            var before = entries;
            entries = [.. definitions.Select(d => before.Find(e => e.Definition == d) ?? new Entry(d))];
            if (running.IsCompleted && entries.Count > 0)
            {
                running = Task.Run(RunAsync);
            }
        }

        Wake();
        Changed?.Invoke();
    }

    /// <summary>Looks at all files now; ends when that is done.</summary>
    public Task LookAsync(CancellationToken cancellationToken) => LookAsync(everything: true, cancellationToken);

    /// <summary>Short text that changes with what is found, but not with time; empty for no reports.</summary>
    public static string HashOf(IReadOnlyList<CertificateReport> reports)
    {
        if (reports.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var r in reports)
        {
            text.Append(CultureInfo.InvariantCulture, $"{r.Name}|{r.Present}|{r.Readable}|{r.Fingerprint}|{r.KeyMatches}|{r.KeyFingerprint}|{r.ChainComplete}|{r.ChainFingerprint}|");
            text.AppendJoin('|', r.Problems.Select(p => p.Code + " " + p.Sentence)).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        Task last;
        lock (gate)
        {
            last = running;
        }

        await last;
        looking.Dispose();
        wake.Dispose();
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await LookAsync(everything: false, stop.Token);
                await PauseAsync();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The engine ends.
        }
    }

    private async Task LookAsync(bool everything, CancellationToken cancellationToken)
    {
        await looking.WaitAsync(cancellationToken);
        try
        {
            List<Entry> due;
            lock (gate)
            {
                due = [.. entries.Where(e => everything || DueIn(e) <= TimeSpan.Zero)];
            }

            foreach (var entry in due)
            {
                var report = await LookAsync(entry, cancellationToken);
                lock (gate)
                {
                    (entry.Report, entry.LookedAt) = (report, time.GetTimestamp());
                }
            }

            if (due.Count > 0)
            {
                Changed?.Invoke();
            }
        }
        finally
        {
            looking.Release();
        }
    }

    private async Task<CertificateReport> LookAsync(Entry entry, CancellationToken cancellationToken)
    {
        var definition = entry.Definition;
        if (entry.Look is not { IsCompleted: false })
        {
            entry.Look = Task.Run(() => CertificateLook.Look(definition, time.GetUtcNow()), CancellationToken.None);
        }

        try
        {
            return await entry.Look.WaitAsync(LongestLook, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            var sentence = $"reading the files of {definition.Name} takes longer than {LongestLook.TotalSeconds:0} s: their disk hangs";
            return new CertificateReport { Name = definition.Name, Present = true, Problems = [new CertificateProblem("unreadable", sentence)], ReadAt = time.GetUtcNow() };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What no rule foresees must not end the watch of the others.
            return new CertificateReport { Name = definition.Name, Present = true, Problems = [new CertificateProblem("unreadable", $"the files of {definition.Name} cannot be looked at: {e.Message}")], ReadAt = time.GetUtcNow() };
        }
    }

    private TimeSpan DueIn(Entry entry)
        => entry.LookedAt is { } at ? TimeSpan.FromSeconds(entry.Definition.CheckInterval) - time.GetElapsedTime(at) : TimeSpan.Zero;

    private async Task PauseAsync()
    {
        TimeSpan next;
        lock (gate)
        {
            next = entries.Count == 0 ? Timeout.InfiniteTimeSpan : entries.Min(DueIn);
        }

        using var limit = new CancellationTokenSource(next == Timeout.InfiniteTimeSpan || next > TimeSpan.Zero ? next : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop.Token);
        try
        {
            await wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // A look is due.
        }
    }

    private void Wake()
    {
        try
        {
            wake.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake already, or gone.
        }
    }

    private sealed class Entry(CertificateDefinition definition)
    {
        public CertificateDefinition Definition { get; } = definition;

        public CertificateReport? Report { get; set; }

        public long? LookedAt { get; set; }

        public Task<CertificateReport>? Look { get; set; }
    }
}
