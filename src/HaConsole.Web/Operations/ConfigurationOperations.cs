using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Failover;
using HaConsole.Web.Licensing;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Settings;

namespace HaConsole.Web.Operations;

/// <summary>What came of a change of the configuration.</summary>
/// <param name="Document">Configuration in force afterwards; on a conflict that of the other operator.</param>
/// <param name="Before">Configuration that was replaced; null when nothing was.</param>
/// <param name="OnPeer">The other server has it too; null when there is none.</param>
public sealed record ConfigurationChange(ConfigurationDocument Document, ConfigurationDocument? Before, bool? OnPeer);

/// <summary>
/// Changes of the replicated configuration, the same for pages, API and command line. Each change replaces one part: when somebody else
/// has changed another part in the meantime it is made on top of that; when it was the same part nothing is changed, and both versions
/// come back.
/// </summary>
public sealed partial class ConfigurationOperations(ConsoleEngine engine, OperationGate gate, LicenceKeeper licence, TimeProvider time)
{
    /// <summary>Saves the hot standby parameters on both servers.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="wanted">All parameters.</param>
    /// <param name="seen">The parameters that they were made from.</param>
    public Task<OperationResult<ConfigurationChange>> SaveHotStandbyAsync(Actor actor, HotStandbyParameters wanted, HotStandbyParameters seen)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(seen);
        var changes = ConfigurationDifference.Between(seen, wanted);
        var operation = new Operation("settings-save", "HotStandby", SettingsCommandLine.Set(seen, wanted), Right.Administer)
        {
            Before = string.Join(", ", changes.Select(c => $"{c.Field}={c.Before}")),
            After = string.Join(", ", changes.Select(c => $"{c.Field}={c.After}")),
        };
        return ChangeAsync(actor, operation, now => now.HotStandby == seen || now.HotStandby == wanted
            ? now with { HotStandby = wanted }
            : throw new PartChangedException("the hot standby parameters"));
    }

    /// <summary>
    /// Puts hot standby parameters, services, checks, certificates, file sets and addresses of an earlier revision in force again, as a new
    /// revision. Users, tokens and mutes stay as they are.
    /// </summary>
    /// <param name="actor">Who.</param>
    /// <param name="revision">Revision wanted.</param>
    /// <param name="seen">Revision in force that was shown; another one is a conflict.</param>
    public Task<OperationResult<ConfigurationChange>> RestoreAsync(Actor actor, Revision revision, Revision seen)
    {
        var operation = new Operation("settings-restore", $"revision {revision}", SettingsCommandLine.Import($"revision-{revision}.json"), Right.Administer)
        {
            Before = $"revision {seen}",
            After = $"revision {revision}",
        };
        var wanted = engine.Engine.ConfigurationHistory.FirstOrDefault(d => d.Revision == revision);
        if (wanted is null)
        {
            return gate.RunAsync(actor, operation, () => Task.FromResult(End(OperationEnd.Refused, $"Revision {revision} is not kept on this server any more.")), End);
        }

        return ChangeAsync(
            actor,
            operation,
            now => engine.Engine.Configuration.Revision == seen
                ? now with { HotStandby = wanted.Content.HotStandby, Services = wanted.Content.Services, Checks = wanted.Content.Checks, Certificates = wanted.Content.Certificates, FileSets = wanted.Content.FileSets, Addresses = wanted.Content.Addresses, Notifications = wanted.Content.Notifications, LoadBalancer = wanted.Content.LoadBalancer }
                : throw new PartChangedException("the configuration"));
    }

    /// <summary>What is wrong with a configuration, without saving it.</summary>
    public OperationResult Validate(HotStandbyParameters wanted)
    {
        var problems = ConfigurationRules.Problems(engine.Engine.Configuration.Content with { HotStandby = wanted });
        return problems.Any(p => !p.IsWarning)
            ? OperationResult.Invalid(Sentence(problems)) with { Problems = problems }
            : OperationResult.Done("The values are valid. Nothing was saved.") with { Problems = problems };
    }

    private async Task<OperationResult<ConfigurationChange>> ChangeAsync(Actor actor, Operation operation, Func<PairConfiguration, PairConfiguration> edit)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await gate.RunAsync(actor, operation, () => EditAsync(actor, edit), End).ConfigureAwait(false);
    }

    private async Task<OperationResult<ConfigurationChange>> EditAsync(Actor actor, Func<PairConfiguration, PairConfiguration> edit)
    {
        var before = engine.Engine.Configuration;
        try
        {
            if (licence.Problem(before.Content, edit(before.Content)) is { } unlicensed)
            {
                return End(OperationEnd.Invalid, unlicensed.Sentence) with { Problems = [unlicensed] };
            }

            // Once begun a change is saved on both or on none, whether or not its page still waits.
            var outcome = await engine.Engine.EditConfigurationAsync(edit, actor.Name, CancellationToken.None).ConfigureAwait(false);
            return Result(outcome, before);
        }
        catch (PartChangedException e)
        {
            var theirs = engine.Engine.Configuration;
            var sentence = $"{theirs.SavedBy} has changed {e.Part} in the meantime (revision {theirs.Revision}). Nothing was saved.";
            return new OperationResult<ConfigurationChange>(OperationEnd.Conflict, sentence, new ConfigurationChange(theirs, null, null));
        }
        catch (NoSuchItemException e)
        {
            return End(OperationEnd.Refused, e.Message);
        }
    }

    private static OperationResult<ConfigurationChange> Result(ConfigurationOutcome outcome, ConfigurationDocument before)
    {
        var change = new ConfigurationChange(outcome.Document, outcome.Saved ? before : null, outcome.OnPeer);
        if (outcome.Conflict)
        {
            return new OperationResult<ConfigurationChange>(OperationEnd.Conflict, $"The configuration is being changed by others; revision {outcome.Document.Revision} is in force. Nothing was saved.", change);
        }

        if (!outcome.Saved)
        {
            // What the disk refuses is no wrong value.
            var end = outcome.Problems.Any(p => p.Key == "Node:DataDirectory") ? OperationEnd.Failed : OperationEnd.Invalid;
            return new OperationResult<ConfigurationChange>(end, Sentence(outcome.Problems), change) { Problems = outcome.Problems };
        }

        var where = outcome.OnPeer switch { true => "on both servers", false => "on this server; the other one gets it when it is back", null => "on this server" };
        return new OperationResult<ConfigurationChange>(OperationEnd.Done, $"Revision {outcome.Document.Revision} is in force {where}.", change) { Problems = outcome.Problems };
    }

    private static OperationResult<ConfigurationChange> End(OperationEnd end, string sentence) => new(end, sentence, null);

    private static string Sentence(IEnumerable<ConfigurationProblem> problems) => string.Join("; ", problems.Where(p => !p.IsWarning).Select(p => p.Sentence)) + ". Nothing was saved.";

    /// <summary>The part that shall be replaced is not the one that was seen.</summary>
    private sealed class PartChangedException(string part) : Exception(part)
    {
        public string Part => Message;
    }

    /// <summary>There is nothing to change.</summary>
    private sealed class NoSuchItemException(string message) : Exception(message);
}
