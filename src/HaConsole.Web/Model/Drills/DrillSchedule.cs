using System.Globalization;
using System.Text.Json;

namespace HaConsole.Web.Model.Drills;

/// <summary>
/// When this server proves its readiness by itself each day: a file of its own in the data directory, since nothing that is replicated
/// between the servers has a place for it.
/// </summary>
public sealed class DrillSchedule
{
    private readonly string file;
    private TimeOnly? daily;

    /// <summary>Reads the file; one that is missing or damaged is no schedule.</summary>
    public DrillSchedule(string dataDirectory)
    {
        file = Path.Combine(dataDirectory, "drills.json");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            daily = document.RootElement.TryGetProperty("dailyProofAt", out var at) && at.ValueKind == JsonValueKind.String && TryParse(at.GetString()!, out var time) ? time : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            // Nothing planned: the page shows it, and whoever misses the plan makes it again.
            daily = null;
        }
    }

    /// <summary>Local time of day; null: no proof is planned.</summary>
    public TimeOnly? DailyProofAt => daily;

    /// <summary>Reads <c>HH:mm</c>.</summary>
    public static bool TryParse(string text, out TimeOnly time) => TimeOnly.TryParseExact(text?.Trim(), ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    /// <summary>Plans it, or ends the plan; null when it is saved, else why not.</summary>
    public string? Save(TimeOnly? at)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var fresh = file + ".new";
            File.WriteAllText(fresh, at is { } time ? $$"""{ "dailyProofAt": "{{time.ToString("HH:mm", CultureInfo.InvariantCulture)}}" }""" : "{}");
            File.Move(fresh, file, overwrite: true);
            daily = at;
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Next planned proof after a moment, in the time zone of that moment; null when none is planned.</summary>
    public DateTime? Next(DateTime after)
        => daily is not { } at ? null : after.Date + at.ToTimeSpan() is var today && today > after ? today : today.AddDays(1);
}
