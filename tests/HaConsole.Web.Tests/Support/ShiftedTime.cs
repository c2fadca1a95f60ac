namespace HaConsole.Web.Tests.Support;

/// <summary>A wall clock that a test puts forward. Timers go on as they are.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long ahead;

    public void Advance(TimeSpan time) => Interlocked.Add(ref ahead, time.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref ahead));
}
