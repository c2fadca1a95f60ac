using System.Globalization;
using HaConsole.Storage;
using HaConsole.Web.History;
using HaConsole.Web.Live;

namespace HaConsole.Web.Operations;

/// <summary>What operators do with the history: acknowledge, note, take a copy. The same for pages and API.</summary>
public sealed class HistoryOperations(ConsoleEngine engine, HistoryHost history, OperationGate gate)
{
    /// <summary>Longest note, in characters.</summary>
    public const int LongestNote = 2_000;

    /// <summary>Acknowledges an event, with a note when there is one.</summary>
    public Task<OperationResult> AcknowledgeAsync(Actor actor, int server, long sequence, string note)
        => ChangeAsync(actor, "event-acknowledge", server, sequence, note, "acknowledge", async text =>
            await history.Events.AcknowledgeAsync(engine.Engine.Current.Pair, server, sequence, actor.Name, text).ConfigureAwait(false)
                ? OperationResult.Done("Acknowledged.")
                : Missing(server, sequence));

    /// <summary>Adds a note to an event.</summary>
    public Task<OperationResult> NoteAsync(Actor actor, int server, long sequence, string note)
        => ChangeAsync(actor, "event-note", server, sequence, note, "notes", async text => text.Length == 0
            ? OperationResult.Invalid("The note is empty.")
            : await history.Events.AddNoteAsync(engine.Engine.Current.Pair, server, sequence, actor.Name, text).ConfigureAwait(false)
                ? OperationResult.Done("Note added.")
                : Missing(server, sequence));

    /// <summary>Lets somebody take a copy of a part of the history; the copy itself is written by the caller.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="what"><c>events</c>, <c>audit</c> or <c>log</c>.</param>
    /// <param name="target">Which part, for the audit log.</param>
    /// <param name="commandLine">The same on the command line.</param>
    /// <param name="needs">Right needed.</param>
    public Task<OperationResult> ExportAsync(Actor actor, string what, string target, string commandLine, Right needs)
        => gate.RunAsync(actor, new Operation($"export-{what}", target, commandLine, needs) { Audited = true }, () => Task.FromResult(OperationResult.Done("Export begun.")));

    private static OperationResult Missing(int server, long sequence)
        => OperationResult.Refused(string.Create(CultureInfo.InvariantCulture, $"Event {sequence} of server #{server} is not in the database (any more, or not yet)."));

    private Task<OperationResult> ChangeAsync(Actor actor, string action, int server, long sequence, string note, string call, Func<string, Task<OperationResult>> change)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(note);
        var text = note.Trim();
        if (text.Length > LongestNote)
        {
            return Task.FromResult(OperationResult.Invalid(string.Create(CultureInfo.InvariantCulture, $"The note is too long: {text.Length} of at most {LongestNote} characters.")));
        }

        var line = string.Create(CultureInfo.InvariantCulture, $"curl -X POST …/api/v1/events/{server}/{sequence}/{call}");
        var operation = new Operation(action, string.Create(CultureInfo.InvariantCulture, $"event {server}-{sequence}"), line, Right.Operate) { After = text };
        return gate.RunAsync(actor, operation, async () =>
        {
            try
            {
                return await change(text).ConfigureAwait(false);
            }
            catch (DatabaseUnavailableException e)
            {
                return OperationResult.Failed($"Nothing was saved, because the database cannot be used now: {e.Message}");
            }
        });
    }
}
