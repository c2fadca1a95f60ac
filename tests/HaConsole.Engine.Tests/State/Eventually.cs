namespace HaConsole.Engine.Tests.State;

/// <summary>Waits for a condition, with a bound that is only reached when the test fails.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(Func<bool> condition, string what, int seconds = 20)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(seconds), $"still not so after {seconds} s: {what}");
            await Task.Delay(10);
        }
    }
}
