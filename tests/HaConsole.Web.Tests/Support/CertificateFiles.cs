using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HaConsole.Web.Tests.Support;

/// <summary>Self-signed certificates in the kinds of files that administrators have.</summary>
internal static class CertificateFiles
{
    /// <summary>Writes PKCS #12 (.pfx) or PEM with the key in it or beside it.</summary>
    public static X509Certificate2 Write(string path, bool keyBeside)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        if (path.EndsWith(".pfx", StringComparison.Ordinal))
        {
            File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12));
            return certificate;
        }

        var pem = certificate.ExportCertificatePem() + "\n";
        var keyPem = key.ExportPkcs8PrivateKeyPem() + "\n";
        File.WriteAllText(path, keyBeside ? pem : pem + keyPem);
        if (keyBeside)
        {
            File.WriteAllText(Path.ChangeExtension(path, ".key"), keyPem);
        }

        return certificate;
    }

    /// <summary>A port of 127.0.0.1 that nobody listens on; port 0 means no HTTPS.</summary>
    public static int FreePort()
    {
        // Below the range that the system gives to connections: nobody takes it before the test does.
        while (true)
        {
            var port = Random.Shared.Next(10_000, 30_000);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Any, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there: another one.
            }
        }
    }
}
