using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Checks;

/// <summary>State of an application check.</summary>
public enum CheckState
{
    /// <summary>Not looked at often enough to say.</summary>
    Unknown,

    /// <summary>Well.</summary>
    Up,

    /// <summary>Failed <see cref="CheckDefinition.Fall"/> times in a row.</summary>
    Down,
}

/// <summary>An application check as it stands now.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Application">Protected application it belongs to.</param>
/// <param name="State">Its state.</param>
/// <param name="Severity">What its failure does.</param>
/// <param name="Detail">What the last look found.</param>
/// <param name="Latency">How long the last look took; null before the first.</param>
/// <param name="Since">Since when it is in this state (UTC).</param>
public sealed record CheckStatus(string Name, string Application, CheckState State, CheckSeverity Severity, string Detail, TimeSpan? Latency, DateTimeOffset Since)
{
    /// <summary>How it looks.</summary>
    public CheckType Type { get; init; }

    /// <summary>Last look (UTC); null before the first.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>The last look failed, whatever the state.</summary>
    public bool Failing { get; init; }

    /// <summary>Looks in a row that failed.</summary>
    public int Failures { get; init; }

    /// <summary>link: the address in use; else empty.</summary>
    public string InUse { get; init; } = "";

    /// <summary>Its failure is an application error now.</summary>
    public bool CountsAsError => this is { Severity: CheckSeverity.Critical, MutedUntil: null, Type: not CheckType.Link };

    /// <summary>Its failure counts as no application error until then (UTC); null when it is not muted.</summary>
    public DateTimeOffset? MutedUntil { get; init; }
}

/// <summary>A look that was taken.</summary>
/// <param name="At">When it ended, by the clock's timestamps.</param>
/// <param name="Succeeded">It is well.</param>
/// <param name="TimedOut">It did not end in time.</param>
/// <param name="Latency">How long it took.</param>
/// <param name="Detail">What it found.</param>
public sealed record CheckLookTaken(long At, bool Succeeded, bool TimedOut, TimeSpan Latency, string Detail);

/// <summary>What one look found.</summary>
/// <param name="Succeeded">It is well.</param>
/// <param name="Detail">For people, one line.</param>
/// <param name="TimedOut">It did not end in time.</param>
public sealed record CheckLook(bool Succeeded, string Detail, bool TimedOut = false);
