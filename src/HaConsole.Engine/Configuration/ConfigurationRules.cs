using FluentValidation;
using FluentValidation.Results;

namespace HaConsole.Engine.Configuration;

/// <summary>All rules of the configuration, as problems with keys.</summary>
public static class ConfigurationRules
{
    private static readonly NodeOptionsValidator NodeRules = new();
    private static readonly PairConfigurationValidator PairRules = new();

    /// <summary>Problems of this server's own options; keys begin with <c>Node:</c>.</summary>
    public static IReadOnlyList<ConfigurationProblem> Problems(NodeOptions node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Convert(NodeRules.Validate(node), "Node:");
    }

    /// <summary>Problems of a pair's configuration; keys begin with <paramref name="prefix"/>.</summary>
    public static IReadOnlyList<ConfigurationProblem> Problems(PairConfiguration pair, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(pair);
        return Convert(PairRules.Validate(pair), prefix);
    }

    private static IReadOnlyList<ConfigurationProblem> Convert(ValidationResult result, string prefix)
        => [.. result.Errors.Select(e => new ConfigurationProblem(prefix + ProblemRules.KeyOf(e.PropertyName), prefix + e.ErrorMessage, e.Severity == Severity.Warning))];
}
