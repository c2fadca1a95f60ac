namespace HaConsole.Engine.Status;

/// <summary>Outcome of a Standby's last proof that it could take over. A warning at most: no decision reads it.</summary>
/// <param name="Ready">It could.</param>
/// <param name="At">When the last proof was made (UTC).</param>
/// <param name="ProvenAt">When it last could (UTC); null when it never could since this server has started.</param>
/// <param name="Missing">What it lacks, with stable codes.</param>
public sealed record ReadinessInfo(bool Ready, DateTimeOffset At, DateTimeOffset? ProvenAt, IReadOnlyList<ReasonStatus> Missing);
