using System.Diagnostics;

namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>Waits for a condition, never for a time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a condition may take on a busy machine when the test says nothing else.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Returns when the condition holds; fails with what it saw last when it never does.</summary>
    public static async Task TrueAsync(string what, Func<Task<bool>> condition, Func<string> seen, TimeSpan? patience = null)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < (patience ?? Patience), $"not within {patience ?? Patience}: {what}; last seen: {seen()}");
            await Task.Delay(Period);
        }
    }

    /// <summary>Returns when the condition holds; fails when it never does.</summary>
    public static Task TrueAsync(string what, Func<bool> condition, TimeSpan? patience = null)
        => TrueAsync(what, () => Task.FromResult(condition()), () => "nothing", patience);
}
