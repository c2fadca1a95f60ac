using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HaConsole.Failover;

namespace HaConsole.Simulation.Results;

/// <summary>Prints a result for programs (JSON) and for people (text).</summary>
public static class ResultWriter
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>One JSON document; times are seconds with at most three decimals.</summary>
    public static string Json(SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("name", result.Name);
            json.WriteNumber("seed", result.Seed);
            json.WritePropertyName("duration");
            json.WriteRawValue(Seconds(result.Duration, "0.###"));
            json.WriteStartArray("roleChanges");
            foreach (var change in result.RoleChanges)
            {
                json.WriteStartObject();
                Time(json, "at", change.At);
                json.WriteNumber("server", change.Server);
                json.WriteString("role", change.Role.ToString());
                json.WriteNumber("row", change.Row);
                json.WriteString("reason", change.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("switches", result.Switches);
            Time(json, "dualActiveSeconds", result.DualActive);
            Time(json, "noActiveSeconds", result.NoActive);
            json.WriteStartObject("final");
            Final(json, "1", result.Final1);
            Final(json, "2", result.Final2);
            json.WriteEndObject();
            json.WriteStartArray("violations");
            foreach (var violation in result.Violations)
            {
                json.WriteStartObject();
                json.WriteString("invariant", violation.Invariant);
                Time(json, "at", violation.At);
                json.WriteString("sentence", violation.Sentence);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>A timeline with aligned columns and a summary.</summary>
    public static string Text(SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{result.Name} (seed {result.Seed}, {Clock(result.Duration)})\n\n");
        var width = Math.Max(Clock(result.Duration).Length, "time".Length);
        text.Append(Line("time".PadLeft(width), "server 1", "server 2", "row", "what happened"));
        foreach (var entry in result.Timeline)
        {
            var row = entry.Row == 0 ? "" : entry.Row.ToString(CultureInfo.InvariantCulture);
            text.Append(Line(Clock(entry.At).PadLeft(width), entry.Role1, entry.Role2, row, entry.Text));
        }

        text.Append('\n');
        Summary(text, "switches", result.Switches.ToString(CultureInfo.InvariantCulture));
        Summary(text, "two Actives", Seconds(result.DualActive, "0.0##") + " s");
        Summary(text, "no Active", Seconds(result.NoActive, "0.0##") + " s");
        Summary(text, "at the end", $"server 1 {End(result.Final1)}, server 2 {End(result.Final2)}");
        Summary(text, "invariants", result.Violations.Count == 0 ? "all held" : $"{result.Violations.Count.ToString(CultureInfo.InvariantCulture)} violated");
        foreach (var violation in result.Violations)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {violation.Invariant} at {Clock(violation.At)}: {violation.Sentence}\n");
        }

        return text.ToString();
    }

    private static string Line(string time, string one, string two, string row, string what)
        => $"{time}  {one,-11} | {two,-11} | {row,3}  {what}\n";

    private static void Summary(StringBuilder text, string name, string value) => text.Append(CultureInfo.InvariantCulture, $"{name,-12} {value}\n");

    private static string End(Role? role) => role?.ToString() ?? "does not run";

    private static void Final(Utf8JsonWriter json, string name, Role? role)
    {
        if (role is { } known)
        {
            json.WriteString(name, known.ToString());
        }
    }

    private static void Time(Utf8JsonWriter json, string name, TimeSpan value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(Seconds(value, "0.0##"));
    }

    private static string Seconds(TimeSpan value, string format)
        => Math.Round((decimal)value.Ticks / TimeSpan.TicksPerSecond, 3).ToString(format, CultureInfo.InvariantCulture);

    /// <summary>h:mm:ss.fff, with as many hours as there are.</summary>
    private static string Clock(TimeSpan time)
    {
        var milliseconds = (long)Math.Round(time.TotalMilliseconds);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{milliseconds / 3_600_000}:{milliseconds / 60_000 % 60:00}:{milliseconds / 1000 % 60:00}.{milliseconds % 1000:000}");
    }
}
