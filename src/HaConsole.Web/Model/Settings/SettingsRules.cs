using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Model.Settings;

/// <summary>The rules of a part of the configuration in its place: those that a file, the API and the command line are judged by.</summary>
public static class SettingsRules
{
    /// <summary>Rules of the hot standby parameters within a configuration.</summary>
    public static IReadOnlyList<FieldProblem> Of(HotStandbyParameters wanted, PairConfiguration within)
    {
        ArgumentNullException.ThrowIfNull(within);
        return Below("HotStandby:", within with { HotStandby = wanted });
    }

    /// <summary>Rules of a service in the place of <paramref name="before"/>; null: behind the others.</summary>
    public static IReadOnlyList<FieldProblem> Of(ServiceDefinition wanted, string? before, PairConfiguration within)
    {
        ArgumentNullException.ThrowIfNull(within);
        var (list, index) = Placed(within.Services, wanted, s => s.Name, before);
        return Below($"Services:{index}:", within with { Services = list });
    }

    /// <summary>Rules of a check in the place of <paramref name="before"/>; null: behind the others.</summary>
    public static IReadOnlyList<FieldProblem> Of(CheckDefinition wanted, string? before, PairConfiguration within)
    {
        ArgumentNullException.ThrowIfNull(within);
        var (list, index) = Placed(within.Checks, wanted, c => c.Name, before);
        return Below($"Checks:{index}:", within with { Checks = list });
    }

    /// <summary>Rules of a file set in the place of <paramref name="before"/>; null: behind the others.</summary>
    public static IReadOnlyList<FieldProblem> Of(FileSetDefinition wanted, string? before, PairConfiguration within)
    {
        ArgumentNullException.ThrowIfNull(within);
        var (list, index) = Placed(within.FileSets, wanted, s => s.Name, before);
        return Below($"FileSets:{index}:", within with { FileSets = list });
    }

    /// <summary>Rules of a managed address in the place of <paramref name="before"/>; null: behind the others.</summary>
    public static IReadOnlyList<FieldProblem> Of(AddressDefinition wanted, string? before, PairConfiguration within)
    {
        ArgumentNullException.ThrowIfNull(within);
        var (list, index) = Placed(within.Addresses, wanted, a => a.Name, before);
        return Below($"Addresses:{index}:", within with { Addresses = list });
    }

    /// <summary>Rules of the load balancer's settings within a configuration.</summary>
    public static IReadOnlyList<FieldProblem> Of(LoadBalancerSettings wanted, PairConfiguration within)
    {
        ArgumentNullException.ThrowIfNull(within);
        return Below("LoadBalancer:", within with { LoadBalancer = wanted });
    }

    /// <summary>Rules of a certificate in the place of <paramref name="before"/>; null: behind the others.</summary>
    public static IReadOnlyList<FieldProblem> Of(CertificateDefinition wanted, string? before, PairConfiguration within)
    {
        ArgumentNullException.ThrowIfNull(within);
        var (list, index) = Placed(within.Certificates, wanted, c => c.Name, before);
        return Below($"Certificates:{index}:", within with { Certificates = list });
    }

    /// <summary>Rules of a notification channel in the place of <paramref name="before"/>; null: behind the others.</summary>
    public static IReadOnlyList<FieldProblem> Of(NotificationChannel wanted, string? before, PairConfiguration within)
    {
        ArgumentNullException.ThrowIfNull(within);
        var (list, index) = Placed(within.Notifications.Channels, wanted, c => c.Name, before);
        return Below($"Notifications:Channels:{index}:", within with { Notifications = within.Notifications with { Channels = list } });
    }

    /// <summary>Rules of a notification rule in the place of <paramref name="before"/>; null: behind the others.</summary>
    public static IReadOnlyList<FieldProblem> Of(NotificationRule wanted, string? before, PairConfiguration within)
    {
        ArgumentNullException.ThrowIfNull(within);
        var (list, index) = Placed(within.Notifications.Rules, wanted, r => r.Name, before);
        return Below($"Notifications:Rules:{index}:", within with { Notifications = within.Notifications with { Rules = list } });
    }

    /// <summary>The list with one entry replaced or added, and where it stands.</summary>
    public static (IReadOnlyList<T> List, int Index) Placed<T>(IReadOnlyList<T> list, T wanted, Func<T, string> name, string? before)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(name);
        var copy = list.ToList();
        var index = before is null ? -1 : copy.FindIndex(x => name(x).Equals(before, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
        {
            copy.Add(wanted);
            return (copy, copy.Count - 1);
        }

        copy[index] = wanted;
        return (copy, index);
    }

    /// <summary>What a message says after the key and the value, which the field shows itself.</summary>
    public static string WithoutValue(string message)
    {
        ArgumentNullException.ThrowIfNull(message);

        // The value may hold anything, the words after it never "; it".
        var at = message.LastIndexOf("; it ", StringComparison.Ordinal);
        at = at < 0 ? message.IndexOf("; ", StringComparison.Ordinal) : at;
        return at < 0 ? message : message[(at + 2)..];
    }

    private static IReadOnlyList<FieldProblem> Below(string prefix, PairConfiguration whole)
        => [.. ConfigurationRules.Problems(whole)
            .Where(p => p.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .Select(p => new FieldProblem(p.Key[prefix.Length..].Split(':')[0], WithoutValue(p.Message), p.IsWarning))
            .DistinctBy(p => (p.Field, p.Message))];
}
