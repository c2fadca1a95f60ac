using System.Globalization;

namespace HaConsole.Engine.Journal;

/// <summary>
/// What somebody said about an event: an acknowledgement, a note, or both. It is an entry of the journal of the server where it was said, and so
/// travels like every other entry: none is lost, none arrives twice. It names its event by what is the same on both servers.
/// </summary>
public sealed record EventRemark
{
    /// <summary>Kind of the entry of an acknowledgement.</summary>
    public const string AcknowledgedKind = "acknowledged";

    /// <summary>Kind of the entry of a note alone.</summary>
    public const string NoteKind = "note";

    /// <summary>Both kinds.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [AcknowledgedKind, NoteKind];

    /// <summary>Server of the event, 1 or 2.</summary>
    public required int Server { get; init; }

    /// <summary>Sequence of the event in that server's journal.</summary>
    public required long Sequence { get; init; }

    /// <summary>Generation that the event has in the database of the server where the remark was made; 0 when it was not asked.</summary>
    public int Generation { get; init; }

    /// <summary>
    /// When the event happened, by its server's clock. Tells it from another one under the same number, when a server has numbered from the start
    /// again: generations are counted by each database for itself. Null: the generation alone names it.
    /// </summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Who said it.</summary>
    public required string User { get; init; }

    /// <summary>The note; empty for an acknowledgement without one.</summary>
    public string Text { get; init; } = "";

    /// <summary>It acknowledges the event.</summary>
    public bool Acknowledges { get; init; }

    /// <summary>Whether an entry of the journal is of this kind.</summary>
    public static bool IsKind(string kind) => kind is AcknowledgedKind or NoteKind;

    /// <summary>The remark of an entry; null when it is none, or names no event.</summary>
    public static EventRemark? Read(HaEvent entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var evidence = entry.Evidence;
        if (!IsKind(entry.Kind) || Number(evidence, "server") is not (1 or 2) || Number(evidence, "sequence") is not > 0)
        {
            return null;
        }

        return new EventRemark
        {
            Server = (int)Number(evidence, "server")!.Value,
            Sequence = Number(evidence, "sequence")!.Value,
            Generation = Number(evidence, "generation") is { } generation and <= int.MaxValue ? (int)generation : 0,
            At = DateTimeOffset.TryParse(evidence.GetValueOrDefault("at"), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) ? at : null,
            User = evidence.GetValueOrDefault("user", ""),
            Text = evidence.GetValueOrDefault("text", ""),
            Acknowledges = entry.Kind == AcknowledgedKind,
        };
    }

    /// <summary>The entry for the journal.</summary>
    /// <param name="epoch">Epoch in force.</param>
    public HaEvent Write(long epoch)
    {
        var evidence = new Dictionary<string, string>
        {
            ["server"] = Server.ToString(CultureInfo.InvariantCulture),
            ["sequence"] = Sequence.ToString(CultureInfo.InvariantCulture),
            ["generation"] = Generation.ToString(CultureInfo.InvariantCulture),
            ["user"] = User,
        };
        if (At is { } at)
        {
            evidence["at"] = at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
        }

        if (Text.Length > 0)
        {
            evidence["text"] = Text;
        }

        var said = Text.Length > 0 ? $": {Text}" : ".";
        return new HaEvent
        {
            Kind = Acknowledges ? AcknowledgedKind : NoteKind,
            Epoch = epoch,
            Sentence = Acknowledges ? $"{User} acknowledges event {Server}-{Sequence}{said}" : $"{User} notes on event {Server}-{Sequence}{said}",
            Evidence = evidence,
        };
    }

    /// <summary>Whether it belongs to an event. Databases keep microseconds, journals more.</summary>
    public bool Names(int server, long sequence, DateTimeOffset at, int generation)
        => Server == server && Sequence == sequence && (At is { } mine ? mine.UtcTicks / TimeSpan.TicksPerMicrosecond == at.UtcTicks / TimeSpan.TicksPerMicrosecond : Generation == generation);

    private static long? Number(IReadOnlyDictionary<string, string> evidence, string name)
        => long.TryParse(evidence.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
