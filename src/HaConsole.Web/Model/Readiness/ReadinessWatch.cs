using System.Text.Json;
using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Status;
using HaConsole.Failover;
using HaConsole.Web.Api;
using HaConsole.Web.History;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Drills;

namespace HaConsole.Web.Model.Readiness;

/// <summary>
/// While this server is the Standby it proves now and then, without disturbing anything, that it could take over. What it finds is shown and
/// told; it is never a reason not to take over, and the engine does not wait for it.
/// </summary>
public sealed partial class ReadinessWatch(
    ConsoleEngine console, IRoleUrls urls, NodeOptions node, IConfiguration configuration, TimeProvider time, ILogger<ReadinessWatch> logger) : IDisposable
{
    /// <summary>Path of the call.</summary>
    public const string Path = "/api/v1/readiness";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UrlTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private readonly ReadinessOptions options = configuration.GetSection("Readiness").Get<ReadinessOptions>() ?? new ReadinessOptions();
    private readonly CancellationTokenSource ended = new();
    private readonly SemaphoreSlim one = new(1);
    private volatile ReadinessReport? last;
    private bool? told;

    /// <summary>Begins to prove in its rhythm; called once, when the engine turns.</summary>
    public void Start() => _ = Task.Run(() => KeepAsync(ended.Token));

    /// <summary>The last proof of the Standby, wherever it is.</summary>
    public async Task<ReadinessReport> ReadAsync(CancellationToken cancellationToken)
        => IsStandby ? last ?? Unknown() : await AskPeerAsync("GET", cancellationToken).ConfigureAwait(false) ?? Unknown();

    /// <summary>Has the Standby prove it now, wherever it is.</summary>
    public async Task<ReadinessReport> ProveAsync(CancellationToken cancellationToken)
        => IsStandby ? await ProveHereAsync(cancellationToken).ConfigureAwait(false) : await AskPeerAsync("POST", cancellationToken).ConfigureAwait(false) ?? Unknown();

    /// <inheritdoc/>
    public void Dispose()
    {
        ended.Cancel();
        ended.Dispose();
        one.Dispose();
    }

    private bool IsStandby => console.Engine.Current.Servers.Any(server => server is { Local: true, Role: "Standby" }) && console.Engine.Current.Servers.Count > 1;

    private ReadinessReport Unknown() => new() { IntervalSeconds = options.Interval, Sentence = "No proof is known: there is no Standby that answers, or it has not looked yet." };

    private async Task<ReadinessReport> ProveHereAsync(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var snapshot = console.Engine.Current;
            var own = Servers.Local(snapshot);
            var address = snapshot.Servers.First(server => server.Local).Address;
            var answer = address.Length == 0 ? null : await urls.AskAsync(address, UrlTimeout, cancellationToken).ConfigureAwait(false);
            var facts = ReadinessProof.Facts(snapshot, own, await DryRunAsync(own, cancellationToken).ConfigureAwait(false), answer)
                .Concat(StandbyProof.Facts(console.Engine.Configuration.Content, snapshot, console.Engine.FileSets, node)).DistinctBy(fact => fact.Code).ToList();
            var missing = facts.Where(fact => !fact.Passed).ToList();
            var now = time.GetUtcNow();
            var report = new ReadinessReport
            {
                Server = own,
                Ready = missing.Count == 0,
                At = now,
                ProvenAt = missing.Count == 0 ? now : last?.ProvenAt,
                IntervalSeconds = options.Interval,
                Sentence = missing.Count == 0 ? $"Proven: server #{own} could take over now." : "Not proven: " + string.Join(", ", missing.Select(fact => fact.Code)) + ".",
                Facts = facts,
            };
            last = report;
            console.Engine.ReportReadiness(new ReadinessInfo(report.Ready == true, now, report.ProvenAt, [.. missing.Select(fact => new ReasonStatus(fact.Code, fact.Sentence))]));
            Tell(report, missing);
            return report;
        }
        finally
        {
            one.Release();
        }
    }

    private async Task<SwitchOutcome?> DryRunAsync(int own, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            return await console.Engine.SwitchAsync(own == 1 ? Rank.Primary : Rank.Backup, dryRun: true, force: false, "readiness", "proof of readiness", limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Then there was none, and that is a fact too.
            return null;
        }
    }

    /// <summary>Once for each change; a server that is ready from the start is no news.</summary>
    private void Tell(ReadinessReport report, IReadOnlyList<ProofFact> missing)
    {
        var before = told;
        told = report.Ready;
        if (before == report.Ready || (before is null && report.Ready == true))
        {
            return;
        }

        console.Engine.Record(new HaEvent
        {
            Kind = report.Ready == true ? "readiness-proven" : "readiness-lost",
            Severity = report.Ready == true ? Severity.Info : Severity.Warning,
            Sentence = report.Ready == true ? report.Sentence : $"The Standby could not be proven ready: {string.Join(" ", missing.Select(fact => fact.Sentence))} It takes over all the same when it must.",
            Epoch = console.Engine.Current.Servers.Select(server => server.Epoch).DefaultIfEmpty(0).Max(),
            Evidence = missing.ToDictionary(fact => fact.Code, fact => fact.Sentence),
        });
    }

    private async Task<ReadinessReport?> AskPeerAsync(string method, CancellationToken cancellationToken)
    {
        // Only a Standby answers by itself; without this two servers that are none would ask each other without end.
        if (console.Engine.Current.Servers.FirstOrDefault(server => !server.Local) is not { Role: "Standby" })
        {
            return null;
        }

        var answer = await console.Run.ForwardToPeerAsync(new ForwardedRequest(method, Path, method == "POST" ? "{}" : "", new Dictionary<string, string>()), cancellationToken).ConfigureAwait(false);
        try
        {
            return answer is { Status: StatusCodes.Status200OK } ? JsonSerializer.Deserialize(answer.Body, ApiJson.Default.ReadinessReport) : null;
        }
        catch (JsonException)
        {
            // A server of another version.
            return null;
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
                try
                {
                    await KeepOnceAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    LogFailed(e);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task KeepOnceAsync(CancellationToken cancellationToken)
    {
        if (!IsStandby)
        {
            if (last is not null)
            {
                (last, told) = (null, null);
                console.Engine.ReportReadiness(null);
            }

            return;
        }

        // A Standby that has just become one is left alone until it is in step.
        var settled = console.Engine.Current.Servers.First(server => server.Local).Since is not { } since || time.GetUtcNow() - since >= Longest;
        if (options.Interval > 0 && settled && (last?.At is not { } at || (time.GetUtcNow() - at).Duration() >= TimeSpan.FromSeconds(options.Interval)))
        {
            await ProveHereAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(2311, LogLevel.Warning, "The proof of readiness could not be made")]
    private partial void LogFailed(Exception exception);
}
