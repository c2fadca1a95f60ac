using Microsoft.Extensions.Configuration;

namespace HaConsole.Engine.Configuration;

/// <summary>Reads what a server is started with: <c>Node</c>, <c>HotStandby</c>, <c>Services</c>, <c>Checks</c>, <c>Certificates</c>, <c>FileSets</c>, <c>Addresses</c>, <c>Notifications</c>, <c>LoadBalancer</c>, <c>Pairs</c>, <c>Witness</c>, <c>Database</c>.</summary>
public static class ConfigurationReader
{
    /// <summary>Reads and validates; every problem is reported at once. Never throws for a wrong value.</summary>
    public static StartConfiguration Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var binder = new StrictBinder();
        var node = binder.Read<NodeOptions>(configuration.GetSection("Node"));
        var pair = ReadPair(binder, configuration);
        var database = binder.Read<DatabaseOptions>(configuration.GetSection("Database"));
        var witness = binder.Read<WitnessOptions>(configuration.GetSection("Witness"));
        var licence = binder.Read<LicenceOptions>(configuration.GetSection("Licence"));
        var readiness = binder.Read<ReadinessOptions>(configuration.GetSection("Readiness"));
        var pairs = new Dictionary<string, PairConfiguration>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in configuration.GetSection("Pairs").GetChildren())
        {
            binder.RefuseOthers(section, ConfigurationSections.All);
            pairs[section.Key] = ReadPair(binder, section);
        }

        List<ConfigurationProblem> problems = [.. binder.Problems];
        problems.AddRange(ConfigurationRules.Problems(node));
        problems.AddRange(ConfigurationRules.Problems(pair));
        problems.AddRange(WitnessProblems(witness));
        problems.AddRange(DatabaseProblems(database));
        problems.AddRange(licence.Problems());
        problems.AddRange(readiness.Problems());
        foreach (var (name, further) in pairs)
        {
            problems.AddRange(ConfigurationRules.Problems(further, $"Pairs:{name}:"));
            problems.Add(new ConfigurationProblem($"Pairs:{name}", $"Pairs:{name} is checked, but this version runs the pair default only", IsWarning: true));
        }

        return new StartConfiguration(node, pair, database, witness, pairs, Distinct(problems));
    }

    /// <summary>Reads a pair's own document (flattened to keys), without the rules.</summary>
    internal static (PairConfiguration Pair, IReadOnlyList<ConfigurationProblem> Problems) ReadDocument(IConfiguration configuration)
    {
        var binder = new StrictBinder();
        var pair = ReadPair(binder, configuration);
        List<ConfigurationProblem> problems = [.. binder.Problems];
        foreach (var name in ConfigurationSections.All.Where(n => configuration.GetSection(n).Value is { Length: > 0 }))
        {
            problems.Add(new ConfigurationProblem(name, $"{name} is a single value; it must be {(ConfigurationSections.IsList(name) ? "a list" : "an object")}"));
        }

        return (pair, problems);
    }

    /// <summary>One problem per key is enough: the first says what must be mended before the others can be judged.</summary>
    internal static IReadOnlyList<ConfigurationProblem> Distinct(IEnumerable<ConfigurationProblem> problems)
        => [.. problems.DistinctBy(p => (p.Key.ToUpperInvariant(), p.IsWarning))];

    private static PairConfiguration ReadPair(StrictBinder binder, IConfiguration parent) => new()
    {
        HotStandby = binder.Read<HotStandbyParameters>(parent.GetSection(nameof(PairConfiguration.HotStandby))),
        Services = binder.ReadList<ServiceDefinition>(parent.GetSection(nameof(PairConfiguration.Services))),
        Checks = binder.ReadList<CheckDefinition>(parent.GetSection(nameof(PairConfiguration.Checks))),
        Certificates = binder.ReadList<CertificateDefinition>(parent.GetSection(nameof(PairConfiguration.Certificates))),
        FileSets = binder.ReadList<FileSetDefinition>(parent.GetSection(nameof(PairConfiguration.FileSets))),
        Addresses = binder.ReadList<AddressDefinition>(parent.GetSection(nameof(PairConfiguration.Addresses))),
        Notifications = ReadNotifications(binder, parent.GetSection(nameof(PairConfiguration.Notifications))),
        LoadBalancer = binder.Read<LoadBalancerSettings>(parent.GetSection(nameof(PairConfiguration.LoadBalancer))),
    };

    private static NotificationSettings ReadNotifications(StrictBinder binder, IConfigurationSection section)
    {
        binder.RefuseOthers(section, [nameof(NotificationSettings.Channels), nameof(NotificationSettings.Rules)]);
        return new NotificationSettings
        {
            Channels = binder.ReadList<NotificationChannel>(section.GetSection(nameof(NotificationSettings.Channels))),
            Rules = binder.ReadList<NotificationRule>(section.GetSection(nameof(NotificationSettings.Rules))),
        };
    }

    private static IEnumerable<ConfigurationProblem> DatabaseProblems(DatabaseOptions database)
    {
        const int longest = 36_500;
        if (database.KeepDays is < 1 or > longest)
        {
            yield return new ConfigurationProblem("Database:KeepDays", $"Database:KeepDays is {database.KeepDays}; it must be 1 to {longest}");
        }

        if (database.KeepBytes < 0)
        {
            yield return new ConfigurationProblem("Database:KeepBytes", $"Database:KeepBytes is {database.KeepBytes}; it must be 0 (no limit) or more");
        }

        if (database.KeepOpenAlarmsDays is < 0 or > longest)
        {
            yield return new ConfigurationProblem("Database:KeepOpenAlarmsDays", $"Database:KeepOpenAlarmsDays is {database.KeepOpenAlarmsDays}; it must be 0 to {longest}");
        }
    }

    private static IEnumerable<ConfigurationProblem> WitnessProblems(WitnessOptions witness)
    {
        if (witness.IsConfigured)
        {
            yield return new ConfigurationProblem("Witness:Type", $"Witness:Type is {witness.Type}; it must be none in this version");
        }
    }
}
