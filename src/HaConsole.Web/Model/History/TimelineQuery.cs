using System.Globalization;
using HaConsole.Failover;
using HaConsole.Storage;

namespace HaConsole.Web.Model.History;

/// <summary>What the timeline is asked for, as its address says it. Values that are not legal are as if they were not given.</summary>
public sealed record TimelineQuery
{
    /// <summary>Longest text that is searched, in characters.</summary>
    public const int LongestText = 500;

    /// <summary><c>warning</c> or <c>alarm</c>; empty: all.</summary>
    public string Severity { get; init; } = "";

    /// <summary>1 or 2; null: both.</summary>
    public int? Server { get; init; }

    /// <summary>Kinds, separated by commas.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Words searched.</summary>
    public string Text { get; init; } = "";

    /// <summary>Only what a rule decided.</summary>
    public bool Decisions { get; init; }

    /// <summary>Only warnings and alarms that nobody has acknowledged.</summary>
    public bool Open { get; init; }

    /// <summary>Earliest time (UTC).</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Latest time (UTC).</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Nothing is left out.</summary>
    public bool IsAll => this == new TimelineQuery();

    /// <summary>Of the parts of an address.</summary>
    public static TimelineQuery Of(string? severity, int? server, string? kind, string? text, bool? decisions, bool? open, string? from, string? to) => new()
    {
        Severity = severity?.ToLowerInvariant() is "warning" or "alarm" ? severity.ToLowerInvariant() : "",
        Server = server is 1 or 2 ? server : null,
        Kind = (kind ?? "").Trim(),
        Text = (text ?? "") is { Length: > LongestText } tooLong ? tooLong[..LongestText] : text ?? "",
        Decisions = decisions is true,
        Open = open is true,
        From = Time(from),
        To = Time(to),
    };

    /// <summary>As the history takes it.</summary>
    public EventFilter Filter(string pair) => new()
    {
        Pair = pair,
        MinSeverity = Severity switch
        {
            "alarm" => Failover.Severity.Alarm,
            "warning" => Failover.Severity.Warning,
            _ => Failover.Severity.Info,
        },
        Servers = Server is { } server ? [server] : [],
        Kinds = Kind.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        Text = Text,
        OnlyDecisions = Decisions,
        OnlyUnacknowledged = Open,
        From = From,
        To = To,
        WithoutRemarks = true,
    };

    /// <summary>As parts of an address; those that say nothing are null.</summary>
    public IReadOnlyDictionary<string, object?> Parts() => new Dictionary<string, object?>
    {
        ["severity"] = Severity.Length > 0 ? Severity : null,
        ["server"] = Server,
        ["kind"] = Kind.Length > 0 ? Kind : null,
        ["text"] = Text.Length > 0 ? Text : null,
        ["decisions"] = Decisions ? true : null,
        ["open"] = Open ? true : null,
        ["from"] = Write(From),
        ["to"] = Write(To),
    };

    /// <summary>As the query of an address, with a leading <c>&amp;</c> for each part.</summary>
    public string Query() => string.Concat(Parts().Where(p => p.Value is not null).Select(p =>
        $"&{p.Key}={Uri.EscapeDataString(p.Value is bool ? "true" : Convert.ToString(p.Value, CultureInfo.InvariantCulture)!)}"));

    /// <summary>A time as an input element and an address take it, in UTC; null for null.</summary>
    public static string? Write(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Reads a time, in UTC unless it says otherwise; null when it is none.</summary>
    public static DateTimeOffset? Time(string? text)
        => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUniversalTime() : null;
}
