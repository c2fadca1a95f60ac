using Microsoft.AspNetCore.Components.Server.Circuits;

namespace HaConsole.Web.Metrics;

/// <summary>How many pages are open in browsers, those that are waited for after a lost connection included.</summary>
public sealed class CircuitCount
{
    private int open;

    /// <summary>Open now.</summary>
    public int Open => Volatile.Read(ref open);

    internal void Opened() => Interlocked.Increment(ref open);

    internal void Closed() => Interlocked.Decrement(ref open);
}

/// <summary>Tells <see cref="CircuitCount"/> of one page.</summary>
public sealed class CountedCircuit(CircuitCount count) : CircuitHandler
{
    /// <inheritdoc/>
    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        count.Opened();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        count.Closed();
        return Task.CompletedTask;
    }
}
