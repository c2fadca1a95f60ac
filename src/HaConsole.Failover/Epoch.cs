namespace HaConsole.Failover;

/// <summary>
/// Number of an active period. Raised and durably stored before anything else by each activation: max(own, highest heard) + 1.
/// Orders messages, events and configuration; decides nothing by itself except to refuse what is stale.
/// </summary>
/// <param name="Value">0 before the first activation, then growing.</param>
public readonly record struct Epoch(long Value) : IComparable<Epoch>
{
    /// <summary>Before any activation.</summary>
    public static Epoch None => default;

    /// <summary>The epoch that an activation takes after this one.</summary>
    public Epoch Next => new(Value + 1);

    /// <summary>The later of two epochs.</summary>
    public static Epoch Max(Epoch a, Epoch b) => a.Value >= b.Value ? a : b;

    /// <inheritdoc/>
    public int CompareTo(Epoch other) => Value.CompareTo(other.Value);

    /// <summary>Earlier than.</summary>
    public static bool operator <(Epoch a, Epoch b) => a.Value < b.Value;

    /// <summary>Later than.</summary>
    public static bool operator >(Epoch a, Epoch b) => a.Value > b.Value;

    /// <summary>Not later than.</summary>
    public static bool operator <=(Epoch a, Epoch b) => a.Value <= b.Value;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(Epoch a, Epoch b) => a.Value >= b.Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
