namespace HaConsole.Engine.Peering;

/// <summary>How long a connection has said nothing, and whether that is too long. Called on any thread.</summary>
internal sealed class LinkSilence(TimeProvider time)
{
    /// <summary>Silence after which a connection that has never answered is given up; longer than it takes to make one.</summary>
    private static readonly TimeSpan OfNew = TimeSpan.FromSeconds(6);

    /// <summary>Shortest silence after which a connection that has answered before is given up.</summary>
    private static readonly TimeSpan OfProven = TimeSpan.FromSeconds(1);
    private const int RoundTrips = 8;
    private int calls;
    private long lastAnswer;
    private long lastRoundTripTicks;

    public void Answered()
    {
        Volatile.Write(ref lastAnswer, time.GetTimestamp());
        Begin();
    }

    /// <summary>The silent calls are counted anew.</summary>
    public void Begin() => Volatile.Write(ref calls, 0);

    public void Measured(TimeSpan roundTrip) => Volatile.Write(ref lastRoundTripTicks, roundTrip.Ticks);

    /// <summary>The last one that was measured.</summary>
    public TimeSpan RoundTrip => TimeSpan.FromTicks(Volatile.Read(ref lastRoundTripTicks));

    /// <summary>One more call was not answered in its time: whether the connection should be given up.</summary>
    /// <param name="born">Timestamp of the connection's making.</param>
    public bool IsTooLong(long born)
    {
        var answered = Volatile.Read(ref lastAnswer);
        var slow = RoundTrip * RoundTrips;
        var longest = answered <= born ? OfNew : slow > OfProven ? slow : OfProven;
        return Interlocked.Increment(ref calls) >= 2 && time.GetElapsedTime(Math.Max(answered, born)) >= longest;
    }
}
