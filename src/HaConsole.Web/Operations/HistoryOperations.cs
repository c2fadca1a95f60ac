using System.Globalization;
using HaConsole.Engine.Journal;
using HaConsole.Storage;
using HaConsole.Web.History;
using HaConsole.Web.Live;

namespace HaConsole.Web.Operations;

/// <summary>
/// What operators do with the history: acknowledge, note, take a copy. The same for pages and API. Acknowledgements and notes are entries of this
/// server's journal, which brings them to the databases of both servers; they need no database.
/// </summary>
public sealed class HistoryOperations(ConsoleEngine engine, Timeline timeline, OperationGate gate)
{
    private static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(2);

    /// <summary>Longest note, in characters.</summary>
    public const int LongestNote = 2_000;

    /// <summary>Acknowledges an event, with a note when there is one. An event that is acknowledged stays so; the note is added.</summary>
    public Task<OperationResult> AcknowledgeAsync(Actor actor, int server, long sequence, string note)
        => ChangeAsync(actor, "event-acknowledge", server, sequence, note, "acknowledge", async (row, text) => row.AcknowledgedAt is null
            ? await SayAsync(actor, row, text, acknowledges: true, "Acknowledged.").ConfigureAwait(false)
            : text.Length == 0
                ? OperationResult.Done($"{row.AcknowledgedBy} has acknowledged it already.")
                : await SayAsync(actor, row, text, acknowledges: false, $"{row.AcknowledgedBy} has acknowledged it already; the note is added.").ConfigureAwait(false));

    /// <summary>Adds a note to an event.</summary>
    public Task<OperationResult> NoteAsync(Actor actor, int server, long sequence, string note)
        => ChangeAsync(actor, "event-note", server, sequence, note, "notes", (row, text) => text.Length == 0
            ? Task.FromResult(OperationResult.Invalid("The note is empty."))
            : SayAsync(actor, row, text, acknowledges: false, "Note added."));

    /// <summary>Lets somebody take a copy of a part of the history; the copy itself is written by the caller.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="what"><c>events</c>, <c>audit</c> or <c>log</c>.</param>
    /// <param name="target">Which part, for the audit log.</param>
    /// <param name="commandLine">The same on the command line.</param>
    /// <param name="needs">Right needed.</param>
    public Task<OperationResult> ExportAsync(Actor actor, string what, string target, string commandLine, Right needs)
        => gate.RunAsync(actor, new Operation($"export-{what}", target, commandLine, needs) { Audited = true }, () => Task.FromResult(OperationResult.Done("Export begun.")));

    private Task<OperationResult> ChangeAsync(
        Actor actor, string action, int server, long sequence, string note, string call, Func<EventRow, string, Task<OperationResult>> change)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(note);
        var text = note.Trim();
        if (text.Length > LongestNote)
        {
            return Task.FromResult(OperationResult.Invalid(string.Create(CultureInfo.InvariantCulture, $"The note is too long: {text.Length} of at most {LongestNote} characters.")));
        }

        var said = text.Length == 0 ? "" : (call == "notes" ? " " : " --note ") + PairOperations.ShellWord(text);
        var line = string.Create(CultureInfo.InvariantCulture, $"haconsole events {(call == "notes" ? "note" : "ack")} {server}-{sequence}{said}");
        var operation = new Operation(action, string.Create(CultureInfo.InvariantCulture, $"event {server}-{sequence}"), line, Right.Operate) { After = text };
        return gate.RunAsync(actor, operation, async () =>
            await timeline.FindAsync(server, sequence, CancellationToken.None).ConfigureAwait(false) is { } row
                ? await change(row, text).ConfigureAwait(false)
                : OperationResult.Refused(string.Create(CultureInfo.InvariantCulture, $"Event {sequence} of server #{server} cannot be found now.")));
    }

    private async Task<OperationResult> SayAsync(Actor actor, EventRow row, string text, bool acknowledges, string sentence)
    {
        var remark = new EventRemark
        {
            Server = row.Server,
            Sequence = row.Sequence,
            Generation = row.Generation,
            At = row.At,
            User = actor.Name,
            Text = text,
            Acknowledges = acknowledges,
        };
        engine.Engine.Record(remark.Write(PairOperations.EpochOf(engine.Engine.Current)));

        // The disk may make it wait; a page's own thread of work must not.
        var kept = await Task.Run(() => engine.Journal.Flush(DiskPatience)).ConfigureAwait(false);
        return OperationResult.Done(kept ? sentence : $"{sentence} It is in memory alone until the disk takes it.");
    }
}
