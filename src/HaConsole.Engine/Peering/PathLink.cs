namespace HaConsole.Engine.Peering;

/// <summary>One path with everything that lives on it.</summary>
internal sealed class PathLink : IAsyncDisposable
{
    public required PeerPath Path { get; init; }

    public required PeerClient Client { get; init; }

    public required PathListener Listener { get; init; }

    public required ReverseOffer Offer { get; init; }

    public required PathMeter Meter { get; init; }

    /// <summary>The loss of the path was told to people.</summary>
    public bool IsToldDown { get; set; }

    /// <summary>Timestamp of the last attempt to replace a borrowed connection.</summary>
    public long TriedDirectAt { get; set; }

    public bool IsConnected => Client.Status.State == PeerLinkState.Connected;

    public PeerPathStatus Status
    {
        get
        {
            var peer = Client.Peer?.ToString() ?? Path.Peer;
            var filled = Meter.Fill(new PeerPathStatus(Path.Number, false, null, Path.Local, Path.Interface, peer));
            var why = filled.Up ? "" : Client.Status.Detail;
            return filled with
            {
                Listens = Listener.IsOpen,
                Reverse = IsConnected && Client.IsReverse,
                Detail = Listener.Problem.Length > 0 ? Listener.Problem : why,
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Offer.DisposeAsync();
        await Client.DisposeAsync();
        Listener.Dispose();
    }
}
