using System.Collections.Concurrent;
using HaConsole.Failover;

namespace HaConsole.Engine.Commands;

/// <summary>Commands given to the loop whose end is awaited.</summary>
internal sealed class PendingCommands
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<NodeEffect.CommandEnded>> waiting = new();
    private long last;
    private volatile bool over;

    /// <summary>A new identity with the task that ends when the machine says so.</summary>
    public (long Id, Task<NodeEffect.CommandEnded> Ended) Next()
    {
        var id = Interlocked.Increment(ref last);
        var source = new TaskCompletionSource<NodeEffect.CommandEnded>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = source;
        if (over)
        {
            EndAll();
        }

        return (id, source.Task);
    }

    /// <summary>The machine says that a command has ended.</summary>
    public void Ended(NodeEffect.CommandEnded ended)
    {
        if (waiting.TryRemove(ended.Id, out var source))
        {
            source.TrySetResult(ended);
        }
    }

    /// <summary>Somebody still waits for it: what nobody waits for must not be carried out later, by surprise.</summary>
    public bool IsAwaited(long id) => waiting.ContainsKey(id);

    /// <summary>The loop has ended: no command will end any more.</summary>
    public void EndAll()
    {
        over = true;
        foreach (var id in waiting.Keys)
        {
            Ended(new NodeEffect.CommandEnded(id, false, "engine", "The engine has ended.", []));
        }
    }

    /// <summary>Nobody waits any more.</summary>
    public void Forget(long id) => waiting.TryRemove(id, out _);
}
