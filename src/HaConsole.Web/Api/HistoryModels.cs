using HaConsole.Storage;

namespace HaConsole.Web.Api;

/// <summary>An event of the timeline with what people added to it.</summary>
public sealed record EventInfo
{
    /// <summary>Place in the order of both servers' events, for <c>after</c> and <c>before</c>.</summary>
    public required string Cursor { get; init; }

    /// <summary>Pair it belongs to.</summary>
    public string Pair { get; init; } = "default";

    /// <summary>Epoch in force when it happened.</summary>
    public long Epoch { get; init; }

    /// <summary>Sequence within its server's journal.</summary>
    public long Sequence { get; init; }

    /// <summary>1 or 2.</summary>
    public int Server { get; init; }

    /// <summary>Wall clock (UTC).</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Stable name.</summary>
    public required string Kind { get; init; }

    /// <summary>Row of the transition table, 0 when none.</summary>
    public int Row { get; init; }

    /// <summary>Info, Warning or Alarm.</summary>
    public required string Severity { get; init; }

    /// <summary>What happened and why.</summary>
    public required string Sentence { get; init; }

    /// <summary>Facts at that moment.</summary>
    public IReadOnlyDictionary<string, string> Evidence { get; init; } = new Dictionary<string, string>();

    /// <summary>When it was acknowledged (UTC).</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>Who acknowledged it.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>Notes, oldest first.</summary>
    public IReadOnlyList<EventNote> Notes { get; init; } = [];

    /// <summary>As the API gives it.</summary>
    public static EventInfo Of(EventRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new EventInfo
        {
            Cursor = EventCursor.Of(row).ToString(),
            Pair = row.Pair,
            Epoch = row.Epoch,
            Sequence = row.Sequence,
            Server = row.Server,
            At = row.At,
            Kind = row.Kind,
            Row = row.Row,
            Severity = row.Severity.ToString(),
            Sentence = row.Sentence,
            Evidence = row.Evidence,
            AcknowledgedAt = row.AcknowledgedAt,
            AcknowledgedBy = row.AcknowledgedBy,
            Notes = [.. row.Notes.Select(n => new EventNote(n.At, n.User, n.Text))],
        };
    }
}

/// <summary>What somebody wrote about an event.</summary>
/// <param name="At">When (UTC).</param>
/// <param name="User">Who.</param>
/// <param name="Text">The note.</param>
public sealed record EventNote(DateTimeOffset At, string User, string Text);

/// <summary>Body of <c>POST events/{server}/{sequence}/acknowledge</c> and <c>…/notes</c>.</summary>
public sealed record NoteRequest
{
    /// <summary>The note; may be empty when acknowledging. At most 2,000 characters.</summary>
    public string Note { get; set; } = "";
}

/// <summary>An audit entry of either server.</summary>
public sealed record AuditInfo
{
    /// <summary>Place in the list, for <c>before</c>.</summary>
    public required string Cursor { get; init; }

    /// <summary>Sequence within its server's audit log.</summary>
    public long Sequence { get; init; }

    /// <summary>1 or 2.</summary>
    public int Server { get; init; }

    /// <summary>Wall clock (UTC).</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public string User { get; init; } = "";

    /// <summary>With which role.</summary>
    public string Role { get; init; } = "";

    /// <summary><c>console</c>, <c>api</c>, <c>cli</c>, <c>peer</c> or <c>system</c>.</summary>
    public string Origin { get; init; } = "";

    /// <summary>From where.</summary>
    public string Address { get; init; } = "";

    /// <summary>What.</summary>
    public string Action { get; init; } = "";

    /// <summary>On what.</summary>
    public string Target { get; init; } = "";

    /// <summary>The same on the command line.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>Before.</summary>
    public string Before { get; init; } = "";

    /// <summary>After.</summary>
    public string After { get; init; } = "";

    /// <summary><c>done</c>, <c>refused</c> or <c>failed</c>.</summary>
    public string Result { get; init; } = "";

    /// <summary>What came of it.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>Hash of the entry; the next one of this server holds it as <see cref="PreviousHash"/>.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Hash of the entry before.</summary>
    public string PreviousHash { get; init; } = "";

    /// <summary>As the API gives it.</summary>
    public static AuditInfo Of(AuditRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new AuditInfo
        {
            Cursor = History.AuditTrail.Write(new AuditCursor(row.At, row.Id)),
            Sequence = row.Sequence,
            Server = row.Server,
            At = row.At,
            User = row.User,
            Role = row.Role,
            Origin = row.Origin,
            Address = row.Address,
            Action = row.Action,
            Target = row.Target,
            CommandLine = row.CommandLine,
            Before = row.Before,
            After = row.After,
            Result = row.Result,
            Sentence = row.Sentence,
            Hash = row.Hash,
            PreviousHash = row.PreviousHash,
        };
    }
}
