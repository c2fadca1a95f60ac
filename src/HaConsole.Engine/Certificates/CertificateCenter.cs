using System.Text.Json;
using System.Text.Json.Serialization;
using HaConsole.Engine.Commands;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Status;
using HaConsole.Failover;

namespace HaConsole.Engine.Certificates;

/// <summary>JSON of what the two servers tell each other of their certificates. The generated writers would write no bytes as empty ones.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ServerCertificates))]
[JsonSerializable(typeof(CertificateTransfer))]
[JsonSerializable(typeof(CertificateCopyCall))]
[JsonSerializable(typeof(CertificateCopyOutcome))]
internal sealed partial class CertificateJson : JsonSerializerContext;

/// <summary>
/// The certificates of the pair on this server: looks at the own files, asks the other server for its reports when their hash in the
/// exchange has changed, compares, tells what is wrong, and copies. No call waits for a disk but those that return a task.
/// </summary>
internal sealed class CertificateCenter : IAsyncDisposable
{
    private const string Reports = "/engine/certificates";
    private const string LookNow = "/engine/certificates/look";
    private const string Send = "/engine/certificates/send";
    private const string Take = "/engine/certificates/take";
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongTimeout = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    private readonly CertificateWatch watch;
    private readonly CertificateNotes notes;
    private readonly EngineClock clock;
    private readonly ConsoleCalls calls;
    private readonly int server;
    private readonly Lock gate = new();
    private readonly Lock telling = new();
    private readonly SemaphoreSlim copying = new(1, 1);
    private IReadOnlyList<CertificateDefinition> definitions = [];
    private volatile IReadOnlyList<ReasonStatus> alarms = [];
    private volatile string hash = "";
    private ServerCertificates? peer;
    private TimeSpan peerAt;
    private TimeSpan askedAt = -AskAgainAfter;
    private bool asking;
    private volatile bool ended;

    public CertificateCenter(string dataDirectory, int server, EngineClock clock, ConsoleCalls calls)
    {
        this.server = server;
        this.clock = clock;
        this.calls = calls;
        notes = new CertificateNotes(dataDirectory);
        watch = new CertificateWatch(clock.Time);
        watch.Changed += OnChanged;
    }

    /// <summary>Something that people must see: kind, sentence, severity.</summary>
    public required Action<string, string, Severity> Event { get; init; }

    /// <summary>Where this server has the files of a definition.</summary>
    public required Func<CertificateDefinition, CertificateDefinition> Places { get; init; }

    /// <summary>Reports or findings have changed; must return at once.</summary>
    public required Action Changed { get; init; }

    /// <summary>Changes with what is found here; empty for no certificates.</summary>
    public string Hash => hash;

    /// <summary>Findings that are wrong now.</summary>
    public IReadOnlyList<ReasonStatus> Alarms => alarms;

    /// <summary>This server's own reports.</summary>
    public ServerCertificates Own
    {
        get
        {
            var reports = watch.Current;
            return new ServerCertificates(server, clock.Utc, reports) { Hash = CertificateWatch.HashOf(reports) };
        }
    }

    /// <summary>Both servers side by side, as far as this one knows.</summary>
    public PairCertificates Pair
    {
        get
        {
            var (own, utc) = (Own, clock.Utc);
            lock (gate)
            {
                return new PairCertificates(utc, CertificateComparer.Compare(definitions, server == 1 ? own : peer, server == 1 ? peer : own, utc))
                {
                    PeerAgeSeconds = peer is null ? null : Math.Round((clock.Now - peerAt).TotalSeconds, 3),
                };
            }
        }
    }

    public void Configure(IReadOnlyList<CertificateDefinition> wanted)
    {
        lock (gate)
        {
            definitions = wanted;
        }

        watch.Configure([.. wanted.Select(Places)]);
    }

    /// <summary>The peer says what its reports look like; fetched when that is new. Returns at once.</summary>
    public void PeerHas(string peerHash)
    {
        var gone = false;
        lock (gate)
        {
            if (ended || asking || peerHash == (peer?.Hash ?? "") || clock.Now - askedAt < AskAgainAfter)
            {
                return;
            }

            if (peerHash.Length == 0)
            {
                // It has none any more, or is of a version that has none at all.
                (peer, gone) = (null, true);
            }
            else
            {
                (asking, askedAt) = (true, clock.Now);
            }
        }

        if (gone)
        {
            OnChanged();
            return;
        }

        _ = Task.Run(() => AskAsync(Reports, "", AskTimeout, CancellationToken.None));
    }

    /// <summary>Has both servers look at their files now.</summary>
    public async Task<PairCertificates> LookAsync(CancellationToken cancellationToken)
    {
        var there = AskAsync(LookNow, "{}", LongTimeout, cancellationToken);
        await watch.LookAsync(cancellationToken);
        await there;
        return Pair;
    }

    /// <summary>Copies the files of a certificate from one server to the other, wherever it is called.</summary>
    public async Task<CertificateCopyOutcome> CopyAsync(string name, int from, string owner, CancellationToken cancellationToken)
    {
        CertificateCopyOutcome outcome;
        if (from == server)
        {
            outcome = await SendAsync(name, owner, cancellationToken);
        }
        else
        {
            var call = JsonSerializer.Serialize(new CertificateCopyCall(name, owner), CertificateJson.Default.CertificateCopyCall);
            outcome = await calls.AskAsync(Send, call, CertificateJson.Default.CertificateCopyOutcome, LongTimeout, cancellationToken) ?? NoAnswer(from);
        }

        if (outcome.Copied)
        {
            await LookAsync(cancellationToken);
        }

        return outcome;
    }

    /// <summary>Carries out what the peer asks; null when it is nothing of certificates.</summary>
    public async Task<string?> AnswerAsync(string path, string body, CancellationToken cancellationToken)
    {
        switch (path)
        {
            case Reports:
                return JsonSerializer.Serialize(Own, CertificateJson.Default.ServerCertificates);
            case LookNow:
                await watch.LookAsync(cancellationToken);
                return JsonSerializer.Serialize(Own, CertificateJson.Default.ServerCertificates);
            case Send:
                var call = JsonSerializer.Deserialize(body, CertificateJson.Default.CertificateCopyCall) is { Name: not null } read ? read : throw new JsonException("no certificate is named");
                return JsonSerializer.Serialize(await SendAsync(call.Name, call.Owner ?? "", cancellationToken), CertificateJson.Default.CertificateCopyOutcome);
            case Take:
                var transfer = JsonSerializer.Deserialize(body, CertificateJson.Default.CertificateTransfer) is { Definition: not null, Certificate: not null } came ? came : throw new JsonException("no certificate came");
                return JsonSerializer.Serialize(await TakeAsync(transfer, cancellationToken), CertificateJson.Default.CertificateCopyOutcome);
            default:
                return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        watch.Changed -= OnChanged;
        lock (telling)
        {
            // What is being told now still finds a journal.
            ended = true;
        }

        await watch.DisposeAsync();
        copying.Dispose();
    }

    private static CertificateCopyOutcome NoAnswer(int number) => CertificateCopyOutcome.Refused($"Server #{number} does not answer on the peer link, or its version cannot copy certificates.");

    private CertificateDefinition? Definition(string name)
    {
        lock (gate)
        {
            return definitions.FirstOrDefault(d => d.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        }
    }

    private async Task<CertificateCopyOutcome> SendAsync(string name, string owner, CancellationToken cancellationToken)
    {
        if (Definition(name) is not { } definition)
        {
            return CertificateCopyOutcome.Refused($"There is no certificate {name}.");
        }

        var (transfer, sentence) = await Task.Run(() => CertificateCopier.Make(definition, Places(definition), server, owner), cancellationToken);
        if (transfer is null)
        {
            return CertificateCopyOutcome.Refused(sentence);
        }

        try
        {
            var body = JsonSerializer.Serialize(transfer, CertificateJson.Default.CertificateTransfer);
            return await calls.AskAsync(Take, body, CertificateJson.Default.CertificateCopyOutcome, LongTimeout, cancellationToken) ?? NoAnswer(3 - server);
        }
        finally
        {
            CertificateCopier.Forget(transfer);
        }
    }

    private async Task<CertificateCopyOutcome> TakeAsync(CertificateTransfer transfer, CancellationToken cancellationToken)
    {
        await copying.WaitAsync(cancellationToken);
        try
        {
            // Once begun it is done on all files or on none, whether or not the other end waits.
            var own = Definition(transfer.Definition.Name);
            var outcome = await Task.Run(() => CertificateCopier.Install(own, own is null ? null : Places(own), transfer, server, clock.Utc), CancellationToken.None);
            if (outcome.Files.Count > 0)
            {
                var before = outcome.Backups.Count > 0 ? $" The files before are kept: {string.Join(", ", outcome.Backups)}." : "";
                Event("certificate-copied", $"{transfer.Owner}: {outcome.Sentence}{before}", Severity.Info);
            }

            await watch.LookAsync(CancellationToken.None);
            return outcome;
        }
        finally
        {
            CertificateCopier.Forget(transfer);
            copying.Release();
        }
    }

    private async Task AskAsync(string path, string body, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var came = await calls.AskAsync(path, body, CertificateJson.Default.ServerCertificates, timeout, cancellationToken);
            if (came is null)
            {
                return;
            }

            lock (gate)
            {
                // Of another version it may be anything.
                peer = came with { Server = 3 - server, Reports = [.. (came.Reports ?? []).Where(r => r is not null)] };
                peerAt = clock.Now;
            }

            OnChanged();
        }
        finally
        {
            lock (gate)
            {
                asking = false;
            }
        }
    }

    private void OnChanged()
    {
        if (ended)
        {
            return;
        }

        // The notes are written: not on the thread of whoever has changed the configuration.
        _ = Task.Run(Tell);
    }

    private void Tell()
    {
        lock (telling)
        {
            if (ended)
            {
                return;
            }

            var comparisons = Pair.Certificates;
            hash = CertificateWatch.HashOf(watch.Current);
            alarms = [.. comparisons.SelectMany(c => c.Findings).Where(f => f.Level == CertificateLevel.Alarm).Select(f => new ReasonStatus(f.Code, f.Sentence))];
            foreach (var (kind, sentence, severity) in notes.Tell(comparisons, server))
            {
                Event(kind, sentence, severity);
            }

            Changed();
        }
    }
}
