namespace HaConsole.Engine.Peering;

/// <summary>The pause between two attempts to connect; somebody who knows better may end it.</summary>
internal sealed class LinkPause(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim wake = new(0, 1);

    /// <summary>Ends the present pause, or the next one.</summary>
    public void End()
    {
        try
        {
            wake.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // It is over already, or nobody pauses any more.
        }
    }

    public async Task TakeAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(length, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The pause is over.
        }
    }

    public void Dispose() => wake.Dispose();
}
