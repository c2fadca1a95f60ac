using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Tests.State;

namespace HaConsole.Engine.Tests.Certificates;

/// <summary>A small authority of its own, and files as administrators have them.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestCertificates()
    {
        Root = Authority("CN=Test Root", rootKey).CreateSelfSigned(Now.AddDays(-10), Now.AddDays(3650));
        var request = Authority("CN=Test Intermediate", middleKey);
        using var made = request.Create(Root, Now.AddDays(-5), Now.AddDays(1800), [1]);
        Middle = made.CopyWithPrivateKey(middleKey);
    }

    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public X509Certificate2 Root { get; }

    public X509Certificate2 Middle { get; }

    public string ChainPem => Middle.ExportCertificatePem() + "\n" + Root.ExportCertificatePem() + "\n";

    /// <summary>A certificate of the intermediate authority, as PEM, and its key.</summary>
    public (string Certificate, string Key) Make(double days = 90, bool rsa = false, double since = -1, string name = "portal.example")
    {
        using AsymmetricAlgorithm key = rsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA r
            ? new CertificateRequest($"CN={name}", r, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", (ECDsa)key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Parse("10.1.1.10"));
        request.CertificateExtensions.Add(names.Build());
        using var made = request.Create(Middle.SubjectName, X509SignatureGenerator.CreateForECDsa(middleKey), Now.AddDays(since), Now.AddDays(days), RandomNumberGenerator.GetBytes(8));
        return (made.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>Certificate, key and chain in files of their own.</summary>
    public CertificateDefinition Write(string folder, (string Certificate, string Key) made, string name = "portal")
    {
        Directory.CreateDirectory(folder);
        var definition = new CertificateDefinition
        {
            Name = name,
            CertificateFile = Path.Combine(folder, name + ".pem"),
            KeyFile = Path.Combine(folder, name + ".key"),
            ChainFile = Path.Combine(folder, "chain.pem"),
        };
        File.WriteAllText(definition.CertificateFile, made.Certificate);
        File.WriteAllText(definition.KeyFile, made.Key);
        File.WriteAllText(definition.ChainFile, ChainPem);
        return definition;
    }

    public void Dispose()
    {
        Root.Dispose();
        Middle.Dispose();
        rootKey.Dispose();
        middleKey.Dispose();
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }
}
