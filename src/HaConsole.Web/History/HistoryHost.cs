using System.Globalization;
using HaConsole.Storage;
using HaConsole.Web.Live;

namespace HaConsole.Web.History;

/// <summary>
/// The database of this process and what is brought into it. Started after the engine and the listeners, which never wait for it; stopped
/// after the engine. While it cannot be used the journal keeps everything.
/// </summary>
public sealed partial class HistoryHost(ConsoleEngine engine, LiveStatus live, IConfiguration configuration, TimeProvider time, ILogger<HistoryHost> logger) : IAsyncDisposable, IDisposable
{
    /// <summary>A stop of the process waits for the database no longer than this.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(12);

    private readonly CancellationTokenSource ended = new();
    private readonly TaskCompletionSource<HistoryParts> made = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task begun = Task.CompletedTask;
    private volatile DatabaseStatus notMade = new() { Detail = "The database is being started." };
    private bool disposed;

    /// <summary>The status of the database has changed; raised on a background thread, handlers must return at once.</summary>
    public event Action? StatusChanged;

    /// <summary>New events may be seen in the database; raised on a background thread, handlers must return at once.</summary>
    public event Action? Arrived;

    /// <summary>What is known about the database now. Never waits.</summary>
    public DatabaseStatus Status => made.Task.IsCompletedSuccessfully ? made.Task.Result.Database.Status : notMade;

    /// <summary>Queries can be asked.</summary>
    public bool IsReady => Status.State == DatabaseState.Ready;

    /// <summary>Events of both servers.</summary>
    /// <exception cref="DatabaseUnavailableException">The database is not made yet.</exception>
    public EventHistory Events => Parts.Events;

    /// <summary>Audit entries of both servers.</summary>
    /// <exception cref="DatabaseUnavailableException">The database is not made yet.</exception>
    public AuditHistory Audit => Parts.Audit;

    /// <summary>Saved configurations.</summary>
    /// <exception cref="DatabaseUnavailableException">The database is not made yet.</exception>
    public RevisionHistory Revisions => Parts.Revisions;

    /// <summary>Users, tokens and holds as they were.</summary>
    /// <exception cref="DatabaseUnavailableException">The database is not made yet.</exception>
    public Projections Projections => Parts.Projections;

    /// <summary>How long events and audit entries are kept.</summary>
    public DatabaseOptions Options { get; } = OptionsOf(configuration);

    private HistoryParts Parts => made.Task.IsCompletedSuccessfully ? made.Task.Result : throw new DatabaseUnavailableException(notMade.Detail);

    /// <summary>Begins in the background and returns at once; called once, when the engine turns.</summary>
    public void Start() => begun = Task.Run(BeginAsync);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        await ended.CancelAsync().ConfigureAwait(false);
        try
        {
            await StopAsync().WaitAsync(StopPatience, TimeProvider.System).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LogStopLate(StopPatience.TotalSeconds);
        }

        ended.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static DatabaseOptions OptionsOf(IConfiguration configuration)
    {
        var options = configuration.GetSection("Database").Get<DatabaseOptions>() ?? new DatabaseOptions();
        return options with { DataDirectory = Hosting.ConfigurationSources.DataDirectory(configuration) };
    }

    private async Task BeginAsync()
    {
        try
        {
            var log = (string line) => engine.Journal.Log("Database", line);
            var database = new HaDatabase(Options, time, log);
            database.StatusChanged += Report;
            var pair = engine.Engine.Current.Pair;
            var forwarder = new EventForwarder(database, engine.Journal, pair, () => Servers.Local(engine.Engine.Current), log);
            var parts = new HistoryParts(database, forwarder, new EventHistory(database), new AuditHistory(database), new RevisionHistory(database), new Projections(database, time), pair);
            made.SetResult(parts);
            Report(database.Status);
            database.Start();
            forwarder.Start();
            await Task.WhenAll(
                new PeerHistory(engine, live, parts, logger).RunAsync(() => Arrived?.Invoke(), ended.Token),
                new AuditForwarding(engine, parts, logger).RunAsync(ended.Token),
                new ProjectionKeeper(engine, live, parts, logger).RunAsync(ended.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The process stops.
        }
        catch (Exception e)
        {
            // The pair goes on without a history; the journal has everything.
            LogFailed(e);
            notMade = new DatabaseStatus { State = DatabaseState.Unavailable, Detail = e.Message };
            engine.Engine.ReportDatabase($"unavailable: {e.Message}");
        }
    }

    private void Report(DatabaseStatus status)
    {
        engine.Engine.ReportDatabase(Sentence(status));
        StatusChanged?.Invoke();
    }

    /// <summary>What the status of the pair says of it: <c>ready</c>, <c>starting</c> or <c>unavailable: why</c>.</summary>
    private static string Sentence(DatabaseStatus status) => status.State switch
    {
        DatabaseState.Ready => status.Warning.Length == 0 ? "ready" : string.Create(CultureInfo.InvariantCulture, $"ready: {status.Warning}"),
        DatabaseState.Starting => "starting",
        _ => $"unavailable: {status.Detail}",
    };

    private async Task StopAsync()
    {
        await begun.ConfigureAwait(false);
        if (made.Task.IsCompletedSuccessfully)
        {
            var parts = made.Task.Result;
            parts.Database.StatusChanged -= Report;
            await parts.Forwarder.DisposeAsync().ConfigureAwait(false);
            await parts.Database.DisposeAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(2201, LogLevel.Error, "The history is not kept in the database")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(2202, LogLevel.Warning, "The database was not stopped within {Seconds} s; it is adopted at the next start")]
    private partial void LogStopLate(double seconds);
}

/// <summary>The database and what works on it.</summary>
internal sealed record HistoryParts(
    HaDatabase Database, EventForwarder Forwarder, EventHistory Events, AuditHistory Audit, RevisionHistory Revisions, Projections Projections, string Pair);
