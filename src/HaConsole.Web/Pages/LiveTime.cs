using System.Globalization;
using HaConsole.Web.Cli;

namespace HaConsole.Web.Pages;

/// <summary>Durations that the page's script lets run on between two answers; without script they stand as they were sent.</summary>
internal static class LiveTime
{
    /// <summary>How long ago something was: grows.</summary>
    public static Html Age(double seconds, string title = "") => Html.Of($"<span data-age=\"{Seconds(seconds)}\"{Title(title)}>{Values.Age(seconds)}</span>");

    /// <summary>How long until something: falls to zero.</summary>
    public static Html Left(double seconds) => Html.Of($"<span data-left=\"{Seconds(seconds)}\">{Values.Age(seconds)}</span>");

    private static Html Title(string title) => Html.When(title.Length > 0, () => Html.Of($" title=\"{title}\""));

    private static string Seconds(double seconds) => Math.Max(0, seconds).ToString("0.###", CultureInfo.InvariantCulture);
}
