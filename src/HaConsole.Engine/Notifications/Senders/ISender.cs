using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Notifications.Senders;

/// <summary>Delivers messages by one kind of channel. Ends within the channel's timeout; never throws for what the receiver does.</summary>
internal interface ISender
{
    /// <summary>One attempt.</summary>
    Task<DeliveryResult> SendAsync(NotificationChannel channel, NotificationMessage message, CancellationToken cancellationToken);
}

/// <summary>What the senders have in common.</summary>
internal static class Sending
{
    /// <summary>Longest answer that is kept.</summary>
    public const int LongestAnswer = 300;

    public static DeliveryResult Ok(string answer, IReadOnlyList<string>? dialogue = null) => new(true, Short(answer), false, dialogue ?? []);

    public static DeliveryResult Failed(string answer, bool refused = false, IReadOnlyList<string>? dialogue = null) => new(false, Short(answer), refused, dialogue ?? []);

    public static string Short(string text) => MessageText.Line(text, LongestAnswer);

    /// <summary>Whether a certificate is the one that is wanted, or one that the system trusts.</summary>
    public static bool Accepts(NotificationChannel channel, X509Certificate? certificate, SslPolicyErrors errors)
        => channel.Fingerprint.Length == 0
            ? errors == SslPolicyErrors.None
            : certificate is not null && CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(certificate.GetRawCertData()),
                Convert.FromHexString(channel.Fingerprint.Replace(":", "", StringComparison.Ordinal)));

    /// <summary>Makes a connection TLS.</summary>
    public static async Task<SslStream> SecureAsync(NotificationChannel channel, Stream stream, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: false, (_, certificate, _, errors) => Accepts(channel, certificate, errors));
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = channel.Host }, cancellationToken).ConfigureAwait(false);
        return secure;
    }

    /// <summary>Opens a connection.</summary>
    public static async Task<TcpClient> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Runs an attempt within the channel's timeout and turns what goes wrong into a result.</summary>
    public static async Task<DeliveryResult> WithinAsync(NotificationChannel channel, List<string> dialogue, Func<CancellationToken, Task<DeliveryResult>> attempt, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(channel.Timeout));
        try
        {
            return await attempt(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(FormattableString.Invariant($"no answer within {channel.Timeout:0.#} s"), dialogue: dialogue);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Sockets, TLS, names, processes: each has its own exceptions; for the delivery they all say the same.
            return Failed(e.InnerException is { } inner && e is HttpRequestException or System.Security.Authentication.AuthenticationException ? $"{e.Message} ({inner.Message})" : e.Message, dialogue: dialogue);
        }
    }
}
