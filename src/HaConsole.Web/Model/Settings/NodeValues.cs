using System.Collections;
using HaConsole.Engine.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;

namespace HaConsole.Web.Model.Settings;

/// <summary>Where a value comes from.</summary>
public enum ValueSource
{
    /// <summary>Given nowhere.</summary>
    Default,

    /// <summary>A file.</summary>
    File,

    /// <summary>A variable of the environment.</summary>
    Environment,

    /// <summary>The command line.</summary>
    CommandLine,
}

/// <summary>A value of this server alone, which pages show and do not change.</summary>
/// <param name="Name">Name below <c>Node</c>.</param>
/// <param name="Value">Value in force; empty when it is empty or a secret.</param>
/// <param name="IsSecret">Only whether it is set may be shown.</param>
/// <param name="IsSet">It is not empty.</param>
/// <param name="Source">Kind of its source.</param>
/// <param name="Detail">File, or name of the variable; empty for the others.</param>
public sealed record NodeValue(string Name, string Value, bool IsSecret, bool IsSet, ValueSource Source, string Detail);

/// <summary>Reads the <c>Node</c> section with the source of each value.</summary>
public static class NodeValues
{
    /// <summary>All values, in the order of the documentation.</summary>
    public static IReadOnlyList<NodeValue> Of(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var defaults = new NodeOptions();
        return [.. typeof(NodeOptions).GetProperties().Where(p => p.CanWrite).Select(p =>
        {
            var given = Given(configuration, $"Node:{p.Name}");
            var text = given?.Text ?? (p.GetValue(defaults) is IEnumerable list and not string ? string.Join(", ", list.Cast<object>()) : $"{p.GetValue(defaults)}");
            var secret = p.Name == nameof(NodeOptions.PairSecret);
            return new NodeValue(p.Name, secret ? "" : text, secret, text.Length > 0, given?.Source ?? ValueSource.Default, given?.Detail ?? "");
        })];
    }

    private static (string Text, ValueSource Source, string Detail)? Given(IConfiguration configuration, string key)
    {
        foreach (var provider in Providers(configuration).Reverse())
        {
            if (Text(provider, key) is { } text)
            {
                return (text, SourceOf(provider), provider switch
                {
                    JsonConfigurationProvider { Source.Path: { } path } file => file.Source.FileProvider?.GetFileInfo(path).PhysicalPath ?? path,
                    EnvironmentVariablesConfigurationProvider => key.Replace(":", "__", StringComparison.Ordinal),
                    _ => "",
                });
            }
        }

        return null;
    }

    private static string? Text(IConfigurationProvider provider, string key)
    {
        if (provider.TryGet(key, out var text))
        {
            return text ?? "";
        }

        var entries = provider.GetChildKeys([], key).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(child => provider.TryGet($"{key}:{child}", out var entry) ? entry : null).Where(entry => entry is not null).ToList();
        return entries.Count > 0 ? string.Join(", ", entries) : null;
    }

    private static ValueSource SourceOf(IConfigurationProvider provider) => provider switch
    {
        FileConfigurationProvider => ValueSource.File,
        EnvironmentVariablesConfigurationProvider => ValueSource.Environment,
        MemoryConfigurationProvider => ValueSource.CommandLine,
        _ => ValueSource.Default,
    };

    /// <summary>All providers, those inside others too, the one that wins last.</summary>
    private static IEnumerable<IConfigurationProvider> Providers(IConfiguration configuration)
        => (configuration as IConfigurationRoot)?.Providers.SelectMany(provider => provider is ChainedConfigurationProvider chained ? Providers(chained.Configuration) : [provider]) ?? [];
}
