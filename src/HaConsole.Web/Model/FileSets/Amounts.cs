using System.Globalization;

namespace HaConsole.Web.Model.FileSets;

/// <summary>Bytes and times as people read them, in the language of the page.</summary>
public static class Amounts
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>1.2 MB: powers of 1000, at most one decimal.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (bytes >= 999.95 && unit < Units.Length - 1)
        {
            (bytes, unit) = (bytes / 1000, unit + 1);
        }

        return string.Create(CultureInfo.CurrentCulture, $"{bytes.ToString(unit == 0 ? "0" : "0.#", CultureInfo.CurrentCulture)} {Units[unit]}");
    }

    /// <summary>40 ms, 2.5 s, 3 min, 2 h.</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        < 1 => string.Create(CultureInfo.CurrentCulture, $"{seconds * 1000:0} ms"),
        < 10 => string.Create(CultureInfo.CurrentCulture, $"{seconds:0.#} s"),
        < 120 => string.Create(CultureInfo.CurrentCulture, $"{seconds:0} s"),
        < 7200 => string.Create(CultureInfo.CurrentCulture, $"{seconds / 60:0} min"),
        _ => string.Create(CultureInfo.CurrentCulture, $"{seconds / 3600:0.#} h"),
    };
}
