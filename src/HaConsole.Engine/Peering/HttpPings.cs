namespace HaConsole.Engine.Peering;

/// <summary>
/// The HTTP/2 client's estimator of window sizes sends a ping beside every answer: as many bytes as an exchange. It can be turned off
/// for the whole process only, before its first HTTP client is made.
/// </summary>
internal static class HttpPings
{
    public static void TurnOff() => AppContext.SetSwitch("System.Net.SocketsHttpHandler.Http2FlowControl.DisableDynamicWindowSizing", true);
}
