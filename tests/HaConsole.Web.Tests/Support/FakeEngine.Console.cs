using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Replication;
using HaConsole.Engine.Status;

namespace HaConsole.Web.Tests.Support;

/// <content>What pages ask for.</content>
internal sealed partial class FakeEngine
{
    private readonly string auditFolder = Directory.CreateTempSubdirectory("haconsole-audit-").FullName;
    private readonly Lock auditGate = new();
    private FileAuditLog? audit;
    private FakeSync? both;

    /// <summary>Data directory of <see cref="Audit"/>.</summary>
    public string AuditFolder => auditFolder;

    /// <summary>Made when it is first asked for, whoever is first.</summary>
    public IAuditLog Audit
    {
        get
        {
            lock (auditGate)
            {
                return audit ??= new FileAuditLog(auditFolder, 1, TimeProvider.System);
            }
        }
    }

    /// <summary>Both configurations.</summary>
    public FakeSync Both => both ??= new FakeSync(this);

    public IConfigurationSync Sync => Both;

    public List<ConfigurationDocument> Superseded { get; } = [];

    public bool? SavedOnPeer { get; set; } = true;

    public string? ServiceRefusal { get; set; }

    public string? RestartRefusal { get; set; }

    public IReadOnlyList<PortTest> PortTests { get; set; } = [];

    public EngineHistory History { get; set; } = new(1, DateTimeOffset.UnixEpoch, [], []);

    public IReadOnlyList<LogFile> LogFiles { get; set; } = [];

    public Dictionary<string, string> LogTexts { get; } = [];

    public Task<ConfigurationOutcome> EditConfigurationAsync(Func<PairConfiguration, PairConfiguration> edit, string owner, CancellationToken cancellationToken)
        => ChangeConfigurationAsync(edit(Configuration.Content), Configuration.Revision, owner, cancellationToken);

    public Task<string?> CommandServiceAsync(int server, string service, ServiceCommand command, string owner, CancellationToken cancellationToken)
    {
        LastOwner = owner;
        Calls.Enqueue($"service {server} {service} {command}");
        return Task.FromResult(ServiceRefusal);
    }

    public Task<CheckInfo?> RunCheckAsync(int server, string check, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"check {server} {check}");
        return Task.FromResult(Current.Servers.FirstOrDefault(s => s.Server == server)?.Checks.FirstOrDefault(c => c.Name == check));
    }

    /// <summary>What the other server says of itself; null: the same as <see cref="History"/>.</summary>
    public EngineHistory? PeerHistory { get; set; }

    /// <summary>The other server does not answer.</summary>
    public bool PeerSilent { get; set; }

    public Task<EngineHistory?> HistoryOfAsync(int server, CancellationToken cancellationToken)
    {
        var local = Current.Servers.Any(s => s.Server == server && s.Local);
        return Task.FromResult(local ? History : PeerSilent ? null : (PeerHistory ?? History) with { Server = server });
    }

    public LogPart? ReadLog(string name, long fromByte, int maxBytes)
        => LogTexts.TryGetValue(name, out var text) ? new LogPart(name, 0, text.Length, text.Length, text) : null;

    public Task<IReadOnlyList<LogFile>?> LogFilesOfAsync(int server, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<LogFile>?>(LogFiles);

    public Task<LogPart?> ReadLogOfAsync(int server, string name, long fromByte, int maxBytes, CancellationToken cancellationToken)
        => Task.FromResult(ReadLog(name, fromByte, maxBytes));

    public Task<IReadOnlyList<PortTest>> TestPeerAsync(string address, CancellationToken cancellationToken) => Task.FromResult(PortTests);

    public Task<string?> RestartAsync(string owner, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"restart {owner}");
        return Task.FromResult(RestartRefusal);
    }

    public void ReportDatabase(string state) => Current = Current with { Database = state };
}
