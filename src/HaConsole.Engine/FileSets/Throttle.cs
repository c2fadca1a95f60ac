namespace HaConsole.Engine.FileSets;

/// <summary>Keeps a transfer below a rate, on average over a second. 0 = no limit.</summary>
internal sealed class Throttle(long bytesPerSecond, TimeProvider time)
{
    private long from = time.GetTimestamp();
    private long spent;

    public async ValueTask SpendAsync(int bytes, CancellationToken cancellationToken)
    {
        if (bytesPerSecond <= 0)
        {
            return;
        }

        spent += bytes;
        var passed = time.GetElapsedTime(from);
        var ahead = TimeSpan.FromSeconds((double)spent / bytesPerSecond) - passed;
        if (ahead > TimeSpan.FromMilliseconds(10))
        {
            await Task.Delay(ahead, time, cancellationToken);
        }
        else if (ahead < TimeSpan.FromSeconds(-1))
        {
            // An idle hour is no credit.
            (from, spent) = (time.GetTimestamp(), 0);
        }
    }
}
