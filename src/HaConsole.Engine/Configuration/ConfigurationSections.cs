namespace HaConsole.Engine.Configuration;

/// <summary>Names of the sections of a pair's settings: those of a configuration file, an export and the keys.</summary>
internal static class ConfigurationSections
{
    /// <summary>Sections that are lists.</summary>
    public static readonly string[] Lists = [nameof(PairConfiguration.Services), nameof(PairConfiguration.Checks), nameof(PairConfiguration.Certificates), nameof(PairConfiguration.FileSets), nameof(PairConfiguration.Addresses)];

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static readonly string[] All = [nameof(PairConfiguration.HotStandby), .. Lists, nameof(PairConfiguration.Notifications), nameof(PairConfiguration.LoadBalancer)];

    /// <summary>Whether a name is that of a section, in any case.</summary>
    public static bool IsSection(string name) => All.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a name is that of a list, in any case.</summary>
    public static bool IsList(string name) => Lists.Contains(name, StringComparer.OrdinalIgnoreCase);
}
