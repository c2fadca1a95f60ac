namespace HaConsole.Web.Hosting;

/// <summary>The wish to stop this server, from a signal or an operator.</summary>
public sealed class StopRequest
{
    private readonly TaskCompletionSource<bool> asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a stop is asked for; true: hand over first.</summary>
    public Task<bool> Asked => asked.Task;

    /// <summary>Asks; only the first wish counts.</summary>
    public void Ask(bool handOver) => asked.TrySetResult(handOver);
}
