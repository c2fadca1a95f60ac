using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HaConsole.Web.Operations;

/// <summary>Encrypts a backup by a passphrase: AES-256-GCM, its key made from the passphrase by PBKDF2 (SHA-256).</summary>
public static class BackupCipher
{
    /// <summary>Shortest passphrase, in characters.</summary>
    public const int ShortestPassphrase = 12;

    private const string Format = "haconsole-backup-1";
    private const int Rounds = 600_000;
    private const int MostRounds = 10_000_000;
    private const int TagBytes = 16;

    /// <summary>Whether a text was made by <see cref="Encrypt"/>.</summary>
    public static bool IsEncrypted(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().TrimStart().StartsWith("{") && text.Contains($"\"{Format}\"", StringComparison.Ordinal);
    }

    /// <summary>A JSON object that only the passphrase opens.</summary>
    public static string Encrypt(string plain, string passphrase)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var nonce = RandomNumberGenerator.GetBytes(12);
        var bytes = Encoding.UTF8.GetBytes(plain);
        var sealedBytes = new byte[bytes.Length + TagBytes];
        using var cipher = new AesGcm(Key(passphrase, salt, Rounds), TagBytes);
        cipher.Encrypt(nonce, bytes, sealedBytes.AsSpan(0, bytes.Length), sealedBytes.AsSpan(bytes.Length), Encoding.ASCII.GetBytes(Format));
        return new JsonObject
        {
            ["format"] = Format,
            ["rounds"] = Rounds,
            ["salt"] = Convert.ToBase64String(salt),
            ["nonce"] = Convert.ToBase64String(nonce),
            ["data"] = Convert.ToBase64String(sealedBytes),
        }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    /// <summary>The plain text; null when the passphrase is another one or the text is damaged.</summary>
    public static string? Decrypt(string text, string passphrase)
    {
        try
        {
            var parts = JsonNode.Parse(text)!;
            var rounds = parts["rounds"]!.GetValue<int>();
            var sealedBytes = Convert.FromBase64String(parts["data"]!.GetValue<string>());
            if (rounds is < 1 or > MostRounds || sealedBytes.Length < TagBytes)
            {
                return null;
            }

            var plain = new byte[sealedBytes.Length - TagBytes];
            using var cipher = new AesGcm(Key(passphrase, Convert.FromBase64String(parts["salt"]!.GetValue<string>()), rounds), TagBytes);
            cipher.Decrypt(Convert.FromBase64String(parts["nonce"]!.GetValue<string>()), sealedBytes.AsSpan(0, plain.Length), sealedBytes.AsSpan(plain.Length), plain, Encoding.ASCII.GetBytes(Format));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or JsonException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            // A stranger's file may lack any part: all of it is the same answer.
            return null;
        }
    }

    private static byte[] Key(string passphrase, byte[] salt, int rounds) => Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, rounds, HashAlgorithmName.SHA256, 32);
}
