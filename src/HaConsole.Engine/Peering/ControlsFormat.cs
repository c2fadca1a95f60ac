using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>Wire format of revisions and of pause, maintenance, holds and flap budget.</summary>
internal static class ControlsFormat
{
    private const int RevisionField = 1;
    private const int PauseField = 2;
    private const int HoldField = 3;
    private const int Maintenance1Field = 4;
    private const int Maintenance2Field = 5;
    private const int FlapField = 6;

    private const int OwnerField = 1;
    private const int ReasonField = 2;
    private const int SinceField = 3;
    private const int UntilField = 4;

    public static void WriteRevision(WireWriter writer, int field, Revision revision)
    {
        if (revision == Revision.None)
        {
            return;
        }

        var inner = new WireWriter();
        inner.Varint((ulong)revision.Epoch);
        inner.Varint((ulong)revision.Counter);
        inner.Varint((ulong)revision.Origin);
        writer.Bytes(field, inner.Written);
    }

    public static Revision ReadRevision(ReadOnlySpan<byte> data)
    {
        var reader = new WireReader(data);
        return new Revision((long)reader.Varint(), (long)reader.Varint(), (int)reader.Varint());
    }

    public static byte[] Write(PairControls controls)
    {
        var writer = new WireWriter();
        WriteRevision(writer, RevisionField, controls.Revision);
        WriteControl(writer, PauseField, controls.Pause);
        WriteControl(writer, HoldField, controls.Hold);
        WriteControl(writer, Maintenance1Field, controls.Maintenance1);
        WriteControl(writer, Maintenance2Field, controls.Maintenance2);
        foreach (var time in controls.FlapTimes)
        {
            writer.Number(FlapField, time.UtcTicks);
        }

        return writer.ToArray();
    }

    public static PairControls Read(ReadOnlySpan<byte> data)
    {
        var controls = PairControls.None;
        var flaps = new List<DateTimeOffset>();
        var reader = new WireReader(data);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case RevisionField: controls = controls with { Revision = ReadRevision(reader.Bytes) }; break;
                case PauseField: controls = controls with { Pause = ReadControl(reader.Bytes) }; break;
                case HoldField: controls = controls with { Hold = ReadControl(reader.Bytes) }; break;
                case Maintenance1Field: controls = controls with { Maintenance1 = ReadControl(reader.Bytes) }; break;
                case Maintenance2Field: controls = controls with { Maintenance2 = ReadControl(reader.Bytes) }; break;
                case FlapField: flaps.Add(Utc(reader.Number)); break;
                default: break;
            }
        }

        return flaps.Count == 0 ? controls : controls with { FlapTimes = flaps };
    }

    private static void WriteControl(WireWriter writer, int field, TimedControl? control)
    {
        if (control is null)
        {
            return;
        }

        var inner = new WireWriter();
        inner.Text(OwnerField, control.Owner);
        inner.Text(ReasonField, control.Reason);
        inner.Number(SinceField, control.Since.UtcTicks);
        inner.Number(UntilField, control.Until?.UtcTicks ?? 0);
        writer.Bytes(field, inner.Written);
    }

    private static TimedControl ReadControl(ReadOnlySpan<byte> data)
    {
        var control = new TimedControl("", "", default, null);
        var reader = new WireReader(data);
        while (reader.Next())
        {
            control = reader.Field switch
            {
                OwnerField => control with { Owner = reader.Text },
                ReasonField => control with { Reason = reader.Text },
                SinceField => control with { Since = Utc(reader.Number) },
                UntilField => control with { Until = Utc(reader.Number) },
                _ => control,
            };
        }

        return control;
    }

    private static DateTimeOffset Utc(long ticks) => new(ticks, TimeSpan.Zero);
}
