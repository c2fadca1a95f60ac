using HaConsole.Web.Model.Drills;

namespace HaConsole.Web.Model.Readiness;

/// <summary>The Standby's last proof that it could take over, with all its facts.</summary>
public sealed record ReadinessReport
{
    /// <summary>Server that has proved it; 0 while there is no Standby that answers.</summary>
    public int Server { get; init; }

    /// <summary>It could take over; null when no proof was made yet.</summary>
    public bool? Ready { get; init; }

    /// <summary>When the last proof was made (UTC).</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>When it last could (UTC), since the start of its process.</summary>
    public DateTimeOffset? ProvenAt { get; init; }

    /// <summary>Seconds between two proofs; 0 = only when somebody asks.</summary>
    public double IntervalSeconds { get; init; }

    /// <summary>Result in one sentence.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>What was looked at.</summary>
    public IReadOnlyList<ProofFact> Facts { get; init; } = [];
}
