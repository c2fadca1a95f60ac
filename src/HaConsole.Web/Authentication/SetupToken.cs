using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using HaConsole.Engine.State;
using HaConsole.Web.Live;

namespace HaConsole.Web.Authentication;

/// <summary>
/// The one-time token with which the first admin is made: there is no default password. Only its hash is kept, for an hour; it is worth
/// nothing as soon as there is a user.
/// </summary>
public sealed class SetupToken(ConsoleEngine engine, AccessFiles files, TimeProvider time)
{
    /// <summary>How long a token can be used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private const int Groups = 5;
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private readonly Lock taking = new();

    /// <summary>Nobody can sign in yet: the setup waits for its token.</summary>
    public bool IsWanted => engine.Engine.Configuration.Content.Access.Users.Count == 0;

    /// <summary>Makes a fresh token; the one before is worth nothing any more.</summary>
    public string Create()
    {
        var token = string.Join('-', Enumerable.Range(0, Groups).Select(_ => RandomNumberGenerator.GetString(Alphabet, 4)));
        var kept = new KeptToken(TokenText.Hash(Plain(token)), time.GetUtcNow() + Lifetime);
        lock (taking)
        {
            AtomicFile.Write(files.SetupToken, JsonSerializer.Serialize(kept, SetupTokenJson.Default.KeptToken), keepPrevious: false);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(files.SetupToken, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }

        return token;
    }

    /// <summary>Whether the token is right, without using it up.</summary>
    public bool IsRight(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        lock (taking)
        {
            return IsWanted && Matches(token);
        }
    }

    /// <summary>Uses the token up; false when it was wrong, used or too old.</summary>
    public bool Take(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        lock (taking)
        {
            if (!IsWanted || !Matches(token))
            {
                return false;
            }

            File.Delete(files.SetupToken);
            return true;
        }
    }

    private bool Matches(string token)
    {
        try
        {
            return AtomicFile.Read(files.SetupToken).Text is { } text
                && JsonSerializer.Deserialize(text, SetupTokenJson.Default.KeptToken) is { } kept
                && kept.EndsAt > time.GetUtcNow()
                && TokenText.Matches(Plain(token), kept.Hash);
        }
        catch (JsonException)
        {
            // A damaged file is no token; a fresh one replaces it.
            return false;
        }
    }

    /// <summary>As it is typed: in any case, with or without hyphens and spaces.</summary>
    private static string Plain(string token) => string.Concat(token.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
}

internal sealed record KeptToken(string Hash, DateTimeOffset EndsAt);

[JsonSerializable(typeof(KeptToken))]
internal sealed partial class SetupTokenJson : JsonSerializerContext;
