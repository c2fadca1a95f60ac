namespace HaConsole.Web.Tests.Support;

/// <summary>Waits for a condition within a bound that even a busy machine meets.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Bound);
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"not within {Bound.TotalSeconds} s");
            await Task.Delay(Pause, CancellationToken.None);
        }
    }
}
