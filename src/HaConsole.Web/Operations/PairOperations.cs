using System.Globalization;
using HaConsole.Engine;
using HaConsole.Engine.Status;
using HaConsole.Failover;
using HaConsole.Web.Live;

namespace HaConsole.Web.Operations;

/// <summary>What operators do to the pair: switch, pause, maintenance, holds, alarms. The same for pages, API and command line.</summary>
public sealed class PairOperations(ConsoleEngine engine, OperationGate gate, TimeProvider time)
{
    /// <summary>Longest pause or maintenance, in seconds: a leap year.</summary>
    public const double LongestControl = 366 * 86400.0;

    /// <summary>Makes <paramref name="to"/> (1 or 2) the Active, or only says what would happen.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="to">Server that shall be Active, 1 or 2.</param>
    /// <param name="dryRun">Only say what would happen.</param>
    /// <param name="force">Forced failover: failed pre-checks do not stop it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="expectedEpoch">Epoch that was seen when the command was given; another one in force refuses it. Null: any.</param>
    public Task<OperationResult<SwitchOutcome>> SwitchAsync(Actor actor, int to, bool dryRun, bool force, string reason, long? expectedEpoch = null)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var line = string.Create(CultureInfo.InvariantCulture, $"haconsole switch --to {to}{(dryRun ? " --dry-run" : "")}{(force ? " --force" : "")}{Reason(reason)}");
        var operation = new Operation(dryRun ? "switch-dry-run" : force ? "switch-force" : "switch", $"server {to}", line, dryRun ? Right.View : Right.Operate) { NeedsProof = force && !dryRun };
        return gate.RunAsync(actor, operation, () => SwitchAsync(actor.Name, to, dryRun, force, reason, expectedEpoch), (end, sentence) => new OperationResult<SwitchOutcome>(end, sentence, null));
    }

    /// <summary>Pauses the automation of the pair, until resumed or for some seconds.</summary>
    public Task<OperationResult> PauseAsync(Actor actor, double? seconds, string reason)
        => ControlAsync(actor, "pause", "pair", $"haconsole pause{For(seconds)}{Reason(reason)}", seconds, reason, (controls, control) => controls with { Pause = control }, control => $"Automation paused{Until(control)}");

    /// <summary>Lets the automation act again.</summary>
    public Task<OperationResult> ResumeAsync(Actor actor)
        => ChangeAsync(actor, "resume", "pair", "haconsole resume", controls => controls with { Pause = null }, "Automation resumed");

    /// <summary>Server <paramref name="server"/> is never activated automatically, until ended or for some seconds.</summary>
    public Task<OperationResult> MaintenanceOnAsync(Actor actor, int server, double? seconds, string reason)
        => ControlAsync(actor, "maintenance-on", $"server {server}", $"haconsole maintenance on --server {server}{For(seconds)}{Reason(reason)}", seconds, reason, (controls, control) => controls.WithMaintenance((Rank)server, control), control => $"Server #{server} in maintenance{Until(control)}: it is not activated automatically");

    /// <summary>Server <paramref name="server"/> may be activated again.</summary>
    public Task<OperationResult> MaintenanceOffAsync(Actor actor, int server)
        => ChangeAsync(actor, "maintenance-off", $"server {server}", $"haconsole maintenance off --server {server}", controls => controls.WithMaintenance((Rank)server, null), $"Server #{server} out of maintenance");

    /// <summary>Lets an automatic failback happen again before the hold expires.</summary>
    public Task<OperationResult> ClearHoldAsync(Actor actor)
        => ChangeAsync(actor, "hold-clear", "pair", "haconsole hold clear", controls => controls with { Hold = null }, "Hold cleared");

    /// <summary>Acknowledges one alarm, or all. All, and the alarm of the flap budget, fill the budget again.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="code">Code of the alarm; null: all.</param>
    public Task<OperationResult> AcknowledgeAlarmsAsync(Actor actor, string? code)
    {
        if (code is not null && engine.Engine.Current.Alarms.All(alarm => alarm.Code != code))
        {
            return Task.FromResult(OperationResult.Refused($"no alarm '{code}' is raised"));
        }

        // Only its own matter: an operator who takes note of a lost peer has not said that the pair may switch back again.
        var fills = code is null or "flap-budget";
        var sentence = (code is null ? "Alarms acknowledged" : $"Alarm {code} acknowledged") + (fills ? "; flap budget full again" : "");
        var line = $"haconsole acknowledge{(code is null ? "" : " " + ShellWord(code))}";
        return ChangeAsync(actor, "acknowledge", code ?? "all alarms", line, controls => fills ? controls with { FlapTimes = [] } : controls, sentence);
    }

    /// <summary>Highest epoch of both servers, by which a command says what it was given for.</summary>
    public static long EpochOf(StatusSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return snapshot.Servers.Select(server => server.Epoch).DefaultIfEmpty(0).Max();
    }

    private async Task<OperationResult<SwitchOutcome>> SwitchAsync(string owner, int to, bool dryRun, bool force, string reason, long? expectedEpoch)
    {
        if (to is not (1 or 2))
        {
            return new OperationResult<SwitchOutcome>(OperationEnd.Invalid, $"There is no server #{to}: legal are 1 and 2.", null);
        }

        var epoch = EpochOf(engine.Engine.Current);
        if (expectedEpoch is { } expected && expected != epoch)
        {
            return new OperationResult<SwitchOutcome>(OperationEnd.Conflict, $"The pair has switched in the meantime: epoch {epoch} is in force, {expected} was expected.", null);
        }

        // A switch that has begun is carried through even when nobody waits for it any more.
        var outcome = await engine.Engine.SwitchAsync((Rank)to, dryRun, force, owner, reason, CancellationToken.None).ConfigureAwait(false);
        var end = outcome.Succeeded ? OperationEnd.Done : outcome.Refused ? OperationEnd.Refused : OperationEnd.Failed;
        return new OperationResult<SwitchOutcome>(end, outcome.Sentence, outcome);
    }

    private Task<OperationResult> ControlAsync(
        Actor actor, string action, string target, string line, double? seconds, string reason, Func<PairControls, TimedControl, PairControls> change, Func<TimedControl, string> sentence)
    {
        if (seconds is not null and not (> 0 and <= LongestControl))
        {
            return Task.FromResult(OperationResult.Invalid("for must be above 0 and at most 31622400 seconds"));
        }

        var now = time.GetUtcNow();
        var control = new TimedControl(actor.Name, reason, now, seconds is { } s ? now.AddSeconds(s) : null);
        return ChangeAsync(actor, action, target, line, controls => change(controls, control), sentence(control));
    }

    private Task<OperationResult> ChangeAsync(Actor actor, string action, string target, string line, Func<PairControls, PairControls> change, string sentence)
        => gate.RunAsync(actor, new Operation(action, target, line, Right.Operate), async () =>
        {
            await engine.Engine.SetControlsAsync(change, actor.Name, sentence, CancellationToken.None).ConfigureAwait(false);
            return OperationResult.Done(sentence);
        });

    private static string For(double? seconds) => seconds is { } s ? string.Create(CultureInfo.InvariantCulture, $" --for {s}s") : "";

    private static string Reason(string reason) => reason.Length > 0 ? $" --reason {ShellWord(reason)}" : "";

    /// <summary>One word of a shell, whatever is in it.</summary>
    internal static string ShellWord(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static string Until(TimedControl control)
        => control.Until is { } until ? string.Create(CultureInfo.InvariantCulture, $" until {until:yyyy-MM-dd HH:mm:ss} UTC") : "";
}
