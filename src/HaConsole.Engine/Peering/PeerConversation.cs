using System.Buffers.Binary;
using System.Security.Cryptography;
using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>What both directions share: own incarnation and numbers, what the peer knows of our controls, and its last ones.</summary>
internal sealed class PeerConversation(PeerLinkOptions options)
{
    private readonly ulong incarnation = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;
    private readonly Lock gate = new();
    private readonly ReplayGuard guard = new();
    private long sequence;
    private PairControls? peerControls;
    private Revision peerKnows;
    private ulong detailIncarnation;
    private long detailAnnounced;
    private long detailKnown;

    public long NextSequence() => Interlocked.Increment(ref sequence);

    public PeerEnvelope Compose(PeerReport report, long number, bool inFull, long heldFor, long detailVersion)
    {
        lock (gate)
        {
            return new PeerEnvelope
            {
                Pair = options.Pair,
                Incarnation = incarnation,
                Sequence = number,
                SentAt = PeerMessage.ToWire(options.Time.GetUtcNow()),
                HeldFor = heldFor,
                DetailVersion = detailVersion,
                ControlsRevision = report.Controls.Revision,
                KnownControls = peerControls?.Revision ?? Revision.None,
                HasControls = inFull || !PeerHas(report.Controls),
                Report = report,
            };
        }
    }

    /// <summary>Whether a request may be taken in.</summary>
    public Freshness Judge(PeerEnvelope request)
    {
        lock (gate)
        {
            return guard.Judge(request.Incarnation, request.Sequence);
        }
    }

    /// <summary>Whether an answer comes from the peer's present process, or from a newer one.</summary>
    public bool IsPresent(PeerEnvelope answer)
    {
        lock (gate)
        {
            return guard.Enter(answer.Incarnation);
        }
    }

    /// <summary>The report with its controls; null when they must be sent in full first.</summary>
    public PeerReport? TakeIn(PeerEnvelope envelope)
    {
        lock (gate)
        {
            peerKnows = envelope.KnownControls;
            if (envelope.Incarnation != detailIncarnation)
            {
                detailIncarnation = envelope.Incarnation;
                (detailAnnounced, detailKnown) = (0, 0);
            }

            detailAnnounced = Math.Max(detailAnnounced, envelope.DetailVersion);
            if (envelope.HasControls)
            {
                peerControls = envelope.Report.Controls;
                return envelope.Report;
            }

            if (envelope.ControlsRevision == Revision.None)
            {
                return envelope.Report with { Controls = PairControls.None };
            }

            return peerControls?.Revision == envelope.ControlsRevision ? envelope.Report with { Controls = peerControls } : null;
        }
    }

    /// <summary>Whether the peer has announced a detail document that is not known yet.</summary>
    public bool WantsDetail
    {
        get
        {
            lock (gate)
            {
                return detailAnnounced > detailKnown;
            }
        }
    }

    public void DetailArrived(long version)
    {
        lock (gate)
        {
            detailKnown = Math.Max(detailKnown, version);
        }
    }

    private bool PeerHas(PairControls controls)
        => controls.Revision == Revision.None
            ? controls is { Pause: null, Hold: null, Maintenance1: null, Maintenance2: null, FlapTimes.Count: 0 }
            : controls.Revision == peerKnows;
}

/// <summary>What to do with a message.</summary>
internal enum Freshness
{
    /// <summary>Newer than everything before it.</summary>
    Fresh,

    /// <summary>Overtaken on its way by a later one: answer it, but do not take it in.</summary>
    Overtaken,

    /// <summary>Seen before, or from an earlier process: refuse it.</summary>
    Stale,
}

/// <summary>
/// Refuses what was said before: each number of an incarnation counts once, and an incarnation that another has followed is over.
/// Requests that overtake each other on the way are told apart from repeated ones by a window of the last 64 numbers.
/// </summary>
internal sealed class ReplayGuard
{
    private const int Window = 64;
    private const int PastKept = 256;
    private readonly Queue<ulong> past = new();
    private ulong current;
    private long highest;
    private ulong seen;

    /// <summary>Makes the incarnation the present one; false when it is over.</summary>
    public bool Enter(ulong incarnation)
    {
        if (incarnation == current)
        {
            return true;
        }

        if (incarnation == 0 || past.Contains(incarnation))
        {
            return false;
        }

        if (current != 0)
        {
            past.Enqueue(current);
            if (past.Count > PastKept)
            {
                past.Dequeue();
            }
        }

        (current, highest, seen) = (incarnation, 0, 0);
        return true;
    }

    public Freshness Judge(ulong incarnation, long sequence)
    {
        if (!Enter(incarnation) || sequence <= 0)
        {
            return Freshness.Stale;
        }

        if (sequence > highest)
        {
            var ahead = sequence - highest;
            seen = ahead >= Window ? 1 : (seen << (int)ahead) | 1;
            highest = sequence;
            return Freshness.Fresh;
        }

        var behind = highest - sequence;
        if (behind >= Window || (seen & (1UL << (int)behind)) != 0)
        {
            return Freshness.Stale;
        }

        seen |= 1UL << (int)behind;
        return Freshness.Overtaken;
    }
}
