namespace HaConsole.Engine.VirtualIp;

/// <summary>Has the addresses that this server does not hold looked for on the network, one look at a time; the first one soon after it has lost them.</summary>
internal sealed class AddressLookout : IAsyncDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);
    private readonly Func<IReadOnlyList<AddressDriver>> addresses;
    private readonly ITimer timer;
    private int looking;

    /// <summary>Starts with a look at once.</summary>
    /// <param name="time">Clock.</param>
    /// <param name="addresses">The addresses now.</param>
    public AddressLookout(TimeProvider time, Func<IReadOnlyList<AddressDriver>> addresses)
    {
        this.addresses = addresses;
        timer = time.CreateTimer(_ => _ = LookAsync(), null, TimeSpan.Zero, Turn);
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
