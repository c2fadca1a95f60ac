namespace HaConsole.Engine.VirtualIp;

/// <summary>Has the addresses that this server does not hold looked for on the network, at intervals, one look at a time.</summary>
internal sealed class AddressLookout : IAsyncDisposable
{
    private readonly Func<IReadOnlyList<AddressDriver>> addresses;
    private readonly ITimer timer;
    private int looking;

    /// <summary>Starts with a look at once.</summary>
    /// <param name="time">Clock.</param>
    /// <param name="addresses">The addresses now.</param>
    public AddressLookout(TimeProvider time, Func<IReadOnlyList<AddressDriver>> addresses)
    {
        this.addresses = addresses;
        timer = time.CreateTimer(_ => _ = LookAsync(), null, TimeSpan.Zero, NeighbourLook.Interval);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => timer.DisposeAsync();

    private async Task LookAsync()
    {
        if (Interlocked.Exchange(ref looking, 1) == 1)
        {
            return;
        }

        try
        {
            await Task.WhenAll(addresses().Select(address => address.LookOutAsync()));
        }
        finally
        {
            Volatile.Write(ref looking, 0);
        }
    }
}
