namespace HaConsole.Engine.Status;

/// <summary>The guard of this server: what releases its services and addresses when the engine gives no sign of life.</summary>
/// <param name="Supervised">A supervisor and its guard stand beside the engine; without them services end with the engine's process.</param>
/// <param name="LeaseSeconds">Without a sign of life for so long, services and addresses are stopped.</param>
/// <param name="GoneBySeconds">What still runs after so long is killed: the other server may take over then.</param>
/// <param name="SupervisorStopped">The supervisor stands still, stopped by a signal.</param>
/// <param name="LastAt">When it last acted on its own (UTC); null when it never has since its start.</param>
/// <param name="LastKind">Kind of that event; empty when there is none.</param>
/// <param name="LastSentence">What it did; empty when nothing.</param>
public sealed record GuardInfo(bool Supervised, double LeaseSeconds, double GoneBySeconds, bool SupervisorStopped, DateTimeOffset? LastAt, string LastKind, string LastSentence);
