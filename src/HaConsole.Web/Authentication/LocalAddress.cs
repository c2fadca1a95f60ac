namespace HaConsole.Web.Authentication;

/// <summary>Addresses within this console: what a link asks for must not lead anywhere else.</summary>
public static class LocalAddress
{
    /// <summary>The address when it is a path of this console, else the first page.</summary>
    public static string Of(string? wanted)
        => wanted is ['/', ..] && wanted is not ['/', '/' or '\\', ..] && wanted.Length <= 2000 && !wanted.Any(c => char.IsControl(c) || c == '\\') ? wanted : "/";
}
