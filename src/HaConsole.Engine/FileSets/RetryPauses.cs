namespace HaConsole.Engine.FileSets;

/// <summary>Pauses that double while nothing helps: a full disk is not found less full by looking every ten seconds.</summary>
/// <param name="first">The first one.</param>
/// <param name="longest">None is longer.</param>
internal sealed class RetryPauses(TimeSpan first, TimeSpan longest)
{
    private const int MostDoublings = 20;
    private int failures;

    /// <summary>Nothing has failed since the last <see cref="Reset"/>.</summary>
    public bool IsFresh => Volatile.Read(ref failures) == 0;

    /// <summary>It has failed once more: the pause before the next attempt.</summary>
    public TimeSpan Next()
    {
        var pause = first * Math.Pow(2, Math.Min(Interlocked.Increment(ref failures) - 1, MostDoublings));
        return pause < longest ? pause : longest;
    }

    /// <summary>It has succeeded, or somebody does not want to wait.</summary>
    public void Reset() => Volatile.Write(ref failures, 0);
}

/// <summary>What another attempt right away would not change: the other server refuses, or not everything could be fetched.</summary>
internal sealed class RepeatLaterException(string message) : IOException(message);
