using System.Security.Cryptography;
using System.Text;

namespace HaConsole.Web.Authentication;

/// <summary>Which passwords are accepted: long ones of any characters that nobody guesses first. No rules about kinds of characters.</summary>
public static class PasswordRules
{
    /// <summary>Least characters.</summary>
    public const int Shortest = 12;

    /// <summary>Most characters.</summary>
    public const int Longest = 128;

    // Without what is mistaken for something else when read aloud: 0 O, 1 l I.
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /// <summary>
    /// Words that guessed passwords are made of. At the required length a guess is one of these, repeated, or joined, or with digits and
    /// signs around: such a password is refused however it is put together.
    /// </summary>
    private static readonly string[] Words =
    [
        "password", "passwort", "motdepasse", "contrasena", "qwertyuiop", "qwerty", "azerty", "qwertz", "asdfghjkl", "asdf", "zxcvbnm", "yxcvbnm",
        "letmein", "welcome", "bienvenue", "willkommen", "administrator", "admin", "administrateur", "operator", "operateur", "viewer", "root", "toor", "superuser", "system",
        "iloveyou", "sunshine", "princess", "football", "baseball", "basketball", "superman", "batman", "dragon", "monkey", "master", "shadow", "michael",
        "jordan", "liverpool", "chelsea", "arsenal", "starwars", "pokemon", "computer", "internet", "trustno", "whatever", "freedom", "changeme", "changeit",
        "default", "secret", "server", "standby", "haconsole", "console", "monitor", "failover", "database", "postgres", "manager", "test", "guest", "user",
        "login", "access", "pass", "word", "winter", "spring", "summer", "autumn", "soleil", "bonjour", "chocolat", "doudou", "loulou", "marseille",
        "correcthorsebatterystaple", "thisismypassword", "nopassword", "hello", "world", "love", "abcdefghijkl", "abcdefgh", "abcdef", "abcd", "abc", "qwe", "asd", "zxc", "wsx", "edc", "qaz",
    ];

    private static readonly string[] LongestFirst = [.. Words.OrderByDescending(word => word.Length)];

    /// <summary>Why a password is not accepted for that user; null when it is.</summary>
    public static string? Problem(string password, string user)
    {
        ArgumentNullException.ThrowIfNull(password);
        ArgumentNullException.ThrowIfNull(user);
        var length = new System.Globalization.StringInfo(password).LengthInTextElements;
        if (length < Shortest || password.Length > Longest)
        {
            return $"A password has {Shortest} to {Longest} characters, spaces and any letters are fine; this one has {length}.";
        }

        if (user.Length > 0 && Rest(password.ToLowerInvariant(), user.ToLowerInvariant()).Length < Shortest / 2)
        {
            return "The password must not be made of the user name.";
        }

        return IsCommon(password) ? "This password is one of those that are guessed first." : null;
    }

    /// <summary>A random password of 20 characters, about 116 bits.</summary>
    public static string Generate() => RandomNumberGenerator.GetString(Alphabet, 20);

    /// <summary>Made of guessed words, repetitions, runs, digits and signs alone.</summary>
    public static bool IsCommon(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        var plain = Plain(password);
        if (plain.Distinct().Count() < 5)
        {
            return true;
        }

        var rest = LongestFirst.Aggregate(plain, Rest);
        return rest.Count(char.IsLetter) < 6 && !ManyDigits(rest);
    }

    /// <summary>A long number that is no run and no date-like repetition is as good as letters.</summary>
    private static bool ManyDigits(string rest) => rest.Count(char.IsDigit) >= 16 && rest.Distinct().Count() >= 8;

    private static string Rest(string text, string word) => text.Replace(word, "", StringComparison.Ordinal);

    /// <summary>Lower case, with the usual disguises undone: <c>P@ssw0rd</c> is <c>password</c>.</summary>
    private static string Plain(string password)
    {
        var text = new StringBuilder(password.Length);
        foreach (var c in password.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Where(c => !char.IsWhiteSpace(c)))
        {
            text.Append(c switch { '@' => 'a', '$' => 's', '!' => 'i', _ => c });
        }

        var plain = text.ToString();
        var letters = plain.Any(char.IsLetter) ? plain.Replace('0', 'o').Replace('3', 'e').Replace('1', 'i').Replace('5', 's').Replace('4', 'a') : plain;
        return LongestFirst.Any(word => letters.Contains(word, StringComparison.Ordinal) && !plain.Contains(word, StringComparison.Ordinal)) ? letters : plain;
    }
}
