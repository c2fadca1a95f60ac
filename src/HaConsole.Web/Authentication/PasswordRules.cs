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

    // Fewer letters than that beside guessed words do not make a password.
    private const int FewLetters = 6;

    // Fewer letters than that are tried out behind every word.
    private const int NextToNothing = 4;

    // Without what is mistaken for something else when read aloud: 0 O, 1 l I.
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

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

    /// <summary>Made of guessed words, repetitions, runs, digits and signs alone, in the usual disguises or not.</summary>
    public static bool IsCommon(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        var plain = Plain(password);
        return plain.Distinct().Count() < 5 || IsGuessed(plain) || IsGuessed(Undisguised(plain));
    }

    /// <summary>
    /// The most common words in any number, or two others of the list and next to nothing else: with digits and signs around these are guessed.
    /// Three words are not: that is more than 10^11 combinations.
    /// </summary>
    private static bool IsGuessed(string plain)
    {
        var rest = GuessedWords.Foremost.Aggregate(plain, Rest);
        if (ManyDigits(rest))
        {
            return false;
        }

        return Letters(rest) < FewLetters || MadeOfTwo(plain) || MadeOfTwo(rest);
    }

    private static bool MadeOfTwo(string text)
    {
        var words = GuessedWords.In(text);
        return words.Any(first => Rest(text, first) is var rest && (Letters(rest) < NextToNothing || words.Any(second => Letters(Rest(rest, second)) < NextToNothing)));
    }

    /// <summary>A long number that is no run and no date-like repetition is as good as letters.</summary>
    private static bool ManyDigits(string rest) => rest.Count(char.IsDigit) >= 16 && rest.Distinct().Count() >= 8;

    private static int Letters(string text) => text.Count(char.IsLetter);

    private static string Rest(string text, string word) => text.Replace(word, "", StringComparison.Ordinal);

    /// <summary>Lower case without spaces, signs that stand for letters undone: <c>P@ssword</c> is <c>password</c>.</summary>
    private static string Plain(string password)
    {
        var text = new StringBuilder(password.Length);
        foreach (var c in password.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Where(c => !char.IsWhiteSpace(c)))
        {
            text.Append(c switch { '@' => 'a', '$' => 's', '!' => 'i', _ => c });
        }

        return text.ToString();
    }

    /// <summary>Digits that stand for letters undone, too: <c>passw0rd</c> is <c>password</c>.</summary>
    private static string Undisguised(string plain)
        => plain.Any(char.IsLetter) ? plain.Replace('0', 'o').Replace('3', 'e').Replace('1', 'i').Replace('5', 's').Replace('4', 'a') : plain;
}
