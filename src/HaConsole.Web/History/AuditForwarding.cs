using HaConsole.Engine.Journal;
using HaConsole.Storage;
using HaConsole.Web.Live;

namespace HaConsole.Web.History;

/// <summary>Brings this server's audit entries into its database, where those of both servers are searched. The files stay the proof.</summary>
internal sealed partial class AuditForwarding(ConsoleEngine engine, HistoryParts parts, ILogger logger)
{
    private const int BatchSize = 500;
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);
    private readonly Signal signal = new();

    /// <summary>The row of an entry.</summary>
    public static AuditRow RowOf(AuditEntry entry, string pair) => new()
    {
        Pair = pair,
        Sequence = entry.Sequence,
        Server = entry.Server,
        At = entry.At.ToUniversalTime(),
        User = entry.User,
        Role = entry.Role,
        Origin = entry.Origin,
        Address = entry.Address,
        Action = entry.Action,
        Target = entry.Target,
        CommandLine = entry.CommandLine,
        Before = entry.Before,
        After = entry.After,
        Result = entry.Result,
        Sentence = entry.Sentence,
        PreviousHash = entry.PreviousHash,
        Hash = entry.Hash,
    };

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        void Appended(AuditEntry entry) => signal.Set();
        void StateChanged(DatabaseStatus status) => signal.Set();
        engine.Run.Audit.Appended += Appended;
        parts.Database.StatusChanged += StateChanged;
        try
        {
            signal.Set();
            while (true)
            {
                await signal.WaitAsync(cancellationToken).ConfigureAwait(false);
                while (!await ForwardAsync(cancellationToken).ConfigureAwait(false))
                {
                    await signal.WaitAsync(AfterFailure, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            engine.Run.Audit.Appended -= Appended;
            parts.Database.StatusChanged -= StateChanged;
        }
    }

    /// <summary>False when it must be tried again although nothing new is said.</summary>
    private async Task<bool> ForwardAsync(CancellationToken cancellationToken)
    {
        if (parts.Database.Status.State != DatabaseState.Ready || engine.Run.Audit.Last == 0)
        {
            return true;
        }

        try
        {
            var own = Servers.Local(engine.Engine.Current);
            if (own == 0)
            {
                return false;
            }

            var known = await parts.Forwarder.LastAuditOfAsync(own, cancellationToken).ConfigureAwait(false);
            var after = known > engine.Run.Audit.Last ? 0 : known;
            while (engine.Run.Audit.Read(after, BatchSize) is { Count: > 0 } batch)
            {
                await parts.Forwarder.AcceptAuditAsync([.. batch.Select(e => RowOf(e, parts.Pair))], cancellationToken).ConfigureAwait(false);
                after = batch[^1].Sequence;
            }

            return true;
        }
        catch (DatabaseUnavailableException)
        {
            // Told again when it is back.
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e);
            return false;
        }
    }

    [LoggerMessage(2204, LogLevel.Warning, "Audit entries could not be brought into the database; it is tried again")]
    private partial void LogFailed(Exception exception);
}
