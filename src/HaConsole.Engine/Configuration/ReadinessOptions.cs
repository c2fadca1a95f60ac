namespace HaConsole.Engine.Configuration;

/// <summary>How often the Standby proves that it could take over (<c>Readiness:*</c>); local to each server.</summary>
public sealed record ReadinessOptions
{
    /// <summary>Seconds between two proofs; 0 = only when somebody asks; else 60 … 604,800. Default 3600.</summary>
    public double Interval { get; init; } = 3600;

    /// <summary>What is wrong with these values.</summary>
    public IEnumerable<ConfigurationProblem> Problems()
    {
        if (Interval is not 0 and not (>= 60 and <= 604_800))
        {
            yield return new ConfigurationProblem("Readiness:Interval", FormattableString.Invariant($"Readiness:Interval is {Interval}; it must be 0 (off) or 60 to 604800 s"));
        }
    }
}
