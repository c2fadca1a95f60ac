namespace HaConsole.Web.Authentication;

/// <summary>A browser's own words as people name it: "Firefox, Windows". A hint for lists; nothing is decided by it.</summary>
public static class BrowserName
{
    // The first that fits counts: several name themselves after others, too.
    private static readonly (string Mark, string Name)[] Browsers = [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")];
    private static readonly (string Mark, string Name)[] Systems = [("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS", "macOS"), ("Linux", "Linux")];

    /// <summary>Its name; the words themselves, cut short, when they say nothing known.</summary>
    public static string Of(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var known = string.Join(", ", new[] { First(Browsers, words), First(Systems, words) }.OfType<string>());
        return known.Length > 0 ? known : words.Length > 40 ? words[..40] + "…" : words;
    }

    private static string? First((string Mark, string Name)[] marks, string words)
        => marks.Where(m => words.Contains(m.Mark, StringComparison.Ordinal)).Select(m => m.Name).FirstOrDefault();
}
