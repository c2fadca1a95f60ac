using System.Text.Json;

namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>An event of the journal, as far as the audit needs it.</summary>
internal sealed record JournalEntry(int Server, long Epoch, long Sequence, DateTimeOffset At, string Kind, int Row, string From, string To, string Sentence);

/// <summary>A stretch of time.</summary>
internal readonly record struct Span(DateTimeOffset Start, DateTimeOffset End)
{
    public TimeSpan Overlap(Span other)
    {
        var start = Start > other.Start ? Start : other.Start;
        var end = End < other.End ? End : other.End;
        return end > start ? end - start : TimeSpan.Zero;
    }
}

/// <summary>Merges the journals of both servers (they share a clock here) and checks the invariants.</summary>
internal sealed class InvariantAudit
{
    private readonly List<JournalEntry> entries;
    private readonly Dictionary<int, List<DateTimeOffset>> deaths;

    /// <summary>Over these events; a server that was killed could not write that it is Active no more, so its deaths are told.</summary>
    public InvariantAudit(IEnumerable<JournalEntry> entries, IReadOnlyDictionary<int, IReadOnlyList<DateTimeOffset>> deaths)
    {
        this.entries = [.. entries.OrderBy(x => x.At).ThenBy(x => x.Sequence)];
        this.deaths = deaths.ToDictionary(x => x.Key, x => x.Value.Order().ToList());
    }

    /// <summary>Reads the journal below a data directory. A torn last line is what a killed server may leave; any other is an error.</summary>
    public static IEnumerable<JournalEntry> Read(string data)
    {
        var folder = Path.Combine(data, "journal");
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "events-*.jsonl") : [];
        foreach (var file in files.Order())
        {
            var lines = File.ReadAllLines(file).Where(x => x.Length > 0).ToList();
            foreach (var line in lines)
            {
                if (Parse(line) is { } entry)
                {
                    yield return entry;
                }
                else
                {
                    Assert.True(ReferenceEquals(line, lines[^1]), $"{file}: a line is no JSON: {line}");
                }
            }
        }
    }

    /// <summary>Every violation in one sentence each.</summary>
    /// <param name="allowedOverlap">How long two servers may be Active in all while messages can pass: (N+1)·H + T.</param>
    /// <param name="cuts">Times when no message could pass, or a server stood still: two Actives cannot be avoided then.</param>
    /// <param name="end">End of the observation.</param>
    public IReadOnlyList<string> Violations(TimeSpan allowedOverlap, IReadOnlyList<Span> cuts, DateTimeOffset end)
    {
        var problems = new List<string>();
        foreach (var server in entries.GroupBy(x => x.Server))
        {
            var ordered = server.OrderBy(x => x.Sequence).ToList();
            problems.AddRange(ordered.Zip(ordered.Skip(1)).Where(x => x.First.Sequence == x.Second.Sequence)
                .Select(x => $"server {server.Key} used sequence {x.First.Sequence} twice"));

            // A server that has lost its state says so, and does not know the epoch before it hears from its peer.
            problems.AddRange(ordered.Zip(ordered.Skip(1)).Where(x => x.Second.Epoch < x.First.Epoch && x.Second.Kind != "damaged-file")
                .Select(x => $"server {server.Key}: epoch fell from {x.First.Epoch} to {x.Second.Epoch} at {x.Second.At:O} ({x.Second.Sentence})"));
        }

        problems.AddRange(Activations.GroupBy(x => x.Epoch).Where(x => x.Select(y => y.Server).Distinct().Count() > 1)
            .Select(x => $"both servers became Active in epoch {x.Key}"));

        var first = ActiveSpans(1, end);
        var second = ActiveSpans(2, end);
        var both = TimeSpan.Zero;
        foreach (var a in first)
        {
            foreach (var b in second)
            {
                var shared = new Span(a.Start > b.Start ? a.Start : b.Start, a.End < b.End ? a.End : b.End);
                var excused = cuts.Aggregate(TimeSpan.Zero, (sum, cut) => sum + shared.Overlap(cut));
                both += a.Overlap(b) - excused;
            }
        }

        if (both > allowedOverlap)
        {
            problems.Add($"two Actives for {both.TotalSeconds:0.000} s while messages could pass, allowed are {allowedOverlap.TotalSeconds:0.000} s");
        }

        return problems;
    }

    /// <summary>Changes of either server to Active, oldest first.</summary>
    public IReadOnlyList<JournalEntry> Activations => [.. entries.Where(x => x.Kind == "role-changed" && x.To == "Active")];

    /// <summary>All events, oldest first.</summary>
    public IReadOnlyList<JournalEntry> Entries => entries;

    private List<Span> ActiveSpans(int server, DateTimeOffset end)
    {
        var spans = new List<Span>();
        DateTimeOffset? since = null;
        foreach (var change in entries.Where(x => x.Server == server && x.Kind == "role-changed"))
        {
            if (since is { } start && change.To != "Active")
            {
                spans.Add(new Span(start, Death(server, start, change.At)));
                since = null;
            }
            else if (since is { } earlier && Death(server, earlier, change.At) is var death && death < change.At)
            {
                // Killed as Active, came back as Active.
                spans.Add(new Span(earlier, death));
                since = change.At;
            }
            else if (change.To == "Active")
            {
                since ??= change.At;
            }
        }

        if (since is { } last)
        {
            spans.Add(new Span(last, Death(server, last, end)));
        }

        return spans;
    }

    private DateTimeOffset Death(int server, DateTimeOffset after, DateTimeOffset before)
        => deaths.GetValueOrDefault(server)?.FirstOrDefault(x => x >= after && x < before, before) ?? before;

    private static JournalEntry? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var evidence = root.TryGetProperty("evidence", out var found) ? found : default;
            return new JournalEntry(
                root.GetProperty("server").GetInt32(),
                root.GetProperty("epoch").GetInt64(),
                root.GetProperty("sequence").GetInt64(),
                root.GetProperty("at").GetDateTimeOffset(),
                root.GetProperty("kind").GetString()!,
                root.TryGetProperty("row", out var row) ? row.GetInt32() : 0,
                Fact(evidence, "from"),
                Fact(evidence, "to"),
                root.GetProperty("sentence").GetString()!);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Fact(JsonElement evidence, string name)
        => evidence.ValueKind == JsonValueKind.Object && evidence.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
