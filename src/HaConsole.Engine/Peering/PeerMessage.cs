using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>
/// Wire format of an exchange: one byte with the lowest version that can read the message, then tagged fields. A newer server adds
/// fields, which an older one skips; only a change that an older one must not misread raises the byte.
/// </summary>
public static class PeerMessage
{
    /// <summary>Version of the format that this software reads.</summary>
    public const byte Version = 1;

    private static readonly DateTimeOffset ClockOrigin = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A wall clock time in the units of the wire.</summary>
    public static long ToWire(DateTimeOffset time) => (time - ClockOrigin).Ticks / 1000;

    /// <summary>A span in the units of the wire as a time span.</summary>
    public static TimeSpan FromWire(long units) => TimeSpan.FromTicks(units * 1000);

    /// <summary>The message as bytes.</summary>
    public static byte[] Write(PeerEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var writer = new WireWriter();
        writer.Byte(Version);
        writer.Text(Tag.Pair, envelope.Pair == PeerEnvelope.DefaultPair ? "" : envelope.Pair);
        writer.Fixed(Tag.Incarnation, envelope.Incarnation);
        writer.Number(Tag.Sequence, envelope.Sequence);
        writer.Number(Tag.SentAt, envelope.SentAt);
        writer.Number(Tag.HeldFor, envelope.HeldFor);
        writer.Number(Tag.DetailVersion, envelope.DetailVersion);
        ControlsFormat.WriteRevision(writer, Tag.ControlsRevision, envelope.ControlsRevision);
        ControlsFormat.WriteRevision(writer, Tag.KnownControls, envelope.KnownControls);
        if (envelope.HasControls)
        {
            writer.Bytes(Tag.Controls, ControlsFormat.Write(envelope.Report.Controls));
        }

        WriteReport(writer, envelope.Report);
        return writer.ToArray();
    }

    /// <summary>Reads a message; null with a reason when it is no message, or one that only newer software can read.</summary>
    public static PeerEnvelope? Read(ReadOnlySpan<byte> data, out string problem)
    {
        if (data.IsEmpty)
        {
            problem = "The message is empty.";
            return null;
        }

        if (IsTooNew(data))
        {
            problem = $"The peer speaks version {data[0]} of the peer link, this server understands up to version {Version}: update this server.";
            return null;
        }

        try
        {
            problem = "";
            return ReadFields(new WireReader(data[1..]));
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            problem = $"The peer's message cannot be read: {e.Message}";
            return null;
        }
    }

    /// <summary>Whether only newer software can read the message.</summary>
    public static bool IsTooNew(ReadOnlySpan<byte> data) => !data.IsEmpty && data[0] > Version;

    private static void WriteReport(WireWriter writer, PeerReport report)
    {
        writer.Number(Tag.Rank, (byte)report.Rank);
        writer.Number(Tag.Role, (byte)report.Role);
        writer.Number(Tag.Epoch, report.Epoch.Value);
        writer.Number(Tag.HighestEpoch, report.HighestEpoch.Value);
        writer.Number(Tag.Self, (byte)report.Self);
        writer.Number(Tag.SeesPeer, (byte)report.SeesPeer);
        writer.Number(Tag.Lan, (byte)report.Lan);
        writer.Number(Tag.Vip, (byte)report.Vip);
        writer.Number(Tag.Services, (byte)report.Services);
        writer.Number(Tag.LongestStop, report.LongestStop.Ticks);
        writer.Flag(Tag.OutOfResumptions, report.OutOfResumptions);
        ControlsFormat.WriteRevision(writer, Tag.Configuration, report.Configuration);
        writer.Fixed(Tag.ConfigurationHash, (ulong)report.ConfigurationHash);
        writer.Text(Tag.Version, report.Version);
        writer.Number(Tag.StepDown, report.StepDown.Value);
        writer.Number(Tag.Offer, (byte)report.Offer);
        writer.Number(Tag.HandOverWanted, report.HandOverWanted);
        writer.Flag(Tag.VoteWanted, report.VoteWanted);
        writer.Flag(Tag.HoldsVote, report.HoldsVote);
        writer.Number(Tag.VotesDroppedAt, report.VotesDroppedAt.Ticks);
        writer.Number(Tag.Promise, report.Promise.Ticks);
        writer.Flag(Tag.Leaving, report.Leaving);
        writer.Text(Tag.FailingChecks, report.FailingChecks);
    }

    private static PeerEnvelope ReadFields(WireReader reader)
    {
        var envelope = new PeerEnvelope { Report = new PeerReport { Rank = default, Role = Role.Unknown } };
        var report = envelope.Report;
        while (reader.Next())
        {
            envelope = WithEnvelopeField(envelope, reader);
            report = WithReportField(report, reader);
        }

        return Enum.IsDefined(report.Rank) ? envelope with { Report = report } : throw new FormatException("It does not say which server speaks.");
    }

    private static PeerEnvelope WithEnvelopeField(PeerEnvelope envelope, in WireReader reader) => reader.Field switch
    {
        Tag.Pair => envelope with { Pair = reader.Text },
        Tag.Incarnation => envelope with { Incarnation = reader.Fixed },
        Tag.Sequence => envelope with { Sequence = reader.Number },
        Tag.SentAt => envelope with { SentAt = reader.Number },
        Tag.HeldFor => envelope with { HeldFor = reader.Number },
        Tag.DetailVersion => envelope with { DetailVersion = reader.Number },
        Tag.ControlsRevision => envelope with { ControlsRevision = ControlsFormat.ReadRevision(reader.Bytes) },
        Tag.KnownControls => envelope with { KnownControls = ControlsFormat.ReadRevision(reader.Bytes) },
        Tag.Controls => envelope with { HasControls = true },
        _ => envelope,
    };

    private static PeerReport WithReportField(PeerReport report, in WireReader reader) => reader.Field switch
    {
        Tag.Rank => report with { Rank = Known((Rank)reader.Number) },
        Tag.Controls => report with { Controls = ControlsFormat.Read(reader.Bytes) },
        Tag.Role => report with { Role = Known((Role)reader.Number) },
        Tag.Epoch => report with { Epoch = new Epoch(reader.Number) },
        Tag.HighestEpoch => report with { HighestEpoch = new Epoch(reader.Number) },
        Tag.Self => report with { Self = Known((SelfHealth)reader.Number) },
        Tag.SeesPeer => report with { SeesPeer = Known((PeerHealth)reader.Number) },
        Tag.Lan => report with { Lan = Known((LanState)reader.Number) },
        Tag.Vip => report with { Vip = Known((VipDestination)reader.Number) },
        Tag.Services => report with { Services = Known((ServicesState)reader.Number) },
        Tag.LongestStop => report with { LongestStop = TimeSpan.FromTicks(reader.Number) },
        Tag.OutOfResumptions => report with { OutOfResumptions = reader.Flag },
        Tag.Configuration => report with { Configuration = ControlsFormat.ReadRevision(reader.Bytes) },
        Tag.ConfigurationHash => report with { ConfigurationHash = (long)reader.Fixed },
        Tag.Version => report with { Version = reader.Text },
        Tag.StepDown => report with { StepDown = new Epoch(reader.Number) },
        Tag.Offer => report with { Offer = Known((OfferReason)reader.Number) },
        Tag.HandOverWanted => report with { HandOverWanted = checked((int)reader.Number) },
        Tag.VoteWanted => report with { VoteWanted = reader.Flag },
        Tag.HoldsVote => report with { HoldsVote = reader.Flag },
        Tag.VotesDroppedAt => report with { VotesDroppedAt = TimeSpan.FromTicks(reader.Number) },
        Tag.Promise => report with { Promise = TimeSpan.FromTicks(reader.Number) },
        Tag.Leaving => report with { Leaving = reader.Flag },
        Tag.FailingChecks => report with { FailingChecks = reader.Text },
        _ => report,
    };

    /// <summary>A value that a newer server may have added must not be taken for one of ours: it is unknown, which is always 0.</summary>
    private static T Known<T>(T value)
        where T : struct, Enum
        => Enum.IsDefined(value) ? value : default;

    /// <summary>Numbers of the fields: never reused, never renumbered. Those up to 15 take one byte and are for what is always sent.</summary>
    private static class Tag
    {
        public const int Incarnation = 1;
        public const int Sequence = 2;
        public const int SentAt = 3;
        public const int ControlsRevision = 4;
        public const int KnownControls = 5;
        public const int Rank = 6;
        public const int Role = 7;
        public const int Epoch = 8;
        public const int HighestEpoch = 9;
        public const int Configuration = 10;
        public const int ConfigurationHash = 11;
        public const int Self = 12;
        public const int SeesPeer = 13;
        public const int Lan = 14;
        public const int Services = 15;

        public const int Pair = 16;
        public const int HeldFor = 17;
        public const int DetailVersion = 18;
        public const int Controls = 19;
        public const int Vip = 20;
        public const int LongestStop = 21;
        public const int OutOfResumptions = 22;
        public const int Version = 23;
        public const int StepDown = 24;
        public const int Offer = 25;
        public const int HandOverWanted = 26;
        public const int VoteWanted = 27;
        public const int HoldsVote = 28;
        public const int Promise = 29;
        public const int Leaving = 30;
        public const int FailingChecks = 31;
        public const int VotesDroppedAt = 32;
    }
}
