using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using HaConsole.Engine.Peering;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Peering;

/// <summary>Server #1 is real; server #2's messages are made by hand, with its real certificate.</summary>
public sealed class ForgedMessageTests
{
    [Fact]
    public async Task AMessageSentTwice_IsRefusedTheSecondTime()
    {
        await using var forger = await Forger.StartAsync();
        var message = PeerMessage.Write(Message(incarnation: 5, sequence: 1));

        Assert.Equal(HttpStatusCode.OK, await forger.SendAsync(message));
        Assert.Equal(HttpStatusCode.Conflict, await forger.SendAsync(message));

        Assert.True(forger.First.HasEvent("peer-replay"));
        Assert.Single(forger.First.Heard);
    }

    [Fact]
    public async Task AMessageOfAnEarlierProcess_IsRefused()
    {
        await using var forger = await Forger.StartAsync();

        Assert.Equal(HttpStatusCode.OK, await forger.SendAsync(PeerMessage.Write(Message(incarnation: 5, sequence: 1))));
        Assert.Equal(HttpStatusCode.OK, await forger.SendAsync(PeerMessage.Write(Message(incarnation: 6, sequence: 1))));
        Assert.Equal(HttpStatusCode.Conflict, await forger.SendAsync(PeerMessage.Write(Message(incarnation: 5, sequence: 2))));

        Assert.Equal(2, forger.First.Heard.Count);
    }

    [Fact]
    public async Task AnOvertakenMessage_IsAnsweredButNotHeard()
    {
        await using var forger = await Forger.StartAsync();

        Assert.Equal(HttpStatusCode.OK, await forger.SendAsync(PeerMessage.Write(Message(incarnation: 5, sequence: 2))));
        Assert.Equal(HttpStatusCode.OK, await forger.SendAsync(PeerMessage.Write(Message(incarnation: 5, sequence: 1))));

        Assert.Single(forger.First.Heard);
        Assert.False(forger.First.HasEvent("peer-replay"));
    }

    [Fact]
    public async Task AMessageOfNewerSoftware_IsRefusedWithAnEventThatSaysSo()
    {
        await using var forger = await Forger.StartAsync();
        var message = PeerMessage.Write(Message(incarnation: 5, sequence: 1));
        message[0] = 99;

        Assert.Equal(HttpStatusCode.Conflict, await forger.SendAsync(message));

        Assert.Contains(forger.First.Events, e => e.Kind == "peer-version" && e.Sentence.Contains("99", StringComparison.Ordinal) && e.Severity == Severity.Alarm);
        Assert.Empty(forger.First.Heard);
    }

    [Fact]
    public async Task AMessageOfAnotherPair_IsRefused()
    {
        await using var forger = await Forger.StartAsync();

        Assert.Equal(HttpStatusCode.Conflict, await forger.SendAsync(PeerMessage.Write(Message(incarnation: 5, sequence: 1) with { Pair = "other" })));

        Assert.True(forger.First.HasEvent("peer-other-pair"));
        Assert.Empty(forger.First.Heard);
    }

    [Fact]
    public async Task ControlsThatAreNotKnown_AreAskedForInFull()
    {
        await using var forger = await Forger.StartAsync();
        var message = Message(incarnation: 5, sequence: 1) with { ControlsRevision = new Revision(1, 2, 2) };

        Assert.Equal(HttpStatusCode.PreconditionRequired, await forger.SendAsync(PeerMessage.Write(message)));

        Assert.Empty(forger.First.Heard);
    }

    [Fact]
    public async Task Garbage_IsRefused()
    {
        await using var forger = await Forger.StartAsync();

        Assert.Equal(HttpStatusCode.Conflict, await forger.SendAsync([1, 255, 255, 255]));
        Assert.Equal(HttpStatusCode.Conflict, await forger.SendAsync([]));

        Assert.Empty(forger.First.Heard);
    }

    private static PeerEnvelope Message(ulong incarnation, long sequence) => new()
    {
        Incarnation = incarnation,
        Sequence = sequence,
        Report = new PeerReport { Rank = Rank.Backup, Role = Role.Standby },
    };

    private sealed class Forger(LinkTestPair pair, LinkTestServer first, X509Certificate2 certificate) : IAsyncDisposable
    {
        private readonly HttpClient client = new(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            },
        })
        {
            BaseAddress = new Uri($"https://127.0.0.31:{pair.Port}"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        public LinkTestServer First => first;

        public static async Task<Forger> StartAsync()
        {
            var pair = new LinkTestPair();
            var (first, second) = await pair.StartConnectedAsync();
            await second.DisposeAsync();
            return new Forger(pair, first, X509CertificateLoader.LoadPkcs12FromFile(Path.Combine(pair.Options2.DataDirectory, "keys", "peer.pfx"), ""));
        }

        public async Task<HttpStatusCode> SendAsync(byte[] message)
        {
            using var content = new ByteArrayContent(message);
            using var response = await client.PostAsync("/peer/v1/exchange", content);
            return response.StatusCode;
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await pair.DisposeAsync();
            certificate.Dispose();
        }
    }
}
