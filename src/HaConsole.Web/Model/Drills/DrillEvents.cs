using System.Globalization;
using HaConsole.Engine.Journal;
using HaConsole.Failover;

namespace HaConsole.Web.Model.Drills;

/// <summary>
/// Drills as events of the journal, kind <c>drill</c>: one at the start and one at the end. That is where results are kept: they are in
/// the timeline of the server that led the drill, survive restarts, and need no database.
/// </summary>
public static class DrillEvents
{
    /// <summary>Kind of the events.</summary>
    public const string Kind = "drill";

    private const string StepPrefix = "step.";

    /// <summary>The event of a drill that begins or has ended.</summary>
    public static HaEvent Write(DrillView drill, long epoch)
    {
        ArgumentNullException.ThrowIfNull(drill);
        var evidence = new Dictionary<string, string>
        {
            ["drill"] = drill.Id,
            ["type"] = drill.Kind.ToString(),
            ["state"] = drill.End.ToString(),
            ["operator"] = drill.Operator,
            ["from"] = Number(drill.From),
            ["to"] = Number(drill.To),
            ["startedAt"] = drill.StartedAt.ToString("O", CultureInfo.InvariantCulture),
        };
        if (drill.ClientSeconds is { } client)
        {
            evidence["clientSeconds"] = Number(client);
        }

        if (drill.End != DrillEnd.Running)
        {
            for (var i = 0; i < drill.Steps.Count; i++)
            {
                var step = drill.Steps[i];
                evidence[string.Create(CultureInfo.InvariantCulture, $"{StepPrefix}{i:00}.{step.Code}")] =
                    $"{step.State}|{Number(step.ExpectedSeconds)}|{Number(step.MeasuredSeconds)}|{step.Detail}";
            }
        }

        return new HaEvent
        {
            Kind = Kind,
            Epoch = epoch,
            Severity = drill.End is DrillEnd.Failed or DrillEnd.Interrupted ? Severity.Warning : Severity.Info,
            Sentence = Sentence(drill),
            Evidence = evidence,
        };
    }

    /// <summary>The drill of an event; null when it is none, or not one that this version can read.</summary>
    public static DrillView? Read(HaEvent entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var e = entry.Evidence;
        if (entry.Kind != Kind || !e.TryGetValue("drill", out var id) || !Enum.TryParse<DrillKind>(e.GetValueOrDefault("type"), out var kind)
            || !Enum.TryParse<DrillEnd>(e.GetValueOrDefault("state"), out var end)
            || !DateTimeOffset.TryParse(e.GetValueOrDefault("startedAt"), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var started))
        {
            return null;
        }

        return new DrillView
        {
            Id = id,
            Kind = kind,
            End = end,
            Operator = e.GetValueOrDefault("operator", ""),
            StartedAt = started,
            EndedAt = end == DrillEnd.Running ? null : entry.At,
            From = (int)(Parse(e.GetValueOrDefault("from")) ?? 0),
            To = (int)(Parse(e.GetValueOrDefault("to")) ?? 0),
            Server = entry.Server,
            ClientSeconds = Parse(e.GetValueOrDefault("clientSeconds")),
            Steps = [.. e.Where(pair => pair.Key.StartsWith(StepPrefix, StringComparison.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Step(pair.Key, pair.Value)).OfType<DrillStep>()],
        };
    }

    private static DrillStep? Step(string key, string value)
    {
        var (name, parts) = (key[StepPrefix.Length..].Split('.', 2), value.Split('|', 4));
        return name.Length == 2 && parts.Length == 4 && Enum.TryParse<StepState>(parts[0], out var state)
            ? new DrillStep(name[1], state, Parse(parts[1]), Parse(parts[2]), parts[3])
            : null;
    }

    private static string Sentence(DrillView drill)
    {
        var what = drill.Kind switch
        {
            DrillKind.Switch => $"planned switch from server #{drill.From} to server #{drill.To} and back",
            DrillKind.Stop => $"stop of server #{drill.From}, watched",
            _ => $"readiness proof of server #{drill.To}",
        };
        var measured = drill.MeasuredSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $" Takeover in {seconds:0.##} s.") : "";
        var client = drill.ClientSeconds is { } gap ? string.Create(CultureInfo.InvariantCulture, $" Clients without an Active for {gap:0.##} s.") : "";
        return drill.End == DrillEnd.Running
            ? $"Drill begins: {what}, led by {drill.Operator}."
            : $"Drill {drill.End.ToString().ToLowerInvariant()}: {what}, led by {drill.Operator}.{measured}{client}";
    }

    private static string Number(double? value) => value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "";

    private static double? Parse(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
