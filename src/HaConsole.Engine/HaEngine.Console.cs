using System.Text.Json;
using HaConsole.Engine.Checks;
using HaConsole.Engine.Commands;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Services;
using HaConsole.Engine.Status;
using HaConsole.Failover;

namespace HaConsole.Engine;

/// <content>What the console asks for beside the pair's own business.</content>
public sealed partial class HaEngine
{
    private const int MostEdits = 5;
    private static readonly TimeSpan QuickCall = TimeSpan.FromSeconds(10);

    /// <summary>Grows whenever the peer must fetch this server's part of the status anew.</summary>
    internal long DetailVersion => detail.Version;

    /// <inheritdoc/>
    public EngineHistory History => probeLog.Together(parts.Rank.Number(), parts.Checks);

    /// <inheritdoc/>
    public IReadOnlyList<LogFile> LogFiles => logs.List();

    /// <inheritdoc/>
    public async Task<ConfigurationOutcome> EditConfigurationAsync(Func<PairConfiguration, PairConfiguration> edit, string owner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(edit);
        var document = Configuration;
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await ChangeConfigurationAsync(edit(document.Content), document.Revision, owner, cancellationToken);
            if (!outcome.Conflict || attempt == MostEdits)
            {
                return outcome;
            }

            // What is in force where it was refused, which may not have come here yet.
            document = outcome.Document;
        }
    }

    /// <inheritdoc/>
    public async Task<string?> CommandServiceAsync(int server, string service, ServiceCommand command, string owner, CancellationToken cancellationToken)
    {
        if (server == parts.Rank.Number())
        {
            return await ServiceHereAsync(new ServiceCall(service, command, owner), cancellationToken);
        }

        var body = JsonSerializer.Serialize(new ServiceCall(service, command, owner), ConsoleJson.Default.ServiceCall);
        var bound = ServiceBound(service) + QuickCall;
        return await calls.AskAsync(ConsoleCalls.Service, body, ConsoleJson.Default.CallText, bound, cancellationToken) is { } answer ? answer.Text : NoAnswer(server);
    }

    /// <inheritdoc/>
    public async Task<CheckInfo?> RunCheckAsync(int server, string check, CancellationToken cancellationToken)
    {
        if (server == parts.Rank.Number())
        {
            return await parts.Checks.RunAsync(check, cancellationToken) is { } status ? EngineDetail.InfoOf(status) : null;
        }

        var longest = keeper.Current.Content.Checks.Where(c => c.Name == check).Select(c => c.Timeout).DefaultIfEmpty(0).Max();
        var body = JsonSerializer.Serialize(new CheckCall(check), ConsoleJson.Default.CheckCall);
        return await calls.AskAsync(ConsoleCalls.Check, body, ConsoleJson.Default.CheckInfo, TimeSpan.FromSeconds(2 * longest) + QuickCall, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<EngineHistory?> HistoryOfAsync(int server, CancellationToken cancellationToken)
        => server == parts.Rank.Number() ? History : await calls.AskAsync(ConsoleCalls.History, "", ConsoleJson.Default.EngineHistory, QuickCall, cancellationToken);

    /// <inheritdoc/>
    public LogPart? ReadLog(string name, long fromByte, int maxBytes) => logs.Read(name, fromByte, maxBytes);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LogFile>?> LogFilesOfAsync(int server, CancellationToken cancellationToken)
        => server == parts.Rank.Number() ? LogFiles : await calls.AskAsync(ConsoleCalls.Logs, "", ConsoleJson.Default.IReadOnlyListLogFile, QuickCall, cancellationToken);

    /// <inheritdoc/>
    public async Task<LogPart?> ReadLogOfAsync(int server, string name, long fromByte, int maxBytes, CancellationToken cancellationToken)
        => server == parts.Rank.Number()
            ? ReadLog(name, fromByte, maxBytes)
            : await calls.AskAsync(ConsoleCalls.Log, JsonSerializer.Serialize(new LogCall(name, fromByte, maxBytes), ConsoleJson.Default.LogCall), ConsoleJson.Default.LogPart, QuickCall, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PortTest>> TestPeerAsync(string address, CancellationToken cancellationToken)
    {
        var own = parts.Rank.Number();
        var there = PortTests.FromHereAsync(own, new PortCall(address ?? "", parts.Options.PeerPort, parts.Options.HttpPort), cancellationToken);
        var call = new PortCall(parts.Options.LocalAddress, parts.Options.PeerPort, parts.Options.HttpPort);
        var back = parts.Link is { Status.State: PeerLinkState.Connected }
            ? await calls.AskAsync(ConsoleCalls.Ports, JsonSerializer.Serialize(call, ConsoleJson.Default.PortCall), ConsoleJson.Default.IReadOnlyListPortTest, QuickCall, cancellationToken)
            : null;
        return [.. await there, .. back ?? PortTests.NotTried(parts.Rank.Other().Number(), call, "The other server can try this only when the two are paired and connected.")];
    }

    /// <inheritdoc/>
    public Task<string?> RestartAsync(string owner, CancellationToken cancellationToken)
    {
        if (parts.Restart is not { } restart)
        {
            return Task.FromResult<string?>("This server has no supervisor that could start it again: stop it and start it by hand.");
        }

        Event("restart", $"{owner} has the worker of this server started again; the services go on.", Severity.Info);
        parts.Journal.Flush(TimeSpan.FromSeconds(1));
        restart();
        return Task.FromResult<string?>(null);
    }

    /// <inheritdoc/>
    public HaEvent Record(HaEvent entry)
    {
        var stored = parts.Journal.Record(entry);
        Tell(stored.Sequence);
        return stored;
    }

    /// <inheritdoc/>
    public void ReportDatabase(string state)
    {
        if (database != state)
        {
            database = state;
            feed.Changed();
        }
    }

    /// <summary>
    /// A lone server takes over the configuration of the pair that it joins: with a revision above its own, whoever has counted further. It
    /// runs as one of the pair after <see cref="RestartAsync"/>.
    /// </summary>
    private async Task<string?> JoinFirstAsync(string code, string address, CancellationToken cancellationToken)
    {
        if (parts.JoinFirst is not { } join)
        {
            return "No second server is configured.";
        }

        var (document, problem) = await join(code, address, cancellationToken);
        if (document is null)
        {
            return problem;
        }

        var own = keeper.Current;
        var content = document.Content with { Access = document.Content.Access.IsEmpty ? own.Content.Access : document.Content.Access };
        var outcome = document.Revision > own.Revision && content.Access == document.Content.Access
            ? new ConfigurationOutcome(document, await keeper.OfferAsync(document, cancellationToken, joining: true), false, [], null)
            : await keeper.ChangeAsync(content, own.Revision, "pairing", parts.Rank, box.State.HighestEpoch, cancellationToken, document);
        return outcome.Saved ? null
            : outcome.Problems.FirstOrDefault(p => !p.IsWarning)?.Sentence ?? "The two servers are paired, but the configuration of the pair is refused here; see the events.";
    }

    private static string NoAnswer(int server) => $"Server #{server} does not answer on the peer link.";

    /// <summary>One service by hand on this server; null when it is done, else why not.</summary>
    private async Task<string?> ServiceHereAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        var before = Service(call.Service);
        if (before is null)
        {
            return $"There is no service {call.Service}.";
        }

        if (box.State.Role != Role.Active)
        {
            return $"Server #{parts.Rank.Number()} is {box.State.Role}: services run on the Active only.";
        }

        if (call.Command == ServiceCommand.Start && before.State == ServicesState.Running)
        {
            return null;
        }

        if (call.Command == ServiceCommand.Restart && before.Held is { } holder)
        {
            return $"Service {call.Service} was stopped by {holder}: start it.";
        }

        var done = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(ServicesReport report)
        {
            if (Ended(report.Services.FirstOrDefault(s => s.Name == call.Service), before, call.Command) is { Over: true } end)
            {
                done.TrySetResult(end.Problem);
            }
        }

        parts.Services.Changed += Look;
        try
        {
            parts.Services.Command(call.Service, call.Command, call.Owner);
            Look(parts.Services.Current);
            var problem = await done.Task.WaitAsync(ServiceBound(call.Service), parts.Time, cancellationToken);
            Event("service-command", problem ?? $"{call.Owner}: service {call.Service}, {call.Command.ToString().ToLowerInvariant()} done.", problem is null ? Severity.Info : Severity.Warning);
            return problem;
        }
        catch (TimeoutException)
        {
            return $"Service {call.Service} is still {Service(call.Service)?.State}; see its state.";
        }
        finally
        {
            parts.Services.Changed -= Look;
        }
    }

    private static (bool Over, string? Problem) Ended(ServiceStatus? now, ServiceStatus before, ServiceCommand command)
    {
        if (now is null)
        {
            return (true, $"Service {before.Name} was removed.");
        }

        var isNew = now != before;
        return (command, now.State) switch
        {
            (ServiceCommand.Stop, ServicesState.Stopped) => (now.Held is not null, null),
            (ServiceCommand.Stop, ServicesState.StopFailed) => (isNew, $"Service {before.Name} could not be stopped: {now.Detail}"),
            (ServiceCommand.Start, ServicesState.Running) => (true, null),
            (ServiceCommand.Restart, ServicesState.Running) => (now.Since != before.Since, null),
            (not ServiceCommand.Stop, ServicesState.StartFailed) => (isNew, $"Service {before.Name} does not start: {now.Detail}"),
            _ => (false, null),
        };
    }

    private ServiceStatus? Service(string name) => parts.Services.Current.Services.FirstOrDefault(s => s.Name == name);

    private TimeSpan ServiceBound(string name)
    {
        var seconds = keeper.Current.Content.Services.Where(s => s.Name == name).Select(s => s.StartDelay + s.StartTimeout + s.StopTimeout).DefaultIfEmpty(0).Max();
        return TimeSpan.FromSeconds(seconds + 10);
    }

    /// <summary>Carries out what the other server's page asks; null when it is nothing of the engine's.</summary>
    private async Task<string?> AnswerPageAsync(ForwardedRequest request, CancellationToken cancellationToken)
    {
        switch (request.Path)
        {
            case ConsoleCalls.Service:
                var service = JsonSerializer.Deserialize(request.Body, ConsoleJson.Default.ServiceCall) ?? throw new JsonException("no service is named");
                return JsonSerializer.Serialize(new CallText(await ServiceHereAsync(service, cancellationToken)), ConsoleJson.Default.CallText);
            case ConsoleCalls.Check:
                var check = JsonSerializer.Deserialize(request.Body, ConsoleJson.Default.CheckCall) ?? throw new JsonException("no check is named");
                return await RunCheckAsync(parts.Rank.Number(), check.Check, cancellationToken) is { } found ? JsonSerializer.Serialize(found, ConsoleJson.Default.CheckInfo) : "null";
            case ConsoleCalls.History:
                return JsonSerializer.Serialize(History, ConsoleJson.Default.EngineHistory);
            case ConsoleCalls.Logs:
                return JsonSerializer.Serialize(LogFiles, ConsoleJson.Default.IReadOnlyListLogFile);
            case ConsoleCalls.Log:
                var log = JsonSerializer.Deserialize(request.Body, ConsoleJson.Default.LogCall) ?? throw new JsonException("no log is named");
                return ReadLog(log.Name, log.From, log.Most) is { } part ? JsonSerializer.Serialize(part, ConsoleJson.Default.LogPart) : "null";
            case ConsoleCalls.FileSets:
                return JsonSerializer.Serialize(FileSets, ConsoleJson.Default.IReadOnlyListFileSetStatus);
            case ConsoleCalls.FileSet:
                return JsonSerializer.Serialize(new CallText(FileSetHere(request.Body)), ConsoleJson.Default.CallText);
            case ConsoleCalls.Addresses:
                var wanted = JsonSerializer.Deserialize(request.Body, ConsoleJson.Default.IReadOnlyListAddressDefinition) ?? throw new JsonException("no addresses are named");
                return JsonSerializer.Serialize(AddressProblemsHere(wanted), ConsoleJson.Default.IReadOnlyListConfigurationProblem);
            case ConsoleCalls.Ports:
                var ports = JsonSerializer.Deserialize(request.Body, ConsoleJson.Default.PortCall) ?? throw new JsonException("no ports are named");
                return JsonSerializer.Serialize(await PortTests.FromHereAsync(parts.Rank.Number(), ports, cancellationToken), ConsoleJson.Default.IReadOnlyListPortTest);
            case ConsoleCalls.Clock:
                return JsonSerializer.Serialize(ClockHistory, ConsoleJson.Default.ClockHistory);
            default:
                return await notifications.AnswerAsync(request.Path, request.Body, cancellationToken) ?? await certificates.AnswerAsync(request.Path, request.Body, cancellationToken);
        }
    }

    /// <summary>
    /// Why the worker must be started again to run with that document: number, address and peer link of a server are those of its start.
    /// </summary>
    private string? RestartFor(PairConfiguration content)
    {
        if (parts.Link is not null || (content.HotStandby.Server1Address.Length == 0 && content.HotStandby.Server2Address.Length == 0))
        {
            return null;
        }

        return "The addresses of the pair were saved: the worker of this server must be started again to open the peer link. Nothing is switched by it.";
    }
}
