using System.Net.Sockets;
using System.Text;

namespace HaConsole.Engine.Services;

/// <summary>
/// Tells systemd that the server is ready or stops (<c>sd_notify</c>, units of <c>Type=notify</c>). The supervisor takes the address out of its own
/// environment and gives it to the worker alone: a managed service that inherits it would speak for the whole unit.
/// </summary>
public static class ReadinessNotice
{
    /// <summary>Variable that names the socket; its value may begin with <c>@</c>, the abstract name space.</summary>
    public const string Variable = "NOTIFY_SOCKET";

    /// <summary>The server serves.</summary>
    public const string Ready = "READY=1";

    /// <summary>The server stops.</summary>
    public const string Stopping = "STOPPING=1";

    /// <summary>Takes the address out of the environment; null when nobody wants to be told.</summary>
    public static string? Take()
    {
        var address = Environment.GetEnvironmentVariable(Variable);
        if (address is not null)
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }

        return string.IsNullOrEmpty(address) ? null : address;
    }

    /// <summary>Says it. Does nothing without an address, and never fails: a server runs whether somebody listens or not.</summary>
    public static void Send(string? address, string state)
    {
        if (address is null)
        {
            return;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = 1000 };
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address));
        }
        catch (Exception e) when (e is SocketException or ArgumentException or PlatformNotSupportedException)
        {
            // systemd gives a start up after its own time and says so.
        }
    }
}
