using System.Text.Json;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Failover;
using HaConsole.Storage;
using HaConsole.Web.Live;

namespace HaConsole.Web.History;

/// <summary>Keeps in the database what the configuration, the users, the tokens and the holds were, whenever they change.</summary>
internal sealed partial class ProjectionKeeper(ConsoleEngine engine, LiveStatus live, HistoryParts parts, ILogger logger)
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);
    private readonly Signal signal = new();
    private Revision? keptRevision;
    private PairControls? keptControls;

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        void Look(StatusSnapshot snapshot) => signal.Set();
        void StateChanged(DatabaseStatus status) => signal.Set();
        live.Changed += Look;
        parts.Database.StatusChanged += StateChanged;
        try
        {
            signal.Set();
            while (true)
            {
                await signal.WaitAsync(cancellationToken).ConfigureAwait(false);
                while (!await KeepAsync(cancellationToken).ConfigureAwait(false))
                {
                    await signal.WaitAsync(AfterFailure, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            live.Changed -= Look;
            parts.Database.StatusChanged -= StateChanged;
        }
    }

    /// <summary>The row of a revision: its content without secrets.</summary>
    public static RevisionRow RowOf(ConfigurationDocument document, string pair)
    {
        ArgumentNullException.ThrowIfNull(document);
        return new RevisionRow
        {
            Pair = pair,
            Revision = document.Revision.ToString(),
            Counter = document.Revision.Counter,
            Server = document.Revision.Origin,
            Hash = document.Hash,
            SavedAt = document.SavedAt.ToUniversalTime(),
            SavedBy = document.SavedBy,
            Content = JsonSerializer.Serialize(document.Content.WithoutSecrets(), ConfigurationJson.Options),
        };
    }

    private async Task<bool> KeepAsync(CancellationToken cancellationToken)
    {
        if (parts.Database.Status.State != DatabaseState.Ready)
        {
            (keptRevision, keptControls) = (null, null);
            return true;
        }

        try
        {
            var document = engine.Engine.Configuration;
            if (document.Revision != keptRevision)
            {
                foreach (var revision in engine.Engine.ConfigurationHistory.Reverse())
                {
                    await parts.Revisions.AcceptAsync(RowOf(revision, parts.Pair), cancellationToken).ConfigureAwait(false);
                }

                await KeepAccessAsync(document.Content.Access, cancellationToken).ConfigureAwait(false);
                keptRevision = document.Revision;
            }

            var controls = engine.Engine.Controls;
            if (controls != keptControls)
            {
                await parts.Projections.ReplaceHoldsAsync(parts.Pair, Holds(controls), cancellationToken).ConfigureAwait(false);
                keptControls = controls;
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

    private async Task KeepAccessAsync(AccessConfiguration access, CancellationToken cancellationToken)
    {
        var pair = parts.Pair;
        IReadOnlyList<UserRow> users = [.. access.Users.Select(u => new UserRow
        {
            Pair = pair, Id = u.Name.ToLowerInvariant(), Name = u.Name, Role = u.Role.ToString().ToLowerInvariant(), Disabled = u.Disabled, CreatedAt = u.CreatedAt.ToUniversalTime(),
        })];
        IReadOnlyList<TokenRow> tokens = [.. access.Tokens.Select(t => new TokenRow
        {
            Pair = pair, Id = t.Id, Name = t.Name, Owner = t.Owner, Scopes = t.Scope.ToString().ToLowerInvariant(), Disabled = t.Disabled,
            CreatedAt = t.CreatedAt.ToUniversalTime(), ExpiresAt = t.ExpiresAt?.ToUniversalTime(),
        })];
        await parts.Projections.ReplaceUsersAsync(pair, users, cancellationToken).ConfigureAwait(false);
        await parts.Projections.ReplaceTokensAsync(pair, tokens, cancellationToken).ConfigureAwait(false);
    }

    private List<HoldRow> Holds(PairControls controls)
    {
        var rows = new List<HoldRow>();
        Add("hold", 0, controls.Hold);
        Add("pause", 0, controls.Pause);
        Add("maintenance", 1, controls.Maintenance(Rank.Primary));
        Add("maintenance", 2, controls.Maintenance(Rank.Backup));
        return rows;

        void Add(string kind, int server, TimedControl? control)
        {
            if (control is not null)
            {
                rows.Add(new HoldRow
                {
                    Pair = parts.Pair,
                    Kind = kind,
                    Server = server,
                    Owner = control.Owner,
                    Reason = control.Reason,
                    Since = control.Since.ToUniversalTime(),
                    Until = control.Until?.ToUniversalTime(),
                });
            }
        }
    }

    [LoggerMessage(2205, LogLevel.Warning, "Revisions, users and holds could not be brought into the database; it is tried again")]
    private partial void LogFailed(Exception exception);
}
