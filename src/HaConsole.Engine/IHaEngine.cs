using HaConsole.Engine.Configuration;
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

/// <summary>The engine as console, API and command line see it. Every call is safe from any thread and never waits for a disk or a database.</summary>
public interface IHaEngine
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

    /// <summary>Superseded and present revisions, newest first.</summary>
    IReadOnlyList<ConfigurationDocument> ConfigurationHistory { get; }

    /// <summary>Changes the configuration when <paramref name="expected"/> is the revision in force; goes to the Active first when that is the peer.</summary>
    Task<ConfigurationOutcome> ChangeConfigurationAsync(PairConfiguration wanted, Revision expected, string owner, CancellationToken cancellationToken);

    /// <summary>Makes a one-time pairing code.</summary>
    string CreatePairingCode();

    /// <summary>Joins the peer at that address; null on success, else why not.</summary>
    Task<string?> PairAsync(string code, string address, CancellationToken cancellationToken);

    /// <summary>Makes a new certificate for the peer link, without a switch; null on success, else why not.</summary>
    Task<string?> RotateCertificateAsync(CancellationToken cancellationToken);

    /// <summary>Stops: hands over first when wanted; then stops the services.</summary>
    Task StopAsync(bool handOver, CancellationToken cancellationToken);
}
