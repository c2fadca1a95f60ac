namespace HaConsole.Engine.Peering;

/// <summary>The stream whose end is the loss of the link.</summary>
internal sealed class HeldStream(HttpResponseMessage response, Stream stream) : IDisposable
{
    /// <summary>Returns when the link is lost, with the reason, or when the token says so.</summary>
    public async Task<string?> ReadToEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[16];
            while (await stream.ReadAsync(buffer, cancellationToken) > 0)
            {
                // A newer server may say something here one day.
            }

            return "The peer has ended the connection.";
        }
        catch (Exception e) when (e is IOException or HttpRequestException or ObjectDisposedException or OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested ? null : $"The connection to the peer broke: {e.Message}";
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        response.Dispose();
    }
}

/// <summary>The peer answers, but no.</summary>
internal sealed class PeerRefusedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
