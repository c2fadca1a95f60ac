using System.Globalization;

namespace HaConsole.Web.Language;

/// <summary>What the program says, in the language of the page.</summary>
public static class SpokenLanguage
{
    private static readonly Lazy<SentenceBook?> French = new(() => SentenceBook.Of("fr"));

    /// <summary>What stands between a name and its value.</summary>
    public static string Colon => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "fr" ? "\u00a0: " : ": ";

    /// <summary>A sentence of the engine in the language of the page; as it is when the page is English or the sentence is not known.</summary>
    /// <param name="english">An event, a reason, a rule, a problem of a setting, the result of a command. Null is the empty text.</param>
    public static string Spoken(string? english)
        => string.IsNullOrEmpty(english) ? "" : CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "fr" ? French.Value?.Say(english) ?? english : english;
}
