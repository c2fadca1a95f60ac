using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Security;

/// <summary>
/// Certificate for HTTPS when none is configured: self-signed, kept in <c>keys/https.pfx</c> of the data directory (owner only), made
/// anew a month before it ends and when the server's address has changed. Browsers warn about it once.
/// </summary>
public sealed class GeneratedCertificate
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(397);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private readonly string file;
    private readonly string[] names;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private X509Certificate2 current;

    /// <summary>Loads or makes it.</summary>
    /// <exception cref="IOException">The data directory cannot be written.</exception>
    public GeneratedCertificate(NodeOptions node, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
        file = Path.Combine(node.DataDirectory, "keys", "https.pfx");
        names = [.. new[] { "localhost", "127.0.0.1", Environment.MachineName, node.LocalAddress, node.HttpAddress }.Where(name => name.Length > 0 && name != "*").Distinct(StringComparer.OrdinalIgnoreCase)];
        current = Load() ?? Make();
    }

    /// <summary>The certificate for the next connection; a new one when the present one is about to end.</summary>
    public X509Certificate2 Current
    {
        get
        {
            lock (gate)
            {
                // A connection that is being opened may still use the one before, so that is left to the collector.
                return current.NotAfter - time.GetUtcNow().UtcDateTime.ToLocalTime() < RenewBefore ? current = Make() : current;
            }
        }
    }

    private X509Certificate2? Load()
    {
        try
        {
            var found = File.Exists(file) ? X509CertificateLoader.LoadPkcs12FromFile(file, "") : null;
            return found is not null && names.All(name => found.MatchesHostname(name, allowWildcards: false, allowCommonName: false)) ? found : null;
        }
        catch (CryptographicException)
        {
            // Damaged: a new one does no harm.
            return null;
        }
    }

    private X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=HaConsole", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        var now = time.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now + Lifetime);
        var bytes = made.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, "");
        Write(bytes);
        return X509CertificateLoader.LoadPkcs12(bytes, "");
    }

    private void Write(byte[] bytes)
    {
        var folder = Path.GetDirectoryName(file)!;
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var fresh = file + ".new";
        using (var stream = new FileStream(fresh, options))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, file, overwrite: true);
    }
}
