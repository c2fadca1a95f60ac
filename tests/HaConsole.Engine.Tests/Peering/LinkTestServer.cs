using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Peering;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Peering;

/// <summary>One server's end of a peer link, with an engine that only remembers.</summary>
internal sealed class LinkTestServer : IPeerLinkHandler, IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private int lost;
    private int established;

    public LinkTestServer(PeerLinkOptions options)
    {
        Options = options;
        Link = new PeerLink(options);
        Report = new PeerReport { Rank = options.Rank, Role = options.Rank == Rank.Primary ? Role.Active : Role.Standby, Version = "0.1.0" };
    }

    public PeerLinkOptions Options { get; }

    public PeerLink Link { get; }

    public PeerReport Report { get; set; }

    public ConcurrentQueue<PeerReport> Heard { get; } = new();

    public ConcurrentQueue<(string Kind, string Sentence, Severity Severity)> Events { get; } = new();

    /// <summary>What is done with a stream that the peer opens.</summary>
    public Func<Stream, CancellationToken, Task> Serve { get; set; } = (_, _) => Task.CompletedTask;

    public Task ServeFilesAsync(Stream stream, CancellationToken cancellationToken) => Serve(stream, cancellationToken);

    public int Established => Volatile.Read(ref established);

    public int Lost => Volatile.Read(ref lost);

    public ConfigurationDocument Configuration { get; set; } = Document(1);

    public ConfigurationDocument? Offered { get; private set; }

    public string Detail { get; set; } = "{}";

    public long DetailVersion { get; set; }

    public static ConfigurationDocument Document(long counter) => new(
        new Revision(1, counter, 1), "00ff", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "admin",
        new PairConfiguration
        {
            HotStandby = new HotStandbyParameters { Enabled = true, Server1Address = "127.0.0.1", HeartbeatInterval = 0.5 },
            Services = [new ServiceDefinition { Name = "cti", Type = ServiceType.Process, Arguments = ["a", "b"] }],
        });

    /// <summary>A port that nobody listens on, on any loopback address.</summary>
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

    public Task StartAsync() => Link.StartAsync(this, CancellationToken.None);

    public Task<PeerReport?> ExchangeAsync(double seconds = 5) => Link.ExchangeAsync(Report, TimeSpan.FromSeconds(seconds), CancellationToken.None);

    public bool HasEvent(string kind) => Events.Any(e => e.Kind == kind);

    public Task<PeerReport> HeardAsync(PeerReport report, CancellationToken cancellationToken)
    {
        Heard.Enqueue(report);
        return Task.FromResult(Report);
    }

    public void LinkEstablished() => Interlocked.Increment(ref established);

    public void LinkLost() => Interlocked.Increment(ref lost);

    public Task<bool> OfferConfigurationAsync(ConfigurationDocument document, CancellationToken cancellationToken)
    {
        Offered = document;
        return Task.FromResult(document.Revision > Configuration.Revision);
    }

    public Task<ForwardedResponse> ForwardedAsync(ForwardedRequest request, CancellationToken cancellationToken)
        => Task.FromResult(new ForwardedResponse(202, request.Method + request.Path + request.Body, new Dictionary<string, string> { ["ETag"] = request.Headers["If-Match"] }));

    public void LinkEvent(string kind, string sentence, Severity severity) => Events.Enqueue((kind, sentence, severity));

    public ValueTask DisposeAsync() => Link.DisposeAsync();
}

/// <summary>Two servers with data directories of their own, on two loopback addresses.</summary>
internal sealed class LinkTestPair : IAsyncDisposable
{
    public const string Secret = "correct horse battery";
    private readonly string folder = Directory.CreateTempSubdirectory("peer-link-").FullName;
    private readonly List<IAsyncDisposable> parts = [];

    public LinkTestPair(string? secret1 = Secret, string? secret2 = Secret)
    {
        Port = LinkTestServer.FreePort();
        Options1 = Make(Rank.Primary, secret1);
        Options2 = Make(Rank.Backup, secret2);
    }

    public int Port { get; }

    public PeerLinkOptions Options1 { get; set; }

    public PeerLinkOptions Options2 { get; set; }

    public static async Task Until(Func<bool> condition, string what, Func<string>? state = null)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < LinkTestServer.Patience, $"Not within {LinkTestServer.Patience}: {what}. {state?.Invoke()}");
            await Task.Delay(5);
        }
    }

    public static Task UntilConnected(params LinkTestServer[] servers)
        => Until(
            () => servers.All(server => server.Link.Status.State == PeerLinkState.Connected),
            "connected",
            () => string.Join("; ", servers.Select(server => server.Link.Status + string.Join(", ", server.Events))));

    public T Own<T>(T part)
        where T : IAsyncDisposable
    {
        parts.Add(part);
        return part;
    }

    public async Task<LinkTestServer> StartAsync(PeerLinkOptions options)
    {
        var server = Own(new LinkTestServer(options));
        await server.StartAsync();
        return server;
    }

    public async Task<(LinkTestServer First, LinkTestServer Second)> StartConnectedAsync()
    {
        var first = await StartAsync(Options1);
        var second = await StartAsync(Options2);
        await UntilConnected(first, second);
        return (first, second);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in parts)
        {
            await part.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private PeerLinkOptions Make(Rank rank, string? secret) => new()
    {
        DataDirectory = Path.Combine(folder, "server" + rank.Number()),
        Rank = rank,
        RedundancyAddress = rank == Rank.Primary ? "127.0.0.31" : "127.0.0.32",
        PeerAddress = rank == Rank.Primary ? "127.0.0.32" : "127.0.0.31",
        Port = Port,
        PeerPort = Port,
        PairSecret = secret ?? "",
    };
}
