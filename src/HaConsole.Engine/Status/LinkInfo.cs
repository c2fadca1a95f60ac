using HaConsole.Engine.Peering;

namespace HaConsole.Engine.Status;

/// <summary>The peer link and its paths as the snapshot shows them.</summary>
internal static class LinkInfo
{
    private const int Digits = 6;

    public static PeerLinkInfo Of(PeerLinkStatus link) => new(link.State.ToString(), Seconds(link.RoundTrip), link.Detail)
    {
        Paths = [.. link.Paths.Select(path => new PeerPathInfo(
            path.Number,
            path.Up ? "Up" : "Down",
            path.Since,
            path.Local,
            path.Interface,
            path.Peer,
            Seconds(path.RoundTrip),
            Seconds(path.Median),
            path.LossPercent is { } loss ? Math.Round(loss, 1) : null,
            path.Listens,
            path.Reverse,
            path.Detail))],
    };

    private static double? Seconds(TimeSpan? span) => span is { } known ? Math.Round(known.TotalSeconds, Digits) : null;
}
