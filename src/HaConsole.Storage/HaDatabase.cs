using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HaConsole.Storage;

/// <summary>The database: starts or finds it, migrates it, notices its loss, and never gives up. Never throws to the engine and never makes it wait.</summary>
public sealed class HaDatabase : IDbContextFactory<HaDbContext>, IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(3);

    private readonly DatabaseOptions options;
    private readonly TimeProvider time;
    private readonly Action<string> log;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource ending = new();
    private readonly DatabaseSource source;
    private volatile DatabaseStatus status;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource suspicion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? work;

    /// <summary>Prepares; nothing is started before <see cref="Start"/>.</summary>
    /// <param name="options">Where and how long.</param>
    /// <param name="time">Clock; null for the system's.</param>
    /// <param name="log">Takes lines for the log (component is <c>Database</c>); null for none. Must not throw.</param>
    public HaDatabase(DatabaseOptions options, TimeProvider? time = null, Action<string>? log = null)
        : this(options, time, log, null)
    {
    }

    internal HaDatabase(DatabaseOptions options, TimeProvider? time, Action<string>? log, Func<string, string>? programs)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        this.time = time ?? TimeProvider.System;
        this.log = log ?? (_ => { });
        source = new DatabaseSource(options, programs);
        status = new DatabaseStatus
        {
            State = DatabaseState.Starting,
            Embedded = source.Embedded,
            Detail = "The database is starting.",
            Since = this.time.GetUtcNow(),
            Place = source.Place,
        };
    }

    /// <summary>What is known now. Never waits.</summary>
    public DatabaseStatus Status => status;

    /// <summary>The status has been replaced; raised on a background thread, one at a time.</summary>
    public event Action<DatabaseStatus>? StatusChanged;

    internal DatabaseOptions Options => options;

    internal TimeProvider Time => time;

    /// <summary>Process id of the embedded database; 0 for another one.</summary>
    internal int Pid => source.Pid;

    /// <summary>Begins to work in the background and returns at once.</summary>
    public void Start()
    {
        lock (gate)
        {
            work ??= Task.Run(WorkAsync);
        }
    }

    /// <summary>Waits until the database is ready; false when it is not within the timeout.</summary>
    public async Task<bool> WaitReadyAsync(TimeSpan timeout, CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, ending.Token);
        limit.CancelAfter(timeout);
        while (status.State != DatabaseState.Ready)
        {
            try
            {
                await NextChangeAsync(DatabaseState.Ready).WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="DatabaseUnavailableException">The database cannot be used now.</exception>
    public HaDbContext CreateDbContext()
        => status.State == DatabaseState.Ready ? source.NewContext() : throw new DatabaseUnavailableException(status.Detail);

    /// <summary>A context for one unit of work.</summary>
    /// <exception cref="DatabaseUnavailableException">The database cannot be used now; thrown at once.</exception>
    public Task<HaDbContext> CreateContextAsync(CancellationToken cancellation = default)
        => cancellation.IsCancellationRequested ? Task.FromCanceled<HaDbContext>(cancellation) : Task.FromResult(CreateDbContext());

    /// <summary>Does a unit of work with a context. What fails because the database is lost in the middle is a <see cref="DatabaseUnavailableException"/>, too.</summary>
    /// <exception cref="DatabaseUnavailableException">The database cannot be used now.</exception>
    public async Task<T> RunAsync<T>(Func<HaDbContext, CancellationToken, Task<T>> work, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return await GuardAsync(async () =>
        {
            await using var context = CreateDbContext();
            return await work(context, cancellation);
        });
    }

    /// <summary>Stops working; stops an embedded database in order, within 15 s.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? running;
        lock (gate)
        {
            running = work;
            work ??= Task.CompletedTask;
        }

        if (!ending.IsCancellationRequested)
        {
            await ending.CancelAsync();
        }

        if (running is not null)
        {
            await running.WaitAsync(EndTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await source.DisposeAsync();
    }

    /// <summary>Does a unit of work with a connection of the pool.</summary>
    internal async Task<T> WithConnectionAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
        => await GuardAsync(async () =>
        {
            if (status.State != DatabaseState.Ready)
            {
                throw new DatabaseUnavailableException(status.Detail);
            }

            await using var connection = await source.OpenAsync(cancellation);
            return await work(connection);
        });

    /// <summary>Replaces facts of the status that do not depend on its state.</summary>
    internal void Report(Func<DatabaseStatus, DatabaseStatus> change)
    {
        lock (gate)
        {
            var next = change(status);
            if (next == status)
            {
                return;
            }

            status = next;
            Raise(next);
        }
    }

    internal void Log(string line) => log(line);

    private async Task<T> GuardAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (OperationCanceledException)
        {
            throw;
        }
        catch (DatabaseUnavailableException)
        {
            throw;
        }
        catch (Exception e) when (DatabaseSentences.IsLoss(e))
        {
            suspicion.TrySetResult();
            throw new DatabaseUnavailableException(source.Explain(e), e);
        }
    }

    private async Task WorkAsync()
    {
        var pause = FirstPause;
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await source.PrepareAsync(ending.Token);
                var version = await DatabaseMigration.RunAsync(source, ending.Token);
                await source.WatchAsync(() => suspicion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), () =>
                {
                    pause = FirstPause;
                    Become(DatabaseState.Ready, "The database is ready.", version);
                    return new DatabaseUpkeep(this, source).RunAsync;
                }, () => suspicion.Task, ending.Token);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // Whatever it is: the pair runs without the database, and the next attempt may succeed.
                Become(DatabaseState.Unavailable, source.Explain(e), status.Version);
                source.Forget();
            }

            await Task.Delay(pause, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private void Become(DatabaseState state, string detail, string version)
    {
        lock (gate)
        {
            if (status.State == state && status.Detail == detail)
            {
                return;
            }

            log(detail);
            status = status with
            {
                State = state,
                Detail = detail,
                Version = version,
                Since = status.State == state ? status.Since : time.GetUtcNow(),
                Place = source.Place,
            };
            Raise(status);
            var done = changed;
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            done.SetResult();
        }
    }

    private Task NextChangeAsync(DatabaseState unless)
    {
        lock (gate)
        {
            return status.State == unless ? Task.CompletedTask : changed.Task;
        }
    }

    private void Raise(DatabaseStatus next)
    {
        try
        {
            StatusChanged?.Invoke(next);
        }
        catch (Exception e)
        {
            // A listener's mistake must not stop the database.
            log($"A listener of the status failed: {e.Message}");
        }
    }
}
