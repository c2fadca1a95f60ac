using System.Net;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Live;

namespace HaConsole.Web.Hosting;

/// <summary>
/// The only place where addresses of the console are made that leave it: copied links, messages, documents. With "Use VIP address to build URLs"
/// they carry the VIP address, so that they lead to the Active; else the address of this server. What is said of one certain server (its health
/// URLs, the link to the other console) always carries that server's own address.
/// </summary>
/// <param name="engine">Whose parameters hold.</param>
/// <param name="node">Ports and path of this server; the other one has the same.</param>
public sealed class PublicUrls(ConsoleEngine engine, NodeOptions node)
{
    /// <summary>Whether URLs carry the VIP address now.</summary>
    public bool CarryVip => Parameters is { UseVipToBuildUrls: true } own && Addresses.TryParse(own.VipAddress, out _);

    private HotStandbyParameters Parameters => engine.Engine.Configuration.Content.HotStandby;

    /// <summary>The scheme that people should use: HTTPS when this server has it.</summary>
    private (string Scheme, int Port) Entrance => node.HttpsPort > 0 ? ("https", node.HttpsPort) : ("http", node.HttpPort);

    private string OwnAddress
        => Addresses.TryParse(node.HttpAddress, out var own) ? own.ToString()
            : node.LocalAddress.Length > 0 ? node.LocalAddress : IPAddress.Loopback.ToString();

    /// <summary>Address of a page or file of the console for somebody who is not looking at one, such as the reader of a message.</summary>
    /// <param name="path">Path below the console's root, with its query, with or without a slash before it.</param>
    public Uri For(string path) => Below(Root(CarryVip ? Parameters.VipAddress : OwnAddress), path);

    /// <summary>The same for somebody who is looking at a page: without the VIP the address stays the one by which they came, such as a proxy's.</summary>
    /// <param name="path">Path below the console's root.</param>
    /// <param name="seenAt">Root of the console as that browser sees it.</param>
    public Uri For(string path, Uri seenAt)
    {
        ArgumentNullException.ThrowIfNull(seenAt);
        return CarryVip ? For(path) : Below(seenAt, path);
    }

    /// <summary>The console of one certain server, never by way of the VIP; null when its address is none.</summary>
    /// <param name="address">That server's address.</param>
    /// <param name="seenAt">Root of the console as that browser sees it: scheme, port and path are the same there.</param>
    public static Uri? OfServer(string address, Uri seenAt)
        => Uri.CheckHostName(address) == UriHostNameType.Unknown ? null : new UriBuilder(seenAt) { Host = address }.Uri;

    private Uri Root(string address)
    {
        var (scheme, port) = Entrance;
        return new UriBuilder(scheme, address, port, node.PathBase + "/").Uri;
    }

    private static Uri Below(Uri root, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        // Not by the two-part constructor: it takes "//host" and "http:" in the second part for an address of its own.
        return new Uri(root.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/" + path.TrimStart('/'));
    }
}
