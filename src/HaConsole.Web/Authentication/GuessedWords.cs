using System.Collections.Frozen;

namespace HaConsole.Web.Authentication;

/// <summary>Words that guessed passwords are made of, in lower case: the common passwords of people, and what one types into a console like this one.</summary>
public static class GuessedWords
{
    /// <summary>Least characters of a word that counts.</summary>
    public const int Shortest = 4;

    private const string Resource = "common-passwords.txt";

    /// <summary>So common that any number of them in a row is guessed.</summary>
    private const int MostCommon = 200;

    /// <summary>The product's own words, the usual accounts, and rows of keys of other keyboards than the American one.</summary>
    private static readonly string[] OfThisConsole =
    [
        "haconsole", "console", "standby", "hotstandby", "failover", "server", "monitor", "database", "postgres", "system", "default", "changeit", "changeme", "nopassword", "thisismypassword",
        "admin", "administrator", "administrateur", "operator", "operateur", "viewer", "superuser", "root", "toor", "user", "login", "access", "pass", "word", "hello", "world",
        "passwort", "motdepasse", "contrasena", "bienvenue", "willkommen", "bonjour", "correcthorsebatterystaple",
        "azerty", "azertyuiop", "qwertz", "qwertzuiop", "yxcvbnm", "asdf", "abcdefghijkl", "abcdefgh", "abcd", "abc", "qwe", "asd", "zxc", "wsx", "edc", "qaz",
    ];

    private static readonly string[] Common = Read();
    private static readonly FrozenSet<string> Known = Common.Concat(OfThisConsole).ToFrozenSet(StringComparer.Ordinal);
    private static readonly int Longest = Known.Max(word => word.Length);

    /// <summary>The most common ones, the longest first; digits alone are not among them.</summary>
    public static IReadOnlyList<string> Foremost { get; } = [.. Common.Take(MostCommon).Concat(OfThisConsole).Where(word => word.Any(char.IsLetter)).Distinct(StringComparer.Ordinal).OrderByDescending(word => word.Length)];

    /// <summary>How many there are.</summary>
    public static int Count => Known.Count;

    /// <summary>Those in a text, each once, the longest first.</summary>
    public static IReadOnlyList<string> In(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var lookup = Known.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var start = 0; start < text.Length; start++)
        {
            for (var length = Shortest; length <= Longest && start + length <= text.Length; length++)
            {
                if (lookup.TryGetValue(text.AsSpan(start, length), out var word) && word.Any(char.IsLetter))
                {
                    found.Add(word);
                }
            }
        }

        return [.. found.OrderByDescending(word => word.Length)];
    }

    private static string[] Read()
    {
        using var stream = typeof(GuessedWords).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"{Resource} is not in the program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
