using System.CommandLine;
using System.Globalization;
using HaConsole.Web.Api;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>events list|ack|note</c>.</summary>
internal static class EventVerbs
{
    private const int Usual = 50;
    private const int Most = 1_000;

    public static Command Create(CliContext context) => new("events", "what has happened on both servers")
    {
        List(context),
        Acknowledge(context),
        Note(context),
    };

    private static Command List(CliContext context)
    {
        var open = new Option<bool>("--open") { Description = "only warnings and alarms that nobody has acknowledged" };
        var limit = new Option<int>("--limit") { Description = "most events; the newest are shown", DefaultValueFactory = _ => Usual };
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Most))
            {
                result.AddError($"events list: --limit must be 1 to {Most}, not '{text}'");
            }
        });
        var format = Values.FormatOption();
        var command = new Command("list", "events of both servers, oldest first, each with its ID") { open, limit, format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var path = string.Create(CultureInfo.InvariantCulture, $"api/v1/events?limit={parsed.GetValue(limit)}{(parsed.GetValue(open) ? "&open=true&severity=warning" : "")}");
            var answer = await client.GetAsync(path, cancellationToken).ConfigureAwait(false);
            var events = answer.Read(ApiJson.Default.IReadOnlyListEventInfo);
            var text = events.Count == 0 ? "no events" : string.Join(Environment.NewLine, events.Select(Line));
            await context.Output.WriteLineAsync(parsed.GetValue(format) == "json" ? answer.Body : text).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Acknowledge(CliContext context)
    {
        var id = Id("events ack");
        var note = new Option<string>("--note") { Description = "what is known about it", DefaultValueFactory = _ => "", HelpName = "TEXT" };
        note.Validators.Add(result => Short(result.Tokens, result.AddError, "events ack: --note"));
        var command = new Command("ack", "acknowledges an event, with a note; exit code 5 when it cannot be found") { id, note };
        command.SetAction((parsed, cancellationToken) => SayAsync(context, parsed, parsed.GetValue(id)!, "acknowledge", parsed.GetValue(note)!, cancellationToken));
        return command;
    }

    private static Command Note(CliContext context)
    {
        var id = Id("events note");
        var text = new Argument<string>("TEXT") { Description = "the note" };
        text.Validators.Add(result => Short(result.Tokens, result.AddError, "events note: TEXT"));
        var command = new Command("note", "adds a note to an event; exit code 5 when it cannot be found") { id, text };
        command.SetAction((parsed, cancellationToken) => SayAsync(context, parsed, parsed.GetValue(id)!, "notes", parsed.GetValue(text)!, cancellationToken));
        return command;
    }

    private static Task<int> SayAsync(CliContext context, ParseResult parsed, string id, string call, string note, CancellationToken cancellationToken)
        => ControlVerbs.OrderAsync(context, parsed, $"events/{id.Replace('-', '/')}/{call}", new NoteRequest { Note = note }, ApiJson.Default.NoteRequest, cancellationToken);

    private static Argument<string> Id(string verb)
    {
        var id = new Argument<string>("ID") { Description = "of events list: server and number, such as 1-42" };
        id.Validators.Add(result =>
        {
            var parts = result.Tokens is [{ Value: var text }] ? text.Split('-') : [];
            if (result.Tokens.Count == 1 && !(parts is ["1" or "2", var number] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && sequence > 0))
            {
                result.AddError($"{verb}: must be an ID such as 1-42, not '{result.Tokens[0].Value}'");
            }
        });
        return id;
    }

    private static void Short(IReadOnlyList<System.CommandLine.Parsing.Token> tokens, Action<string> error, string what)
    {
        if (tokens is [{ Value.Length: > HistoryOperations.LongestNote }])
        {
            error(string.Create(CultureInfo.InvariantCulture, $"{what} must have at most {HistoryOperations.LongestNote} characters"));
        }
    }

    private static string Line(EventInfo entry)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{entry.At:yyyy-MM-dd HH:mm:ss} UTC  {entry.Server}-{entry.Sequence,-8} {entry.Severity,-8} {entry.Sentence}");
        return entry.AcknowledgedBy is { } by ? $"{line} (acknowledged by {by})" : line;
    }
}
