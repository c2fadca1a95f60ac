using System.Text.Json.Serialization;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Replication;
using HaConsole.Engine.Status;
using HaConsole.Failover;

namespace HaConsole.Engine;

/// <summary>One step of a switchover and what came of it.</summary>
/// <param name="Name">For example <c>stop-services</c>.</param>
/// <param name="Succeeded">Whether it did.</param>
/// <param name="Sentence">For people.</param>
public sealed record SwitchStep(string Name, bool Succeeded, string Sentence);

/// <summary>Result of a switchover, dry run or forced failover.</summary>
/// <param name="Succeeded">The target is Active (dry run: it would be).</param>
/// <param name="Refused">A pre-check says no; nothing was done.</param>
/// <param name="Sentence">Result in one sentence.</param>
/// <param name="Checks">All pre-checks.</param>
/// <param name="Steps">Steps carried out (dry run: that would be).</param>
public sealed record SwitchOutcome(bool Succeeded, bool Refused, string Sentence, IReadOnlyList<SwitchoverCheck> Checks, IReadOnlyList<SwitchStep> Steps);

/// <summary>Result of a change of the configuration.</summary>
/// <param name="Document">Configuration in force afterwards.</param>
/// <param name="Saved">The change was saved.</param>
/// <param name="Conflict">The revision given is not the one in force: nothing was changed.</param>
/// <param name="Problems">Errors (nothing was changed) and warnings.</param>
/// <param name="OnPeer">The peer has it too; null when there is no peer.</param>
public sealed record ConfigurationOutcome(ConfigurationDocument Document, bool Saved, bool Conflict, IReadOnlyList<ConfigurationProblem> Problems, bool? OnPeer);

/// <summary>What a person may do with one managed service.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ServiceCommand>))]
public enum ServiceCommand
{
    /// <summary>Start it, after it was stopped by hand or gave up.</summary>
    Start,

    /// <summary>Stop it and keep it stopped.</summary>
    Stop,

    /// <summary>Stop and start it; costs nothing of its restart budget.</summary>
    Restart,
}

/// <summary>One day, or part of a day, of the fault tolerant log.</summary>
/// <param name="Name">File name.</param>
/// <param name="Day">Local day, <c>yyyy-MM-dd</c>.</param>
/// <param name="Bytes">Its size.</param>
public sealed record LogFile(string Name, string Day, long Bytes);

/// <summary>Some bytes of a log file, as text.</summary>
/// <param name="Name">File name.</param>
/// <param name="From">First byte of <paramref name="Text"/>.</param>
/// <param name="Next">First byte after it: where to read on.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Text">Whole lines, as long as a line fits.</param>
public sealed record LogPart(string Name, long From, long Next, long Bytes, string Text);

/// <summary>Whether one server reaches a port of the other.</summary>
/// <param name="Name"><c>peer-link</c> or <c>http</c>.</param>
/// <param name="From">Number of the server that tried; 0 when it has none yet.</param>
/// <param name="Target"><c>address:port</c>.</param>
/// <param name="Open">It answers; null when it could not be tried.</param>
/// <param name="Sentence">For people.</param>
public sealed record PortTest(string Name, int From, string Target, bool? Open, string Sentence);

/// <summary>The engine as console, API and command line see it. Every call is safe from any thread and never waits for a disk or a database.</summary>
public partial interface IHaEngine
{
    /// <summary>Last snapshot.</summary>
    StatusSnapshot Current { get; }

    /// <summary>The last snapshot and every later one; versions only grow, intermediate ones may be skipped.</summary>
    IAsyncEnumerable<StatusSnapshot> WatchAsync(CancellationToken cancellationToken);

    /// <summary>Makes <paramref name="target"/> the Active; runs on the present Active wherever it is called. Ends with the switch.</summary>
    Task<SwitchOutcome> SwitchAsync(Rank target, bool dryRun, bool force, string owner, string reason, CancellationToken cancellationToken);

    /// <summary>Changes pause, maintenance, hold or the flap budget.</summary>
    Task SetControlsAsync(Func<PairControls, PairControls> change, string owner, string sentence, CancellationToken cancellationToken);

    /// <summary>Pause, maintenance, hold and flap budget in force.</summary>
    PairControls Controls { get; }

    /// <summary>Configuration in force.</summary>
    ConfigurationDocument Configuration { get; }

    /// <summary>How the configurations of both servers compare: drift, conflicts, synchronisation by hand.</summary>
    IConfigurationSync Sync { get; }

    /// <summary>Superseded and present revisions, newest first.</summary>
    IReadOnlyList<ConfigurationDocument> ConfigurationHistory { get; }

    /// <summary>Changes the configuration when <paramref name="expected"/> is the revision in force; goes to the Active first when that is the peer.</summary>
    Task<ConfigurationOutcome> ChangeConfigurationAsync(PairConfiguration wanted, Revision expected, string owner, CancellationToken cancellationToken);

    /// <summary>
    /// Changes a part of the configuration whatever its revision: reads it again and repeats the change when somebody else was faster, at most
    /// 5 times. <paramref name="edit"/> may be called several times; the exception that it throws comes out here.
    /// </summary>
    Task<ConfigurationOutcome> EditConfigurationAsync(Func<PairConfiguration, PairConfiguration> edit, string owner, CancellationToken cancellationToken);

    /// <summary>
    /// Starts, stops or restarts one managed service by hand; null when it is done, else why not. Only on the Active: a service that is
    /// stopped by hand stays so, with an alarm and without an application error, until it is started by hand or the services are started
    /// anew (the next takeover).
    /// </summary>
    Task<string?> CommandServiceAsync(int server, string service, ServiceCommand command, string owner, CancellationToken cancellationToken);

    /// <summary>Has a check look now; null when there is no such check, or the server does not answer.</summary>
    Task<CheckInfo?> RunCheckAsync(int server, string check, CancellationToken cancellationToken);

    /// <summary>What this server has found lately.</summary>
    EngineHistory History { get; }

    /// <summary>What a server has found lately; null when it does not answer.</summary>
    Task<EngineHistory?> HistoryOfAsync(int server, CancellationToken cancellationToken);

    /// <summary>Days of the fault tolerant log of this server, newest first.</summary>
    IReadOnlyList<LogFile> LogFiles { get; }

    /// <summary>A part of one of <see cref="LogFiles"/>; null when there is no such file.</summary>
    /// <param name="name">Name as listed.</param>
    /// <param name="fromByte">First byte; negative = that many bytes before the end.</param>
    /// <param name="maxBytes">Most bytes; 1 … 1,000,000.</param>
    LogPart? ReadLog(string name, long fromByte, int maxBytes);

    /// <summary>Days of the log of a server, newest first; null when it does not answer.</summary>
    Task<IReadOnlyList<LogFile>?> LogFilesOfAsync(int server, CancellationToken cancellationToken);

    /// <summary>A part of a log of a server; null when there is no such file or the server does not answer. Parameters as for <see cref="ReadLog"/>.</summary>
    Task<LogPart?> ReadLogOfAsync(int server, string name, long fromByte, int maxBytes, CancellationToken cancellationToken);

    /// <summary>File sets as this server sees them.</summary>
    IReadOnlyList<FileSetStatus> FileSets { get; }

    /// <summary>File sets as a server sees them; null when it does not answer.</summary>
    Task<IReadOnlyList<FileSetStatus>?> FileSetsOfAsync(int server, CancellationToken cancellationToken);

    /// <summary>Has the Active compare or synchronise a file set; null when it has begun, else why not.</summary>
    Task<string?> CommandFileSetAsync(string set, FileSetCommand command, string owner, CancellationToken cancellationToken);

    /// <summary>Tests the ports between this server and the one at <paramref name="address"/>, both ways when they are paired.</summary>
    Task<IReadOnlyList<PortTest>> TestPeerAsync(string address, CancellationToken cancellationToken);

    /// <summary>
    /// Starts the worker of this server again, so that it runs with what was saved: the services go on, nothing is switched. Null when it
    /// is about to end, else why not.
    /// </summary>
    Task<string?> RestartAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Records something that happened in the console. The other server is told at once that there is something new; returns what was stored.</summary>
    HaEvent Record(HaEvent entry);

    /// <summary>The host says how its database is; shown as it is. Returns at once.</summary>
    void ReportDatabase(string state);

    /// <summary>Makes a one-time pairing code.</summary>
    string CreatePairingCode();

    /// <summary>Joins the peer at that address; null on success, else why not.</summary>
    Task<string?> PairAsync(string code, string address, CancellationToken cancellationToken);

    /// <summary>Makes a new certificate for the peer link, without a switch; null on success, else why not.</summary>
    Task<string?> RotateCertificateAsync(CancellationToken cancellationToken);

    /// <summary>Stops: hands over first when wanted; then stops the services.</summary>
    Task StopAsync(bool handOver, CancellationToken cancellationToken);
}
