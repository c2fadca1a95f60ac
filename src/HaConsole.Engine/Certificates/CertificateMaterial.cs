using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Certificates;

/// <summary>The files of one certificate, as bytes. An entry is null when the definition names no such file.</summary>
internal sealed record CertificateFiles(byte[] Certificate, byte[]? Password, byte[]? Key, byte[]? Chain);

/// <summary>What the files of one certificate hold. Owns native memory.</summary>
internal sealed class CertificateMaterial : IDisposable
{
    private static readonly byte[] PemMark = "-----BEGIN "u8.ToArray();

    private CertificateMaterial()
    {
    }

    /// <summary>The certificate; null when the files hold none.</summary>
    public X509Certificate2? Leaf { get; private set; }

    /// <summary>Other certificates that were given, in their order.</summary>
    public X509Certificate2Collection Chain { get; } = [];

    /// <summary>Public key that belongs to the private key (SubjectPublicKeyInfo); null when there is none or it cannot be read.</summary>
    public byte[]? KeyInfo { get; private set; }

    /// <summary>What is wrong, in the order in which it was found.</summary>
    public List<CertificateProblem> Problems { get; } = [];

    /// <summary>The private key belongs to the certificate; null when one of them could not be read.</summary>
    public bool? KeyMatches { get; private set; }

    /// <summary>Reads what the files hold; never throws for what that is.</summary>
    public static CertificateMaterial Read(CertificateDefinition definition, CertificateFiles files)
    {
        var material = new CertificateMaterial();
        var password = files.Password is null ? null : Encoding.UTF8.GetString(files.Password).TrimEnd('\r', '\n');
        if (files.Certificate.AsSpan().IndexOf(PemMark) >= 0)
        {
            material.ReadPem(definition, files, password);
        }
        else
        {
            material.ReadPkcs12(definition, files, password);
        }

        material.ReadChain(definition, files.Chain);
        material.CompareKey(definition);
        return material;
    }

    public void Dispose()
    {
        Leaf?.Dispose();
        foreach (var certificate in Chain)
        {
            certificate.Dispose();
        }
    }

    private void ReadPem(CertificateDefinition definition, CertificateFiles files, string? password)
    {
        var text = Encoding.Latin1.GetString(files.Certificate);
        var all = Certificates(text);
        if (all is null or { Count: 0 })
        {
            Add("invalid", $"{definition.CertificateFile} holds no certificate that can be read");
            return;
        }

        Leaf = all[0];
        Chain.AddRange(all.Skip(1).ToArray());
        ReadKey(definition, files.Key is null ? text : Encoding.Latin1.GetString(files.Key), password);
    }

    private void ReadPkcs12(CertificateDefinition definition, CertificateFiles files, string? password)
    {
        X509Certificate2Collection all;
        try
        {
            all = X509CertificateLoader.LoadPkcs12Collection(files.Certificate, password, X509KeyStorageFlags.EphemeralKeySet);
        }
        catch (Exception e) when (e is CryptographicException or Pkcs12LoadLimitExceededException)
        {
            // Whoever gives a password to what is no PKCS #12 file has mixed up files, not passwords: the outer form tells.
            var isPkcs12 = LooksLikePkcs12(files.Certificate);
            Add(isPkcs12 ? "wrong-password" : "invalid", isPkcs12
                ? $"{definition.CertificateFile} cannot be opened with {(definition.PasswordFile.Length > 0 ? $"the password in {definition.PasswordFile}" : "an empty password")}, or is damaged"
                : $"{definition.CertificateFile} holds neither a PEM certificate nor PKCS #12");
            return;
        }

        Leaf = all.FirstOrDefault(c => c.HasPrivateKey) ?? all.FirstOrDefault();
        Chain.AddRange(all.Where(c => c != Leaf).ToArray());
        if (Leaf is null)
        {
            Add("invalid", $"{definition.CertificateFile} holds no certificate");
        }
        else if (files.Key is not null)
        {
            ReadKey(definition, Encoding.Latin1.GetString(files.Key), password);
        }
        else if (Leaf.HasPrivateKey)
        {
            using var rsa = Leaf.GetRSAPrivateKey();
            using var ecdsa = Leaf.GetECDsaPrivateKey();
            KeyInfo = rsa?.ExportSubjectPublicKeyInfo() ?? ecdsa?.ExportSubjectPublicKeyInfo();
            if (KeyInfo is null)
            {
                Add("key-unreadable", $"the key in {definition.CertificateFile} is of a kind that this version does not know");
            }
        }
        else
        {
            Add("key-missing", $"{definition.CertificateFile} holds no private key");
        }
    }

    private void ReadChain(CertificateDefinition definition, byte[]? bytes)
    {
        if (bytes is null)
        {
            return;
        }

        if (Certificates(Encoding.Latin1.GetString(bytes)) is { Count: > 0 } given)
        {
            // The certificate itself often stands in that file, too.
            Chain.AddRange(given.Where(c => Leaf is null || !c.RawDataMemory.Span.SequenceEqual(Leaf.RawDataMemory.Span)).ToArray());
        }
        else
        {
            Add("chain-incomplete", $"{definition.ChainFile} holds no certificate that can be read");
        }
    }

    private void ReadKey(CertificateDefinition definition, string text, string? password)
    {
        var path = definition.KeyFile.Length > 0 ? definition.KeyFile : definition.CertificateFile;
        if (!text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            Add("key-missing", $"{path} holds no private key");
            return;
        }

        var encrypted = text.Contains("BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal);
        using var rsa = RSA.Create();
        using var ecdsa = ECDsa.Create();
        foreach (AsymmetricAlgorithm algorithm in new AsymmetricAlgorithm[] { rsa, ecdsa })
        {
            try
            {
                if (encrypted)
                {
                    algorithm.ImportFromEncryptedPem(text, password ?? "");
                }
                else
                {
                    algorithm.ImportFromPem(text);
                }

                KeyInfo = algorithm.ExportSubjectPublicKeyInfo();
                return;
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                // Not a key of this kind; the next kind is tried, and in the end it is said.
            }
        }

        Add(encrypted ? "wrong-password" : "key-unreadable", encrypted
            ? $"the key in {path} cannot be opened with {(definition.PasswordFile.Length > 0 ? $"the password in {definition.PasswordFile}" : "an empty password")}"
            : $"the key in {path} cannot be read: it is damaged, or neither RSA nor ECDSA");
    }

    private void CompareKey(CertificateDefinition definition)
    {
        if (Leaf is null || KeyInfo is null)
        {
            return;
        }

        KeyMatches = PublicKeyOf(Leaf).AsSpan().SequenceEqual(KeyInfo);
        if (KeyMatches == false)
        {
            Add("key-mismatch", $"the key in {(definition.KeyFile.Length > 0 ? definition.KeyFile : definition.CertificateFile)} does not belong to the certificate in {definition.CertificateFile}");
        }
    }

    /// <summary>In the form in which a key of that kind exports it, so that the two can be compared.</summary>
    private static byte[] PublicKeyOf(X509Certificate2 certificate)
    {
        try
        {
            using var rsa = certificate.GetRSAPublicKey();
            using var ecdsa = certificate.GetECDsaPublicKey();
            return rsa?.ExportSubjectPublicKeyInfo() ?? ecdsa?.ExportSubjectPublicKeyInfo() ?? certificate.PublicKey.ExportSubjectPublicKeyInfo();
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    private static X509Certificate2Collection? Certificates(string pem)
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(pem);
            return all;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>A sequence that begins with version 3, as PKCS #12 does.</summary>
    private static bool LooksLikePkcs12(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8 || bytes[0] != 0x30)
        {
            return false;
        }

        var header = bytes[1] < 0x80 || bytes[1] == 0x80 ? 2 : 2 + (bytes[1] & 0x7F);
        return header + 3 <= bytes.Length && bytes[header] == 2 && bytes[header + 1] == 1 && bytes[header + 2] == 3;
    }

    private void Add(string code, string sentence) => Problems.Add(new CertificateProblem(code, sentence));
}
