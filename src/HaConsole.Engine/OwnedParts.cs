namespace HaConsole.Engine;

/// <summary>What was made so far, so that a start that fails half-way, or the end of the engine, leaves nothing behind.</summary>
internal sealed class OwnedParts : IAsyncDisposable
{
    private readonly List<IDisposable> plain = [];
    private readonly List<IAsyncDisposable> running = [];

    public T Add<T>(T part)
        where T : notnull
    {
        if (part is IAsyncDisposable asynchronous)
        {
            running.Add(asynchronous);
        }
        else if (part is IDisposable disposable)
        {
            plain.Add(disposable);
        }

        return part;
    }

    /// <summary>The engine ends with all that runs in it from now on.</summary>
    public void TakeOver(HaEngine engine)
    {
        running.Clear();
        running.Add(engine);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        for (var i = running.Count - 1; i >= 0; i--)
        {
            await running[i].DisposeAsync();
        }

        running.Clear();
        // The data directory was locked first, and is free last.
        for (var i = plain.Count - 1; i >= 0; i--)
        {
            plain[i].Dispose();
        }

        plain.Clear();
    }
}
