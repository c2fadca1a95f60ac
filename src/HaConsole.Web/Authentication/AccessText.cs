namespace HaConsole.Web.Authentication;

/// <summary>Which names users and tokens may have.</summary>
public static class AccessText
{
    /// <summary>Longest login or token name.</summary>
    public const int LongestName = 64;

    /// <summary>Longest shown name.</summary>
    public const int LongestText = 128;

    /// <summary>Why a login is not accepted; null when it is.</summary>
    public static string? NameProblem(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '@')
            ? null
            : "A user name has 1 to 64 letters (a-z), digits, dots, underscores, hyphens or @.";
    }

    /// <summary>Why a token's name is not accepted; null when it is.</summary>
    public static string? TokenProblem(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? null
            : "A token name has 1 to 64 letters (a-z), digits, dots, underscores or hyphens.";
    }
}
