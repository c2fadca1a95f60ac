using System.Diagnostics;
using Npgsql;

namespace HaConsole.Storage.Embedded;

/// <summary>
/// A private PostgreSQL cluster below the data directory, reached by a Unix socket only. It outlives a killed process and is adopted by the next one;
/// a process that ends in order stops it.
/// </summary>
/// <param name="folders">Where it is.</param>
/// <param name="programs">Folder of the PostgreSQL programs for a major version (empty: for a new cluster).</param>
internal sealed class EmbeddedCluster(ClusterFolders folders, Func<string, string>? programs = null)
{
    private const long LongestLog = 4_000_000;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FastStopTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(13);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Func<string, string> programsOf = programs ?? PostgresPrograms.Find;
    private readonly UnprivilegedRunner runner = new();

    /// <summary>Process id of the database that was started or adopted last; 0 when none was.</summary>
    public int Pid { get; private set; }

    /// <summary>It was running already.</summary>
    public bool Adopted { get; private set; }

    /// <summary>How to reach it.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = folders.Socket,
        Port = 5432,
        Username = "haconsole",
        Database = "postgres",
    }.ConnectionString;

    /// <summary>The cluster's folder is there.</summary>
    public bool IsThere => folders.Version.Length > 0;

    /// <summary>Makes it when there is none, adopts it when it runs, starts it otherwise.</summary>
    /// <exception cref="EmbeddedDatabaseException">With a sentence for people.</exception>
    public async Task EnsureRunningAsync(CancellationToken cancellation)
    {
        try
        {
            await EnsureAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Explained($"The folder of the database, {folders.Root}, cannot be used", e.Message, e);
        }
    }

    private async Task EnsureAsync(CancellationToken cancellation)
    {
        if (Pid > 0 && !IsThere)
        {
            // The data directory was removed below it: what it has open belongs to nobody.
            Postmaster.Signal(Pid, Postmaster.ImmediateStop);
            Pid = 0;
        }

        if (Postmaster.Find(folders) is var running and > 0)
        {
            (Pid, Adopted) = (running, true);
            await WaitForSocketAsync(cancellation);
            return;
        }

        var bin = programsOf(folders.Version);
        folders.Create();
        folders.RemoveHalfMade();
        await runner.OwnAsync([folders.Root, folders.Socket], cancellation);
        if (!IsThere)
        {
            await MakeAsync(bin, cancellation);
        }

        await File.WriteAllTextAsync(Path.Combine(folders.Data, "postgresql.conf"), ClusterSettings.Text(folders.Socket), cancellation);
        if (Postmaster.IsStale(folders))
        {
            File.Delete(folders.PidFile);
        }

        if (new FileInfo(folders.Log) is { Exists: true, Length: > LongestLog })
        {
            File.Delete(folders.Log);
        }

        await StartAsync(bin, cancellation);
    }

    /// <summary>Stops it in order: open transactions are rolled back. Within 15 s.</summary>
    public async Task StopAsync()
    {
        var pid = Postmaster.Find(folders);
        if (pid == 0)
        {
            if (Pid > 0 && !IsThere)
            {
                Postmaster.Signal(Pid, Postmaster.ImmediateStop);
            }

            return;
        }

        var begin = Stopwatch.GetTimestamp();
        Postmaster.Signal(pid, Postmaster.FastStop);
        var harder = false;

        // The pid file vanishes when it is done; the process itself can stay as a zombie for a while.
        while (Postmaster.Find(folders) == pid)
        {
            var elapsed = Stopwatch.GetElapsedTime(begin);
            if (elapsed > StopTimeout)
            {
                Postmaster.Signal(pid, Postmaster.Kill);
                return;
            }

            if (elapsed > FastStopTimeout && !harder)
            {
                Postmaster.Signal(pid, Postmaster.ImmediateStop);
                harder = true;
            }

            await Task.Delay(Pause);
        }

        Pid = 0;
    }

    /// <summary>Made beside its place and moved there when it is whole: a kill in the middle leaves nothing that looks like a cluster.</summary>
    private async Task MakeAsync(string bin, CancellationToken cancellation)
    {
        var made = folders.NewData();
        foreach (var ctype in (string[])["C.UTF-8", "C"])
        {
            var (code, output) = await runner.RunAsync(
                folders.Root,
                [Path.Combine(bin, "initdb"), "-D", made, "-U", "haconsole", "--encoding=UTF8", "--locale=C", $"--lc-ctype={ctype}", "--auth=trust", "--no-instructions", "--wal-segsize=4"],
                cancellation);
            if (code == 0)
            {
                Directory.Move(made, folders.Data);
                return;
            }

            if (Directory.Exists(made))
            {
                Directory.Delete(made, recursive: true);
            }

            if (ctype == "C" || !output.Contains("locale", StringComparison.Ordinal))
            {
                throw Explained("The database cannot be made", output, null);
            }
        }
    }

    private async Task StartAsync(string bin, CancellationToken cancellation)
    {
        // pg_ctl detaches it: a kill of this process does not take the database with it.
        var (code, output) = await runner.RunAsync(
            folders.Root, [Path.Combine(bin, "pg_ctl"), "start", "-D", folders.Data, "-l", folders.Log, "-W", "-s"], cancellation);
        if (code != 0)
        {
            throw Explained("The database cannot be started", output, null);
        }

        Adopted = false;
        await WaitForSocketAsync(cancellation);
        Pid = Postmaster.Find(folders);
    }

    private async Task WaitForSocketAsync(CancellationToken cancellation)
    {
        var begin = Stopwatch.GetTimestamp();
        var seen = false;
        while (true)
        {
            seen |= Postmaster.Find(folders) > 0;
            try
            {
                await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Timeout = 2, Pooling = false }.ConnectionString);
                await connection.OpenAsync(cancellation);
                return;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                var elapsed = Stopwatch.GetElapsedTime(begin);
                var ended = Postmaster.Find(folders) == 0 && (seen || elapsed > TimeSpan.FromSeconds(3));
                if (ended || elapsed > StartTimeout)
                {
                    throw Explained("The database does not start", LastLogLines(), e);
                }

                await Task.Delay(Pause, cancellation);
            }
        }
    }

    private string LastLogLines()
    {
        if (!File.Exists(folders.Log))
        {
            return "";
        }

        var lines = File.ReadLines(folders.Log).TakeLast(12).ToList();
        return lines.LastOrDefault(l => l.Contains("FATAL", StringComparison.Ordinal) || l.Contains("PANIC", StringComparison.Ordinal)) ?? string.Join(' ', lines.TakeLast(3));
    }

    private EmbeddedDatabaseException Explained(string what, string output, Exception? inner)
    {
        var full = output.Contains("No space left", StringComparison.OrdinalIgnoreCase) || output.Contains("disk full", StringComparison.OrdinalIgnoreCase);
        var words = string.Join(' ', output.Split(['\n', '\r', ' '], StringSplitOptions.RemoveEmptyEntries));
        return new EmbeddedDatabaseException(
            full ? $"{what}: the disk of {folders.Root} is full. Free some space; the database starts by itself then."
            : words.Contains("user postgres", StringComparison.Ordinal) || words.Contains("failed to parse reuid", StringComparison.Ordinal)
                ? $"{what}: PostgreSQL refuses to run as root, user namespaces are not allowed here, and there is no user postgres. Run as another user, or set Database:ConnectionString."
            : $"{what}: {(words.Length > 400 ? words[..400] + "…" : words)} ({folders.Log})",
            inner);
    }
}
