using System.Globalization;

namespace HaConsole.Failover;

/// <summary>
/// Identity of a version of a replicated document: ordered by epoch, then counter, then origin; never by a clock
/// (the guide's timestamp, 1.1.1.2, is shown only).
/// </summary>
/// <param name="Epoch">Epoch of the server that made the change.</param>
/// <param name="Counter">Grows with every change.</param>
/// <param name="Origin">Server number (1 or 2) that made the change; 0 before the first change.</param>
public readonly record struct Revision(long Epoch, long Counter, int Origin) : IComparable<Revision>
{
    /// <summary>No change was ever made.</summary>
    public static Revision None => default;

    /// <inheritdoc/>
    public int CompareTo(Revision other)
    {
        var byEpoch = Epoch.CompareTo(other.Epoch);
        if (byEpoch != 0)
        {
            return byEpoch;
        }

        var byCounter = Counter.CompareTo(other.Counter);
        return byCounter != 0 ? byCounter : Origin.CompareTo(other.Origin);
    }

    /// <summary>The revision of the next change, made by <paramref name="origin"/> while its epoch is <paramref name="epoch"/>.</summary>
    public Revision NextBy(Rank origin, Epoch epoch) => new(Math.Max(Epoch, epoch.Value), Counter + 1, origin.Number());

    /// <summary>Earlier than.</summary>
    public static bool operator <(Revision a, Revision b) => a.CompareTo(b) < 0;

    /// <summary>Later than.</summary>
    public static bool operator >(Revision a, Revision b) => a.CompareTo(b) > 0;

    /// <summary>Not later than.</summary>
    public static bool operator <=(Revision a, Revision b) => a.CompareTo(b) <= 0;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(Revision a, Revision b) => a.CompareTo(b) >= 0;

    /// <summary>Reads <c>epoch.counter.origin</c>; false when the text is not one.</summary>
    public static bool TryParse(string? text, out Revision revision)
    {
        revision = default;
        var parts = text?.Split('.') ?? [];
        if (parts.Length != 3
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var counter)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var origin))
        {
            return false;
        }

        revision = new Revision(epoch, counter, origin);
        return true;
    }

    /// <summary><c>epoch.counter.origin</c>, for example <c>7.12.1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}.{Counter}.{Origin}");
}
