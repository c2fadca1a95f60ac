using System.Globalization;

namespace HaConsole.Web.Model.Simulation;

/// <summary>Times as people type and read them.</summary>
public static class DurationText
{
    private static readonly (string Unit, double Seconds)[] Units =
        [("ms", 0.001), ("s", 1), ("sec", 1), ("min", 60), ("m", 60), ("h", 3600), ("d", 86400), ("j", 86400)];

    /// <summary>Reads <c>90</c>, <c>1.5</c>, <c>1:30</c>, <c>1:00:00</c>, <c>10 min</c>, <c>1 h 30 min</c> as seconds; a decimal comma is one too.</summary>
    public static bool TryParse(string text, out double seconds)
    {
        ArgumentNullException.ThrowIfNull(text);
        seconds = 0;
        text = text.Trim().Replace(',', '.');
        if (text.Length is 0 or > 40)
        {
            return false;
        }

        return text.Contains(':', StringComparison.Ordinal) ? TryClock(text, out seconds) : TryUnits(text, out seconds);
    }

    /// <summary>Exact seconds, as they stand in a field.</summary>
    public static string Exact(TimeSpan time) => ((decimal)time.Ticks / TimeSpan.TicksPerSecond).ToString("0.#######", CultureInfo.InvariantCulture);

    /// <summary>For people: <c>0 s</c>, <c>2.5 s</c>, <c>10 min</c>, <c>1 h 30 min</c>, <c>2 d 4 h</c>; the two largest units that say something.</summary>
    public static string Human(TimeSpan time)
    {
        var day = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "fr" ? "j" : "d";
        if (time < TimeSpan.FromMinutes(1))
        {
            return Math.Round(time.TotalSeconds, 3).ToString("0.###", CultureInfo.CurrentCulture) + " s";
        }

        if (time < TimeSpan.FromHours(1))
        {
            return Two(time.Minutes, "min", Math.Round(time.TotalSeconds % 60, 1), "s");
        }

        return time < TimeSpan.FromDays(1) ? Two(time.Hours, "h", time.Minutes, "min") : Two((long)time.TotalDays, day, time.Hours, "h");
    }

    private static string Two(long large, string unit, double small, string smaller)
        => small == 0 ? string.Create(CultureInfo.CurrentCulture, $"{large} {unit}") : string.Create(CultureInfo.CurrentCulture, $"{large} {unit} {small:0.#} {smaller}");

    private static bool TryClock(string text, out double seconds)
    {
        seconds = 0;
        var parts = text.Split(':');
        if (parts.Length > 3)
        {
            return false;
        }

        foreach (var part in parts)
        {
            if (!double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            seconds = (seconds * 60) + number;
        }

        return true;
    }

    private static bool TryUnits(string text, out double seconds)
    {
        seconds = 0;
        var rest = text.AsSpan();
        var bare = false;
        while (rest.Length > 0)
        {
            var digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
            {
                digits++;
            }

            var letters = digits;
            while (letters < rest.Length && !char.IsAsciiDigit(rest[letters]) && rest[letters] != '.')
            {
                letters++;
            }

            var unit = rest[digits..letters].Trim().ToString();
            var known = Array.Find(Units, u => string.Equals(u.Unit, unit, StringComparison.OrdinalIgnoreCase));
            if (!double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || bare || (unit.Length > 0 && known.Unit is null))
            {
                return false;
            }

            bare = unit.Length == 0;
            seconds += number * (bare ? 1 : known.Seconds);
            rest = rest[letters..];
        }

        return true;
    }
}
