using System.Globalization;
using System.Text.Json;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Peering;
using HaConsole.Storage;
using HaConsole.Web.Api;
using HaConsole.Web.Live;

namespace HaConsole.Web.History;

/// <summary>A page of audit entries.</summary>
/// <param name="Page">Entries, newest first.</param>
/// <param name="FromFiles">The database could not be asked: these are the last entries of this server's own files. The text says why.</param>
public sealed record AuditTrailPage(AuditPage Page, string? FromFiles);

/// <summary>The audit entries of both servers for pages and calls, and the proof that nobody has changed them.</summary>
public sealed class AuditTrail(ConsoleEngine engine, HistoryHost history)
{
    /// <summary>Path of the call that verifies the answering server's audit log.</summary>
    public const string VerifyPath = "/api/v1/audit/verification";

    /// <summary>Last entries of the files that are looked through while the database is down.</summary>
    public const int MostFromFiles = 2_000;

    /// <summary>A page of entries, newest first.</summary>
    public async Task<AuditTrailPage> QueryAsync(AuditFilter filter, AuditCursor? before, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        try
        {
            return new AuditTrailPage(await history.Audit.QueryAsync(filter, before, limit, cancellationToken).ConfigureAwait(false), null);
        }
        catch (DatabaseUnavailableException e)
        {
            var rows = OfFiles(filter).Where(row => before is not { } place || (row.At, row.Id).CompareTo((place.At, place.Id)) < 0).Take(limit + 1).ToList();
            List<AuditRow> shown = [.. rows.Take(limit)];
            return new AuditTrailPage(new AuditPage { Rows = shown, Older = rows.Count > limit ? new AuditCursor(shown[^1].At, shown[^1].Id) : null }, e.Message);
        }
    }

    /// <summary>All entries of a filter, newest first. While the database is down: the last ones of this server's files.</summary>
    public async IAsyncEnumerable<AuditRow> ExportAsync(AuditFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (!history.IsReady)
        {
            foreach (var row in OfFiles(filter))
            {
                yield return row;
            }

            yield break;
        }

        await foreach (var row in history.Audit.ExportAsync(filter, cancellationToken).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    /// <summary>Reads the whole audit log of a server and checks its chain; null when that server does not answer.</summary>
    public async Task<AuditVerification?> VerifyAsync(int server, CancellationToken cancellationToken)
    {
        if (server == Servers.Local(engine.Engine.Current) || server == 0)
        {
            return await Task.Run(engine.Run.Audit.Verify, cancellationToken).ConfigureAwait(false);
        }

        var answer = await engine.Run.ForwardToPeerAsync(new ForwardedRequest("GET", VerifyPath, "", new Dictionary<string, string>()), cancellationToken).ConfigureAwait(false);
        try
        {
            return answer is { Status: StatusCodes.Status200OK } ? JsonSerializer.Deserialize(answer.Body, ApiJson.Default.AuditVerification) : null;
        }
        catch (JsonException)
        {
            // A version that answers otherwise: as good as no answer.
            return null;
        }
    }

    /// <summary>The written form of a place.</summary>
    public static string Write(AuditCursor cursor) => string.Create(CultureInfo.InvariantCulture, $"{cursor.At.UtcTicks}-{cursor.Id}");

    /// <summary>Reads the written form; false when it is none.</summary>
    public static bool TryRead(string? text, out AuditCursor cursor)
    {
        cursor = default;
        var parts = (text ?? "").Split('-');
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            || ticks > DateTimeOffset.MaxValue.UtcTicks
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        cursor = new AuditCursor(new DateTimeOffset(ticks, TimeSpan.Zero), id);
        return true;
    }

    private static bool Matches(AuditFilter filter, AuditRow row)
        => (filter.User.Length == 0 || filter.User == row.User)
            && (filter.Action.Length == 0 || filter.Action == row.Action)
            && (filter.Result.Length == 0 || filter.Result == row.Result)
            && (filter.From is not { } from || row.At >= from)
            && (filter.To is not { } to || row.At <= to)
            && filter.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => Fields(row).Any(field => field.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private static string[] Fields(AuditRow row)
        => [row.Action, row.Target, row.CommandLine, row.Sentence, row.Before, row.After, row.User, row.Address];

    private IEnumerable<AuditRow> OfFiles(AuditFilter filter)
    {
        var log = engine.Run.Audit;
        return log.Read(Math.Max(0, log.Last - MostFromFiles), MostFromFiles)
            .Select(e => AuditForwarding.RowOf(e, filter.Pair) with { Id = e.Sequence })
            .Where(row => Matches(filter, row)).OrderByDescending(row => (row.At, row.Id));
    }
}
