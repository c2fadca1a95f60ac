using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaConsole.Engine.Peering;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Peering;

public sealed class PairingTests
{
    [Fact]
    public async Task DifferentSecrets_AreRefusedWithAClearEvent_OnBothSides()
    {
        await using var pair = new LinkTestPair(LinkTestPair.Secret, "another secret altogether");
        var first = await pair.StartAsync(pair.Options1);
        var second = await pair.StartAsync(pair.Options2);

        await LinkTestPair.Until(() => first.HasEvent("peer-other-secret") && second.HasEvent("peer-other-secret"), "events");

        Assert.Contains(first.Events, e => e.Sentence.Contains("Node:PairSecret", StringComparison.Ordinal) && e.Severity == Severity.Alarm);
        Assert.Equal("", first.Link.PeerThumbprint);
        Assert.Equal("", second.Link.PeerThumbprint);
        Assert.Null(await first.ExchangeAsync(0.5));
        Assert.Empty(second.Heard);
    }

    [Fact]
    public async Task NoSecret_IsNotPaired_AndACodeJoinsTheTwo()
    {
        await using var pair = new LinkTestPair(null, null);
        var first = await pair.StartAsync(pair.Options1);
        var second = await pair.StartAsync(pair.Options2);
        await LinkTestPair.Until(() => first.Link.Status is { State: PeerLinkState.NotPaired, Detail.Length: > 0 }, "not paired");
        Assert.Null(await first.ExchangeAsync(0.5));

        var code = first.Link.CreatePairingCode();
        Assert.Matches("^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$", code);
        var typed = code.Replace('-', ' ').ToLowerInvariant();
        Assert.Null(await second.Link.JoinAsync(typed, "127.0.0.31", CancellationToken.None));

        await LinkTestPair.UntilConnected(first, second);
        Assert.NotNull(await first.ExchangeAsync());
        Assert.NotNull(await second.ExchangeAsync());
    }

    [Fact]
    public async Task ACode_WorksOnce_AndDiesAfterFiveWrongTries()
    {
        await using var pair = new LinkTestPair(null, null);
        var first = await pair.StartAsync(pair.Options1);
        var second = await pair.StartAsync(pair.Options2);
        var address = $"127.0.0.31:{pair.Port}";

        var code = first.Link.CreatePairingCode();
        Assert.Null(await second.Link.JoinAsync(code, address, CancellationToken.None));
        Assert.Contains("No pairing code", await second.Link.JoinAsync(code, address, CancellationToken.None), StringComparison.Ordinal);

        code = first.Link.CreatePairingCode();
        for (var i = 0; i < 5; i++)
        {
            Assert.Contains("wrong", await second.Link.JoinAsync("0000-0000-0000-0000", address, CancellationToken.None), StringComparison.Ordinal);
        }

        Assert.NotNull(await second.Link.JoinAsync(code, address, CancellationToken.None));
    }

    [Fact]
    public async Task ACode_IsValidForTenMinutes()
    {
        var time = new ShiftedTime();
        await using var pair = new LinkTestPair(null, null);
        pair.Options1 = pair.Options1 with { Time = time };
        var first = await pair.StartAsync(pair.Options1);
        var second = await pair.StartAsync(pair.Options2);

        var code = first.Link.CreatePairingCode();
        time.Shift(TimeSpan.FromMinutes(10));

        Assert.NotNull(await second.Link.JoinAsync(code, $"127.0.0.31:{pair.Port}", CancellationToken.None));
        Assert.Equal("", first.Link.PeerThumbprint);
    }

    [Fact]
    public async Task WrongAttempts_AreLimitedToFiveAMinuteForAnAddress()
    {
        var time = new ShiftedTime();
        await using var pair = new LinkTestPair(LinkTestPair.Secret, null);
        pair.Options1 = pair.Options1 with { Time = time, PeerAddress = "" };
        var first = await pair.StartAsync(pair.Options1);
        var second = await pair.StartAsync(pair.Options2);
        var address = $"127.0.0.31:{pair.Port}";

        string code;
        for (var i = 0; i < 5; i++)
        {
            first.Link.CreatePairingCode();
            await second.Link.JoinAsync("0000-0000-0000-0000", address, CancellationToken.None);
        }

        code = first.Link.CreatePairingCode();
        Assert.Contains("Too many", await second.Link.JoinAsync(code, address, CancellationToken.None), StringComparison.Ordinal);

        time.Shift(TimeSpan.FromMinutes(1));
        Assert.Null(await second.Link.JoinAsync(code, address, CancellationToken.None));
    }

    [Theory]
    [InlineData("ABCD-EFGH-JKMN-PQRS", "nowhere", "not an address")]
    [InlineData("ABCD", "127.0.0.31", "four groups")]
    public async Task JoinAsync_BadInput_IsASentence(string code, string address, string expected)
    {
        await using var pair = new LinkTestPair(null, null);
        var second = await pair.StartAsync(pair.Options2);

        Assert.Contains(expected, await second.Link.JoinAsync(code, address, CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReplacedServer_PairsAgainByTheSecret_AndTheOldOneIsRefusedFromThenOn()
    {
        await using var pair = new LinkTestPair();
        var (first, second) = await pair.StartConnectedAsync();
        var oldThumbprint = second.Link.Thumbprint;
        await second.DisposeAsync();

        var replacement = await pair.StartAsync(pair.Options2 with { DataDirectory = pair.Options2.DataDirectory + "-new" });
        await LinkTestPair.UntilConnected(first, replacement);
        Assert.NotNull(await first.ExchangeAsync());
        Assert.Equal(replacement.Link.Thumbprint, first.Link.PeerThumbprint);
        Assert.Contains(first.Events, e => e.Kind == "peer-replaced" && e.Sentence.Contains(oldThumbprint, StringComparison.Ordinal));
        await replacement.DisposeAsync();

        var old = await pair.StartAsync(pair.Options2);
        await LinkTestPair.Until(() => first.Events.Any(e => e.Kind == "peer-certificate-refused" && e.Sentence.Contains(oldThumbprint, StringComparison.Ordinal)), "event");
        Assert.Null(await old.ExchangeAsync(1));
        Assert.Equal(replacement.Link.Thumbprint, first.Link.PeerThumbprint);
        Assert.Empty(old.Heard);
    }

    [Fact]
    public async Task ALostDataDirectory_OnOneServer_JoinsAgain()
    {
        await using var pair = new LinkTestPair();
        var (first, second) = await pair.StartConnectedAsync();
        await first.DisposeAsync();
        Directory.Delete(pair.Options1.DataDirectory, recursive: true);

        var again = await pair.StartAsync(pair.Options1);
        await LinkTestPair.UntilConnected(again, second);
        Assert.NotNull(await second.ExchangeAsync());
    }

    [Fact]
    public async Task ARestart_KeepsCertificateAndPin_AlsoWithoutASecretOrWithAChangedOne()
    {
        await using var pair = new LinkTestPair();
        var (first, second) = await pair.StartConnectedAsync();
        var thumbprint = first.Link.Thumbprint;
        await first.DisposeAsync();

        var again = await pair.StartAsync(pair.Options1 with { PairSecret = "a changed secret here" });
        await LinkTestPair.UntilConnected(again, second);
        Assert.Equal(thumbprint, again.Link.Thumbprint);
        Assert.NotNull(await again.ExchangeAsync());
        Assert.NotNull(await second.ExchangeAsync());
    }

    [Fact]
    public async Task AWrongCertificate_IsRefusedWithItsThumbprint_WithAndWithoutASecret()
    {
        foreach (var secret in new[] { LinkTestPair.Secret, "" })
        {
            await using var pair = new LinkTestPair();
            var (first, second) = await pair.StartConnectedAsync();
            await first.DisposeAsync();
            await second.DisposeAsync();
            first = await pair.StartAsync(pair.Options1 with { PairSecret = secret });
            using var stranger = Certificate();

            Assert.NotEqual(HttpStatusCode.OK, await GetAsync($"https://127.0.0.31:{pair.Port}/peer/v1/configuration", stranger));

            var thumbprint = stranger.GetCertHashString(HashAlgorithmName.SHA256);
            await LinkTestPair.Until(() => first.Events.Any(e => e.Kind == "peer-certificate-refused" && e.Sentence.Contains(thumbprint, StringComparison.Ordinal)), "event");
            Assert.Contains(first.Events, e => e.Severity == Severity.Alarm);
            await GetAsync($"https://127.0.0.31:{pair.Port}/peer/v1/detail", stranger);
            Assert.Single(first.Events, e => e.Sentence.Contains(thumbprint, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task ARotatedCertificate_IsAcceptedWithoutALoss_AndTheOldOneNoMore()
    {
        await using var pair = new LinkTestPair();
        var (first, second) = await pair.StartConnectedAsync();
        var before = first.Link.Thumbprint;
        using var oldCertificate = X509CertificateLoader.LoadPkcs12FromFile(Path.Combine(pair.Options1.DataDirectory, "keys", "peer.pfx"), "");

        Assert.Null(await first.Link.RotateCertificateAsync(CancellationToken.None));

        Assert.NotEqual(before, first.Link.Thumbprint);
        await LinkTestPair.Until(() => second.Link.PeerThumbprint == first.Link.Thumbprint, "pinned anew");
        Assert.NotNull(await first.ExchangeAsync());
        Assert.NotNull(await second.ExchangeAsync());
        Assert.Equal(0, first.Lost);
        Assert.Equal(0, second.Lost);
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync($"https://127.0.0.32:{pair.Port}/peer/v1/detail", oldCertificate));

        await first.DisposeAsync();
        var again = await pair.StartAsync(pair.Options1);
        await LinkTestPair.UntilConnected(again, second);
        Assert.NotNull(await second.ExchangeAsync());
    }

    [Fact]
    public async Task ARotation_WithoutThePeer_ChangesNothing()
    {
        await using var pair = new LinkTestPair();
        var (first, second) = await pair.StartConnectedAsync();
        var before = first.Link.Thumbprint;
        await second.DisposeAsync();
        await LinkTestPair.Until(() => first.Lost >= 1, "loss noticed", () => $"lost {first.Lost} times, {first.Link.Status}");

        Assert.NotNull(await first.Link.RotateCertificateAsync(CancellationToken.None));

        Assert.Equal(before, first.Link.Thumbprint);
    }

    [Fact]
    public async Task ATornKeyFile_DoesNotKeepTheServerDown()
    {
        await using var pair = new LinkTestPair();
        var keys = Path.Combine(pair.Options1.DataDirectory, "keys");
        Directory.CreateDirectory(keys);
        await File.WriteAllBytesAsync(Path.Combine(keys, "peer.pfx"), new byte[100]);
        await File.WriteAllTextAsync(Path.Combine(keys, "peer-pin.json"), "{\"pin");

        var (first, second) = await pair.StartConnectedAsync();

        Assert.NotNull(await first.ExchangeAsync());
        Assert.NotNull(await second.ExchangeAsync());
    }

    [Fact]
    public async Task OldTlsAndPlainText_AreRefused()
    {
        await using var pair = new LinkTestPair();
        await pair.StartAsync(pair.Options1);
        using var certificate = Certificate();
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.31", pair.Port);
        await using var tls = new SslStream(socket.GetStream(), false, (_, shown, _, _) => shown is not null);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "x", EnabledSslProtocols = SslProtocols.Tls12, ClientCertificates = [certificate] });
            await tls.ReadExactlyAsync(new byte[1]);
        });

        using var plain = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync($"http://127.0.0.31:{pair.Port}/peer/v1/detail"));
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var made = new CertificateRequest("CN=stranger", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, ""), "");
    }

    /// <summary>Status of the answer; null when the connection is refused.</summary>
    private static async Task<HttpStatusCode?> GetAsync(string url, X509Certificate2 certificate)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                ClientCertificates = [certificate],
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            },
        })
        { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        try
        {
            using var response = await client.GetAsync(url);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>The system's clock, with durations that can be made longer.</summary>
    private sealed class ShiftedTime : TimeProvider
    {
        private long shift;

        public override long GetTimestamp() => System.GetTimestamp() + Volatile.Read(ref shift);

        public void Shift(TimeSpan by) => Interlocked.Add(ref shift, (long)(by.TotalSeconds * TimestampFrequency));
    }
}
