using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>One message of an exchange, request and answer alike: a report and what protects and orders it.</summary>
public sealed record PeerEnvelope
{
    /// <summary>Name of a pair that has been given none.</summary>
    public const string DefaultPair = "default";

    /// <summary>Pair that the sender belongs to.</summary>
    public string Pair { get; init; } = DefaultPair;

    /// <summary>Random number that the sender's process drew at its start.</summary>
    public ulong Incarnation { get; init; }

    /// <summary>Grows with every request of this incarnation; an answer repeats that of its request.</summary>
    public long Sequence { get; init; }

    /// <summary>Sender's wall clock when the message left, in units of 0.1 ms since 2020-01-01 UTC.</summary>
    public long SentAt { get; init; }

    /// <summary>Answers only: time from the request's arrival to this answer, in units of 0.1 ms.</summary>
    public long HeldFor { get; init; }

    /// <summary>Version of the sender's detail document.</summary>
    public long DetailVersion { get; init; }

    /// <summary>Revision of the sender's pause, maintenance, holds and flap budget.</summary>
    public Revision ControlsRevision { get; init; }

    /// <summary>Revision of the listener's controls that the sender has in full.</summary>
    public Revision KnownControls { get; init; }

    /// <summary>The controls travel in this message; else the listener fills in those that it has by revision.</summary>
    public bool HasControls { get; init; }

    /// <summary>The report; without controls when <see cref="HasControls"/> is false.</summary>
    public required PeerReport Report { get; init; }
}
