using System.Globalization;
using System.Text;
using HaConsole.Engine.Status;

namespace HaConsole.Web.Cli;

/// <summary>The paths between the servers as lines of text: where there are two, or where one is not as usual.</summary>
internal static class PathText
{
    public static void Append(StringBuilder text, IReadOnlyList<PeerPathInfo> paths)
    {
        if (paths.Count < 2 && paths.All(path => path is { Listens: true, Reverse: false }))
        {
            return;
        }

        foreach (var path in paths)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"path {path.Path} {path.Local}{Device(path)} to {path.Peer}: {path.State.ToLowerInvariant()}{Figures(path)}{Notes(path)}");
        }
    }

    private static string Device(PeerPathInfo path) => path.Interface.Length > 0 ? $" ({path.Interface})" : "";

    private static string Figures(PeerPathInfo path)
    {
        var last = path.RoundTripSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $", {seconds * 1000:0.0} ms") : "";
        var median = path.MedianSeconds is { } middle ? string.Create(CultureInfo.InvariantCulture, $", median {middle * 1000:0.0} ms") : "";
        var loss = path.LossPercent is { } percent ? string.Create(CultureInfo.InvariantCulture, $", loss {percent:0.#} %") : "";
        return last + median + loss;
    }

    private static string Notes(PeerPathInfo path)
        => (path.Listens ? "" : ", not listening") + (path.Reverse ? ", over a connection of the other server" : "") + (path.Detail.Length > 0 ? $" ({path.Detail})" : "");
}
