using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using HaConsole.Engine.Certificates;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Tests.State;

namespace HaConsole.Engine.Tests.Certificates;

/// <summary>What one server finds in its files, sound ones and others.</summary>
public sealed class CertificateLookTests : IDisposable
{
    private readonly ScratchFolder folder = new();
    private readonly TestCertificates made = new();

    public void Dispose()
    {
        made.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Look_SoundFiles_FindsEverything(bool rsa)
    {
        var definition = made.Write(folder.Path, made.Make(rsa: rsa));

        var report = Look(definition);

        Assert.Empty(report.Problems);
        Assert.True(report is { Present: true, Readable: true, KeyMatches: true, ChainComplete: true });
        Assert.Equal(("CN=portal.example", "CN=Test Intermediate"), (report.Subject, report.Issuer));
        Assert.Equal(["portal.example", "10.1.1.10"], report.Names);
        Assert.Equal(89, report.DaysLeft);
        using var leaf = X509Certificate2.CreateFromPem(File.ReadAllText(definition.CertificateFile));
        Assert.Equal(leaf.GetCertHashString(HashAlgorithmName.SHA256), report.Fingerprint);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(leaf.PublicKey.ExportSubjectPublicKeyInfo())), report.KeyFingerprint);
    }

    [Fact]
    public void Look_ReportHoldsNothingOfTheKey()
    {
        var pair = made.Make();
        var report = JsonSerializer.Serialize(Look(made.Write(folder.Path, pair)));

        Assert.All(pair.Key.Split('\n').Where(line => line.Length > 20 && !line.StartsWith("---", StringComparison.Ordinal)), line => Assert.DoesNotContain(line, report, StringComparison.Ordinal));
    }

    [Fact]
    public void Look_EverythingInOnePemFile_IsSound()
    {
        var (certificate, key) = made.Make();
        File.WriteAllText(folder["all.pem"], key + certificate + made.ChainPem);

        Assert.True(Look(new CertificateDefinition { Name = "all", CertificateFile = folder["all.pem"] }) is { KeyMatches: true, ChainComplete: true, Problems.Count: 0 });
    }

    [Fact]
    public void Look_SelfSigned_HasACompleteChainOfItsOwn()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var self = new CertificateRequest("CN=self", key, HashAlgorithmName.SHA256).CreateSelfSigned(TestCertificates.Now.AddDays(-1), TestCertificates.Now.AddDays(60));
        File.WriteAllText(folder["self.pem"], self.ExportCertificatePem() + "\n" + key.ExportECPrivateKeyPem());

        Assert.True(Look(new CertificateDefinition { Name = "self", CertificateFile = folder["self.pem"] }) is { KeyMatches: true, ChainComplete: true, Problems.Count: 0 });
    }

    [Fact]
    public void Look_Pkcs12_NeedsItsPassword()
    {
        var (certificate, key) = made.Make();
        using var leaf = X509Certificate2.CreateFromPem(certificate, key);
        File.WriteAllBytes(folder["portal.pfx"], new X509Certificate2Collection(new[] { leaf, made.Middle, made.Root }).Export(X509ContentType.Pkcs12, "secret 1")!);
        File.WriteAllText(folder["password"], "secret 1\n");
        var definition = new CertificateDefinition { Name = "portal", CertificateFile = folder["portal.pfx"], PasswordFile = folder["password"] };
        Assert.True(Look(definition) is { KeyMatches: true, ChainComplete: true, Problems.Count: 0, Readable: true });

        File.WriteAllText(folder["password"], "another");
        var wrong = Look(definition);
        Assert.Equal("wrong-password", wrong.Problems[0].Code);
        Assert.DoesNotContain("another", wrong.Problems[0].Sentence, StringComparison.Ordinal);
        Assert.Equal("wrong-password", Look(definition with { PasswordFile = "" }).Problems[0].Code);
        Assert.Contains(Look(definition with { PasswordFile = folder["none"] }).Problems, p => p.Code == "unreadable");
    }

    [Fact]
    public void Look_EncryptedKey_NeedsItsPassword()
    {
        var (certificate, key) = made.Make();
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(key);
        var encrypted = ecdsa.ExportEncryptedPkcs8PrivateKeyPem("secret 2", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000));
        var definition = made.Write(folder.Path, (certificate, encrypted)) with { PasswordFile = folder["password"] };
        File.WriteAllText(folder["password"], "secret 2");
        Assert.True(Look(definition).KeyMatches);

        File.WriteAllText(folder["password"], "wrong");
        Assert.Equal("wrong-password", Look(definition).Problems[0].Code);
    }

    [Fact]
    public void Look_TheKeyOfAnotherCertificate_DoesNotMatch()
    {
        var report = Look(made.Write(folder.Path, (made.Make().Certificate, made.Make(rsa: true).Key)));

        Assert.False(report.KeyMatches);
        Assert.Equal("key-mismatch", report.Problems[0].Code);
    }

    [Theory]
    [InlineData(-1.0, -30.0, "expired", -1)]
    [InlineData(90.0, 10.0, "not-yet-valid", 90)]
    public void Look_OutsideItsTime_SaysSo(double days, double since, string code, int left)
    {
        var report = Look(made.Write(folder.Path, made.Make(days: days + 0.01, since: since)));

        Assert.Equal(code, report.Problems[0].Code);
        Assert.Equal(left, report.DaysLeft);
    }

    [Fact]
    public void Look_WithoutIntermediate_HasNoCompleteChain()
    {
        var report = Look(made.Write(folder.Path, made.Make()) with { ChainFile = "" });

        Assert.False(report.ChainComplete);
        Assert.Contains("CN=Test Intermediate is missing", report.Problems.Single().Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("directory")]
    [InlineData("pipe")]
    [InlineData("device")]
    [InlineData("empty")]
    [InlineData("garbage")]
    [InlineData("half")]
    [InlineData("der")]
    [InlineData("long")]
    public void Look_WhatIsNoCertificate_IsSaidAndNeverWaitedFor(string kind)
    {
        var definition = made.Write(folder.Path, made.Make());
        var text = File.ReadAllText(definition.CertificateFile);
        File.Delete(definition.CertificateFile);
        definition = Put(kind, definition, text);

        var start = TimeProvider.System.GetTimestamp();
        var report = Look(definition);

        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
        Assert.Equal(kind switch { "missing" => "missing", "directory" or "pipe" or "device" or "long" => "unreadable", _ => "invalid" }, report.Problems[0].Code);
        Assert.Equal((kind != "missing", false, ""), (report.Present, report.Readable, report.Fingerprint));
        Assert.Contains(definition.CertificateFile, report.Problems[0].Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", "key-missing")]
    [InlineData("directory", "key-unreadable")]
    [InlineData("pipe", "key-unreadable")]
    [InlineData("garbage", "key-missing")]
    [InlineData("half", "key-unreadable")]
    public void Look_WhatIsNoKey_IsSaid(string kind, string code)
    {
        var definition = made.Write(folder.Path, made.Make());
        var swapped = definition with { CertificateFile = definition.KeyFile };
        var text = File.ReadAllText(definition.KeyFile);
        File.Delete(definition.KeyFile);
        Put(kind, swapped, text);

        var report = Look(definition);

        Assert.Equal(code, report.Problems[0].Code);
        Assert.True(report is { Readable: true, KeyMatches: null, KeyFingerprint: "" });
    }

    [Fact]
    public void Look_AFileThatIsReplacedWhileItIsRead_IsReadAgain()
    {
        var (first, second) = (made.Make(), made.Make());
        var definition = made.Write(folder.Path, (first.Certificate, second.Key));
        var replaced = false;

        var report = CertificateLook.Look(definition, TestCertificates.Now, () =>
        {
            if (!replaced)
            {
                File.WriteAllText(definition.CertificateFile, second.Certificate);
            }

            replaced = true;
        });

        Assert.True(report is { KeyMatches: true, Problems.Count: 0 });
    }

    [Fact]
    public void Look_AFileThatChangesAllTheTime_IsNotJudged()
    {
        var definition = made.Write(folder.Path, made.Make());

        var report = CertificateLook.Look(definition, TestCertificates.Now, () => File.WriteAllText(definition.CertificateFile, made.Make().Certificate));

        Assert.Equal("unstable", report.Problems.Single().Code);
        Assert.True(report.Present);
    }

    [Fact]
    public void Look_ALinkedFile_IsFollowed()
    {
        var definition = made.Write(folder["real"], made.Make());
        File.CreateSymbolicLink(folder["link.pem"], definition.CertificateFile);

        Assert.Empty(Look(definition with { CertificateFile = folder["link.pem"] }).Problems);
    }

    private CertificateDefinition Put(string kind, CertificateDefinition definition, string text)
    {
        var path = definition.CertificateFile;
        switch (kind)
        {
            case "directory":
                Directory.CreateDirectory(path);
                break;
            case "pipe":
                using (var mkfifo = Process.Start("mkfifo", path))
                {
                    mkfifo.WaitForExit();
                }

                break;
            case "device":
                return definition with { CertificateFile = "/dev/zero" };
            case "empty":
                File.WriteAllText(path, "");
                break;
            case "garbage":
                File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(3000));
                break;
            case "half":
                File.WriteAllText(path, text[..(text.Length / 2)] + "\n-----END" + text.Split("-----END")[1]);
                break;
            case "der":
                File.WriteAllBytes(path, made.Root.RawData);
                break;
            case "long":
                File.WriteAllText(path, new string('x', BoundedFile.Longest + 1));
                break;
        }

        return definition;
    }

    private static CertificateReport Look(CertificateDefinition definition) => CertificateLook.Look(definition, TestCertificates.Now);
}
