namespace HaConsole.Web.Hosting;

/// <summary>What a browser has chosen, in cookies that a page's script sets: nothing of it is a secret or a right.</summary>
public static class Preferences
{
    /// <summary>Cookie of the theme: light, dark or system (default).</summary>
    public const string ThemeCookie = "haconsole-theme";

    /// <summary>Cookie of the language: one of <see cref="Languages"/>; default: what the browser accepts.</summary>
    public const string LanguageCookie = "haconsole-language";

    /// <summary>Cookie of the time zone shown: utc or local (default).</summary>
    public const string TimeCookie = "haconsole-time";

    /// <summary>Languages of the console.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["en", "fr"];

    /// <summary>Theme of a request.</summary>
    public static string Theme(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Request.Cookies[ThemeCookie] is "light" or "dark" ? context.Request.Cookies[ThemeCookie]! : "system";
    }
}
