using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Model.Settings;

namespace HaConsole.Web.Operations;

/// <content>Managed services and application checks, one at a time, and mutes.</content>
public sealed partial class ConfigurationOperations
{
    /// <summary>Longest mute, in seconds: a year.</summary>
    public const double LongestMute = 366 * 86400.0;

    /// <summary>Most characters of a reason.</summary>
    public const int LongestReason = 500;

    /// <summary>Adds a service, or replaces the one that was seen. Values of secrets that are empty keep what they are.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="wanted">The definition.</param>
    /// <param name="seen">What it was made from; null for a new one.</param>
    public Task<OperationResult<ConfigurationChange>> SaveServiceAsync(Actor actor, ServiceDefinition wanted, ServiceDefinition? seen)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return ChangeAsync(actor, ListOperation("service", seen?.Name, wanted.Name), now => now with
        {
            Services = Replaced(now.Services, KeepSecrets(wanted, seen), seen, s => s.Name, "service"),
        });
    }

    /// <summary>Removes a service from both servers; it is stopped where it runs.</summary>
    public Task<OperationResult<ConfigurationChange>> RemoveServiceAsync(Actor actor, ServiceDefinition seen)
        => ChangeAsync(actor, ListOperation("service", seen?.Name, null), now => now with { Services = Without(now.Services, seen!, s => s.Name, "service") });

    /// <summary>Moves a service to an earlier (negative) or later place in the start order.</summary>
    public Task<OperationResult<ConfigurationChange>> MoveServiceAsync(Actor actor, string name, int by)
        => ChangeAsync(actor, Import("service-move", $"service {name}"), now => now with { Services = Moved(now.Services, name, by) });

    /// <summary>Adds a check, or replaces the one that was seen.</summary>
    public Task<OperationResult<ConfigurationChange>> SaveCheckAsync(Actor actor, CheckDefinition wanted, CheckDefinition? seen)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return ChangeAsync(actor, ListOperation("check", seen?.Name, wanted.Name), now => now with
        {
            Checks = Replaced(now.Checks, wanted, seen, c => c.Name, "check"),
            Mutes = seen is null || seen.Name == wanted.Name ? now.Mutes : [.. now.Mutes.Select(m => IsNamed(m.Check, seen.Name) ? m with { Check = wanted.Name } : m)],
        });
    }

    /// <summary>Removes a check, and its mute.</summary>
    public Task<OperationResult<ConfigurationChange>> RemoveCheckAsync(Actor actor, CheckDefinition seen)
        => ChangeAsync(actor, ListOperation("check", seen?.Name, null), now => now with
        {
            Checks = Without(now.Checks, seen!, c => c.Name, "check"),
            Mutes = [.. now.Mutes.Where(m => !IsNamed(m.Check, seen!.Name))],
        });

    /// <summary>Adds a file set, or replaces the one that was seen.</summary>
    public Task<OperationResult<ConfigurationChange>> SaveFileSetAsync(Actor actor, FileSetDefinition wanted, FileSetDefinition? seen)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return ChangeAsync(actor, ListOperation("file set", seen?.Name, wanted.Name), now => now with
        {
            FileSets = Replaced(now.FileSets, wanted, seen, s => s.Name, "file set"),
        });
    }

    /// <summary>Takes a file set out of the list; its files stay where they are on both servers.</summary>
    public Task<OperationResult<ConfigurationChange>> RemoveFileSetAsync(Actor actor, FileSetDefinition seen)
        => ChangeAsync(actor, ListOperation("file set", seen?.Name, null), now => now with { FileSets = Without(now.FileSets, seen!, s => s.Name, "file set") });

    /// <summary>Adds a managed address, or replaces the one that was seen.</summary>
    public Task<OperationResult<ConfigurationChange>> SaveAddressAsync(Actor actor, AddressDefinition wanted, AddressDefinition? seen)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return ChangeAsync(actor, ListOperation("address", seen?.Name, wanted.Name), now => now with
        {
            Addresses = Replaced(now.Addresses, wanted, seen, a => a.Name, "address"),
        });
    }

    /// <summary>Takes an address out of the list; the Active removes it from its interface.</summary>
    public Task<OperationResult<ConfigurationChange>> RemoveAddressAsync(Actor actor, AddressDefinition seen)
        => ChangeAsync(actor, ListOperation("address", seen?.Name, null), now => now with { Addresses = Without(now.Addresses, seen!, a => a.Name, "address") });

    /// <summary>Adds a certificate that both servers must have, or replaces the one that was seen.</summary>
    public Task<OperationResult<ConfigurationChange>> SaveCertificateAsync(Actor actor, CertificateDefinition wanted, CertificateDefinition? seen)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return ChangeAsync(actor, ListOperation("certificate", seen?.Name, wanted.Name), now => now with
        {
            Certificates = Replaced(now.Certificates, wanted, seen, c => c.Name, "certificate"),
        });
    }

    /// <summary>Takes a certificate out of the list; its files stay where they are.</summary>
    public Task<OperationResult<ConfigurationChange>> RemoveCertificateAsync(Actor actor, CertificateDefinition seen)
        => ChangeAsync(actor, ListOperation("certificate", seen?.Name, null), now => now with { Certificates = Without(now.Certificates, seen!, c => c.Name, "certificate") });

    /// <summary>The failure of a check counts as no application error for some seconds; it is shown all the same.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="check">Name of the check.</param>
    /// <param name="seconds">How long; above 0, at most <see cref="LongestMute"/>.</param>
    /// <param name="reason">Why; may be empty, at most <see cref="LongestReason"/> characters in one line.</param>
    public Task<OperationResult<ConfigurationChange>> MuteAsync(Actor actor, string check, double seconds, string reason)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(reason);
        var line = string.Create(CultureInfo.InvariantCulture, $"haconsole check mute {SettingsCommandLine.Word(check)} --for {seconds}s{(reason.Length > 0 ? " --reason " + SettingsCommandLine.Word(reason) : "")}");
        var operation = new Operation("check-mute", $"check {check}", line, Right.Operate) { After = reason };
        if (seconds is not (> 0 and <= LongestMute) || reason.Length > LongestReason || reason.Any(char.IsControl))
        {
            return gate.RunAsync(actor, operation with { After = "", CommandLine = "" }, () => Task.FromResult(End(OperationEnd.Invalid, $"A mute lasts more than 0 and at most {LongestMute:0} seconds; its reason is one line of at most {LongestReason} characters.")), End);
        }

        var now = time.GetUtcNow();
        var mute = new CheckMute { Check = check, Owner = actor.Name, Reason = reason.Trim(), Since = now, Until = now.AddSeconds(seconds) };
        return ChangeAsync(actor, operation, configuration => configuration.Checks.Any(c => IsNamed(c.Name, check))
            ? configuration with { Mutes = [.. configuration.Mutes.Where(m => !IsNamed(m.Check, check) && m.Until > now), mute] }
            : throw new NoSuchItemException($"There is no check {check} any more."));
    }

    /// <summary>Ends a mute before its time.</summary>
    public Task<OperationResult<ConfigurationChange>> UnmuteAsync(Actor actor, string check)
    {
        var operation = new Operation("check-unmute", $"check {check}", $"haconsole check unmute {SettingsCommandLine.Word(check)}", Right.Operate);
        return ChangeAsync(actor, operation, now => now.Mutes.Any(m => IsNamed(m.Check, check))
            ? now with { Mutes = [.. now.Mutes.Where(m => !IsNamed(m.Check, check))] }
            : throw new NoSuchItemException($"No check {check} is muted."));
    }

    private static bool IsNamed(string name, string wanted) => name.Equals(wanted, StringComparison.OrdinalIgnoreCase);

    private static Operation ListOperation(string kind, string? before, string? after)
        => Import(before is null ? kind + "-add" : after is null ? kind + "-remove" : kind + "-save", $"{kind} {after ?? before}") with { Before = before ?? "", After = after ?? "" };

    /// <summary>Lists are changed on the command line by export, editor and import.</summary>
    private static Operation Import(string action, string target) => new(action, target, SettingsCommandLine.Import("settings.json"), Right.Administer);

    private static ServiceDefinition KeepSecrets(ServiceDefinition wanted, ServiceDefinition? seen)
        => seen is null ? wanted : new PairConfiguration { Services = [wanted] }.KeepSecretsOf(new PairConfiguration { Services = [seen with { Name = wanted.Name }] }).Services[0];

    private static IReadOnlyList<T> Replaced<T>(IReadOnlyList<T> now, T wanted, T? seen, Func<T, string> name, string kind)
        where T : class
    {
        if (seen is not null)
        {
            RequireUnchanged(now, seen, wanted, name, kind);
        }

        return SettingsRules.Placed(now, wanted, name, seen is null ? null : name(seen)).List;
    }

    private static IReadOnlyList<T> Without<T>(IReadOnlyList<T> now, T seen, Func<T, string> name, string kind)
        where T : class
    {
        RequireUnchanged(now, seen, null, name, kind);
        return [.. now.Where(x => !IsNamed(name(x), name(seen)))];
    }

    private static void RequireUnchanged<T>(IReadOnlyList<T> now, T seen, T? wanted, Func<T, string> name, string kind)
        where T : class
    {
        var present = now.FirstOrDefault(x => IsNamed(name(x), name(seen)))
            ?? throw new PartChangedException($"the list of {kind}s ({name(seen)} is not in it any more)");
        if (!ConfigurationDifference.Same(present, seen) && (wanted is null || !ConfigurationDifference.Same(present, wanted)))
        {
            throw new PartChangedException($"{kind} {name(seen)}");
        }
    }

    private static List<ServiceDefinition> Moved(IReadOnlyList<ServiceDefinition> now, string name, int by)
    {
        var list = now.ToList();
        var from = list.FindIndex(s => IsNamed(s.Name, name));
        if (from < 0)
        {
            throw new NoSuchItemException($"There is no service {name} any more.");
        }

        var service = list[from];
        list.RemoveAt(from);
        list.Insert(Math.Clamp(from + by, 0, list.Count), service);
        return list;
    }
}
