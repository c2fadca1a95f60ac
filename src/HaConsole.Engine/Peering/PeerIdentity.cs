using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HaConsole.Engine.Peering;

/// <summary>
/// Certificate of this server for the peer link: self-signed, made at the first start, kept in <c>keys/peer.pfx</c> (owner only).
/// Trust comes from the pin alone, so neither name nor validity period decide anything.
/// </summary>
internal sealed class PeerIdentity : IDisposable
{
    private readonly string folder;
    private readonly TimeProvider time;
    private readonly List<X509Certificate2> replaced = [];
    private volatile X509Certificate2 current;
    private volatile string thumbprint;

    public PeerIdentity(string folder, TimeProvider time)
    {
        this.folder = folder;
        this.time = time;
        KeyFiles.CreateFolder(folder);
        current = LoadOrCreate();
        thumbprint = ThumbprintOf(current);
    }

    public X509Certificate2 Current => current;

    public string Thumbprint => thumbprint;

    private string FileName => Path.Combine(folder, "peer.pfx");

    public static string ThumbprintOf(X509Certificate certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>Makes a certificate that is not used before <see cref="Adopt"/>.</summary>
    public X509Certificate2 CreateNext()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=haconsole-peer", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var now = time.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(20));
        return Load(made.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, ""));
    }

    /// <summary>Stores the certificate durably, then uses it.</summary>
    public void Adopt(X509Certificate2 next)
    {
        KeyFiles.WriteAtomically(FileName, next.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, ""));

        // A handshake that runs now may still hold the one before.
        replaced.Add(current);
        current = next;
        thumbprint = ThumbprintOf(next);
    }

    public void Dispose()
    {
        current.Dispose();
        replaced.ForEach(certificate => certificate.Dispose());
    }

    private static X509Certificate2 Load(byte[] pkcs12) => X509CertificateLoader.LoadPkcs12(pkcs12, "", X509KeyStorageFlags.Exportable);

    private X509Certificate2 LoadOrCreate()
    {
        if (File.Exists(FileName))
        {
            try
            {
                return Load(File.ReadAllBytes(FileName));
            }
            catch (CryptographicException)
            {
                // A torn key file must not keep the server down: it pairs again with a new certificate. The old file is kept for people.
                File.Move(FileName, FileName + ".unreadable", overwrite: true);
            }
        }

        var made = CreateNext();
        KeyFiles.WriteAtomically(FileName, made.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, ""));
        return made;
    }
}

/// <summary>Files with keys and pins: readable by the owner only, replaced as a whole.</summary>
internal static class KeyFiles
{
    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public static void WriteAtomically(string file, byte[] content)
    {
        var temporary = file + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
    }
}
