using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>
/// Proof that a server knows the pair secret or a one-time code, bound to the certificates of both ends: who sits between them shows
/// other certificates and cannot pass it on. The connecting server proves first, so that nobody can collect proofs by connecting.
/// </summary>
internal sealed record PairingProof(
    string ClientThumbprint,
    string ServerThumbprint,
    byte[] ClientNonce,
    byte[] ServerNonce,
    string Pair,
    Rank ClientRank,
    Rank ServerRank)
{
    private const int Iterations = 100_000;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceLength = 32;

    /// <summary>Key from a secret that people have chosen: stretched.</summary>
    public static byte[] KeyOfSecret(string secret)
        => Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(secret), "haconsole pair secret v1"u8, Iterations, HashAlgorithmName.SHA256, 32);

    /// <summary>Key from a one-time code: 80 random bits that live ten minutes need no stretching.</summary>
    public static byte[] KeyOfCode(string code)
        => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.ASCII.GetBytes(code), 32, info: "haconsole pair code v1"u8.ToArray());

    public byte[] OfClient(byte[] key) => Of(key, "client");

    public byte[] OfServer(byte[] key) => Of(key, "server");

    private byte[] Of(byte[] key, string speaker)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Append(hmac, Encoding.ASCII.GetBytes(speaker));
        Append(hmac, Encoding.ASCII.GetBytes(ClientThumbprint));
        Append(hmac, Encoding.ASCII.GetBytes(ServerThumbprint));
        Append(hmac, ClientNonce);
        Append(hmac, ServerNonce);
        Append(hmac, Encoding.UTF8.GetBytes(Pair));
        Append(hmac, [(byte)ClientRank, (byte)ServerRank]);
        return hmac.GetHashAndReset();
    }

    private static void Append(IncrementalHash hmac, ReadOnlySpan<byte> part)
    {
        // With its length, so that no two different lists of parts are the same bytes.
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        hmac.AppendData(length);
        hmac.AppendData(part);
    }
}

/// <summary>A code that a person reads on one server and types on the other: 80 random bits as four groups of four characters.</summary>
internal static class PairingCode
{
    /// <summary>Crockford's base 32: no I, L, O and U.</summary>
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string Create()
    {
        var characters = RandomNumberGenerator.GetItems<char>(Alphabet, 16);
        return string.Join('-', characters.Chunk(4).Select(group => new string(group)));
    }

    /// <summary>What the person meant: case, separators and look-alikes do not matter.</summary>
    public static string Normalize(string typed)
        => new([.. typed.ToUpperInvariant().Where(char.IsAsciiLetterOrDigit).Select(c => c switch { 'O' => '0', 'I' or 'L' => '1', _ => c })]);
}

/// <summary>Asks to pair.</summary>
/// <param name="Kind"><c>secret</c> or <c>code</c>.</param>
/// <param name="Pair">Name of the pair.</param>
/// <param name="Rank">Number of the server that asks.</param>
/// <param name="Nonce">Its nonce.</param>
internal sealed record PairingHello(string Kind, string Pair, int Rank, byte[] Nonce);

/// <summary>Answer to <see cref="PairingHello"/>.</summary>
/// <param name="Session">Names the attempt.</param>
/// <param name="Rank">Number of the server that answers.</param>
/// <param name="Nonce">Its nonce.</param>
internal sealed record PairingChallenge(string Session, int Rank, byte[] Nonce);

/// <summary>Proof of either side.</summary>
/// <param name="Session">Names the attempt.</param>
/// <param name="Proof">The proof.</param>
internal sealed record PairingAnswer(string Session, byte[] Proof);

/// <summary>A refusal, of pairing and of everything else.</summary>
/// <param name="Code">Stable name.</param>
/// <param name="Message">One sentence for people.</param>
internal sealed record PeerRefusal(string Code, string Message);
