using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Notifications;

/// <summary>Where people reach the console.</summary>
public interface IPublicUrl
{
    /// <summary>URL of the console, without a slash at its end; empty when it is not known.</summary>
    string Console { get; }
}

/// <summary>The console of this server, at its own address.</summary>
internal sealed class OwnConsoleUrl(NodeOptions node) : IPublicUrl
{
    public string Console
    {
        get
        {
            var address = node.HttpAddress.Length > 0 && node.HttpAddress != "*" ? node.HttpAddress : node.LocalAddress;
            if (address.Length == 0)
            {
                return "";
            }

            var (scheme, port) = node.HttpsPort > 0 ? ("https", node.HttpsPort) : ("http", node.HttpPort);
            return new UriBuilder(scheme, address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address, port, node.PathBase).Uri.ToString().TrimEnd('/');
        }
    }
}
