namespace HaConsole.Web.Tests.Support;

/// <summary>The system's clock, which a test can put forward.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private TimeSpan ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(ahead.TotalSeconds * TimestampFrequency);

    public void Advance(TimeSpan by) => ahead += by;
}
