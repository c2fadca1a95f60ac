using System.Security.Cryptography;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Certificates;

/// <summary>What came of copying a certificate to the other server.</summary>
/// <param name="Copied">The files are in place there.</param>
/// <param name="Sentence">For people: what was done, or why not.</param>
/// <param name="Files">Files that were replaced or made on the receiving server; empty when they were the same already.</param>
/// <param name="Backups">What the files before are called there now.</param>
public sealed record CertificateCopyOutcome(bool Copied, string Sentence, IReadOnlyList<string> Files, IReadOnlyList<string> Backups)
{
    internal static CertificateCopyOutcome Refused(string sentence) => new(false, sentence, [], []);
}

/// <summary>The files of one certificate on their way over the peer link.</summary>
internal sealed record CertificateTransfer(CertificateDefinition Definition, byte[] Certificate, byte[]? Password, byte[]? Key, byte[]? Chain, int From, string Owner);

/// <summary>Asks the server that has the files to send them.</summary>
internal sealed record CertificateCopyCall(string Name, string Owner);

/// <summary>Both ends of copying a certificate with its key: what is sent, and what is put in place.</summary>
internal static class CertificateCopier
{
    /// <summary>Most bytes of all files together: they travel in one message.</summary>
    public const int MostBytes = 2 * 1024 * 1024;

    /// <summary>Reads and checks this server's files; null with a sentence when they must not be copied.</summary>
    /// <param name="definition">What is copied.</param>
    /// <param name="places">The same, with the places of the files on this server.</param>
    /// <param name="from">Number of this server.</param>
    /// <param name="owner">Who wants it.</param>
    public static (CertificateTransfer? Transfer, string Sentence) Make(CertificateDefinition definition, CertificateDefinition places, int from, string owner)
    {
        var (files, problems) = CertificateLook.ReadFiles(places);
        if (files is null || problems.Count > 0)
        {
            return (null, Here(from, definition, problems.Select(p => p.Sentence)));
        }

        var transfer = new CertificateTransfer(definition, files.Certificate, files.Password, files.Key, files.Chain, from, owner);
        return Problem(transfer) is { } problem ? (null, Here(from, definition, [problem])) : (transfer, "");
    }

    /// <summary>Checks what came and puts it in place; only under the paths that this server's own configuration names.</summary>
    /// <param name="own">This server's own definition of that name; null when it has none.</param>
    /// <param name="places">The same, with the places of the files on this server.</param>
    /// <param name="transfer">What came.</param>
    /// <param name="here">Number of this server.</param>
    /// <param name="now">Wall clock, for the names of the backups.</param>
    public static CertificateCopyOutcome Install(CertificateDefinition? own, CertificateDefinition? places, CertificateTransfer transfer, int here, DateTimeOffset now)
    {
        if (own is null || places is null || own != transfer.Definition)
        {
            return CertificateCopyOutcome.Refused($"Server #{here} has another definition of certificate {transfer.Definition.Name}: bring the settings of both servers to the same revision first.");
        }

        if (Problem(transfer) is { } problem)
        {
            return CertificateCopyOutcome.Refused($"Server #{here} refuses what came of certificate {own.Name}: {problem}.");
        }

        try
        {
            // The certificate last: until then whoever loads them anew finds the old one with the old key, or is refused.
            var files = new List<InstallFile>();
            AddNamed(files, places.PasswordFile, transfer.Password, secret: true);
            AddNamed(files, places.KeyFile, transfer.Key, secret: true);
            AddNamed(files, places.ChainFile, transfer.Chain, secret: false);
            files.Add(new InstallFile(places.CertificateFile, transfer.Certificate, HoldsKey(transfer.Certificate)));
            var (replaced, backups) = CertificateInstaller.Install(files, now);
            return new CertificateCopyOutcome(true, replaced.Count == 0
                ? $"Server #{here} has the same files of certificate {own.Name} already."
                : $"Certificate {own.Name} was copied from server #{transfer.From} to server #{here}: {string.Join(", ", replaced)}. Have the programs that use it load it.", replaced, backups);
        }
        catch (IOException e)
        {
            return CertificateCopyOutcome.Refused($"Server #{here} could not put certificate {own.Name} in place, and has left everything as it was: {e.Message}.");
        }
    }

    /// <summary>Overwrites what was read.</summary>
    public static void Forget(CertificateTransfer transfer)
    {
        foreach (var bytes in new[] { transfer.Certificate, transfer.Password, transfer.Key, transfer.Chain })
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static void AddNamed(List<InstallFile> files, string path, byte[]? bytes, bool secret)
    {
        if (path.Length > 0 && bytes is not null)
        {
            files.Add(new InstallFile(path, bytes, secret));
        }
    }

    /// <summary>PKCS #12, or PEM with a private key in it.</summary>
    private static bool HoldsKey(byte[] certificate)
        => certificate.AsSpan().IndexOf("-----BEGIN CERTIFICATE-----"u8) < 0 || certificate.AsSpan().IndexOf("PRIVATE KEY-----"u8) >= 0;

    /// <summary>Why it must not be copied; null when it may.</summary>
    private static string? Problem(CertificateTransfer transfer)
    {
        var definition = transfer.Definition;
        if (transfer.Certificate.Length + (long)(transfer.Password?.Length ?? 0) + (transfer.Key?.Length ?? 0) + (transfer.Chain?.Length ?? 0) > MostBytes)
        {
            return $"its files are together longer than {MostBytes / 1024} KiB";
        }

        if ((definition.PasswordFile.Length > 0) != transfer.Password is not null || (definition.KeyFile.Length > 0) != transfer.Key is not null || (definition.ChainFile.Length > 0) != transfer.Chain is not null)
        {
            return "a file is missing";
        }

        using var material = CertificateMaterial.Read(definition, new CertificateFiles(transfer.Certificate, transfer.Password, transfer.Key, transfer.Chain));
        return material.KeyMatches == true && material.Problems.Count == 0 ? null
            : string.Join("; ", material.Problems.Select(p => p.Sentence).DefaultIfEmpty("its key could not be looked at"));
    }

    private static string Here(int server, CertificateDefinition definition, IEnumerable<string> sentences)
        => $"Certificate {definition.Name} of server #{server} is not copied: {string.Join("; ", sentences)}.";
}
