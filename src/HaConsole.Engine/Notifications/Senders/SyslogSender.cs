using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Failover;

namespace HaConsole.Engine.Notifications.Senders;

/// <summary>Syslog, RFC 5424, one line per event; over TCP and TLS with octet counting.</summary>
internal sealed class SyslogSender : ISender
{
    /// <summary>Longest message in bytes: every receiver takes 2048 (RFC 5424 6.1), and a datagram of this size is not cut in pieces.</summary>
    public const int LongestDatagram = 1400;

    private const int LongestLine = 8000;
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public Task<DeliveryResult> SendAsync(NotificationChannel channel, NotificationMessage message, CancellationToken cancellationToken)
    {
        List<string> dialogue = [.. message.Events.Select(e => "> " + Line(channel, e, message.IsTest))];
        return Sending.WithinAsync(channel, dialogue, token => channel.Transport == SyslogTransport.Udp ? UdpAsync(channel, message, dialogue, token) : TcpAsync(channel, message, dialogue, token), cancellationToken);
    }

    /// <summary>The line of an event.</summary>
    public static string Line(NotificationChannel channel, HaEvent entry, bool isTest)
    {
        var priority = (channel.Facility * 8) + entry.Severity switch { Severity.Alarm => 1, Severity.Warning => 4, _ => 6 };
        var at = entry.At.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var data = new StringBuilder("[haconsole@32473");
        foreach (var (name, value) in new[]
        {
            ("id", NotificationMessage.IdOf(entry)), ("pair", entry.Pair), ("epoch", entry.Epoch.ToString(CultureInfo.InvariantCulture)),
            ("sequence", entry.Sequence.ToString(CultureInfo.InvariantCulture)), ("server", entry.Server.ToString(CultureInfo.InvariantCulture)), ("test", isTest ? "true" : ""),
        })
        {
            if (value.Length > 0)
            {
                data.Append(CultureInfo.InvariantCulture, $" {name}=\"{Escaped(value)}\"");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"<{priority}>1 {at} {Word(Dns.GetHostName(), 255)} haconsole {Environment.ProcessId} {Word(entry.Kind, 32)} {data}] \uFEFF{MessageText.Line(entry.Sentence, 1000)}");
    }

    private static async Task<DeliveryResult> UdpAsync(NotificationChannel channel, NotificationMessage message, List<string> dialogue, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(channel.Host, cancellationToken).ConfigureAwait(false);
        using var client = new UdpClient(addresses[0].AddressFamily);
        var target = new IPEndPoint(addresses[0], channel.Port == 0 ? 514 : channel.Port);
        foreach (var entry in message.Events)
        {
            await client.SendAsync(Cut(Line(channel, entry, message.IsTest), LongestDatagram), target, cancellationToken).ConfigureAwait(false);
        }

        return Sending.Ok($"sent to {target} by UDP; nobody confirms that it arrived", dialogue);
    }

    private static async Task<DeliveryResult> TcpAsync(NotificationChannel channel, NotificationMessage message, List<string> dialogue, CancellationToken cancellationToken)
    {
        var isTls = channel.Transport == SyslogTransport.Tls;
        using var client = await Sending.ConnectAsync(channel.Host, channel.Port > 0 ? channel.Port : isTls ? 6514 : 514, cancellationToken).ConfigureAwait(false);
        Stream stream = client.GetStream();
        if (isTls)
        {
            stream = await Sending.SecureAsync(channel, stream, cancellationToken).ConfigureAwait(false);
        }

        await using (stream.ConfigureAwait(false))
        {
            using var all = new MemoryStream();
            foreach (var entry in message.Events)
            {
                var line = Cut(Line(channel, entry, message.IsTest), LongestLine);
                all.Write(Encoding.ASCII.GetBytes(line.Length.ToString(CultureInfo.InvariantCulture) + " "));
                all.Write(line);
            }

            await stream.WriteAsync(all.ToArray(), cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            client.Client.Shutdown(SocketShutdown.Send);
            await EndAsync(stream, cancellationToken).ConfigureAwait(false);
            return Sending.Ok($"sent to {client.Client.RemoteEndPoint} by {channel.Transport.ToString().ToUpperInvariant()}", dialogue);
        }
    }

    /// <summary>Syslog has no answer; a receiver that has gone resets the connection, which is waited for shortly.</summary>
    private static async Task EndAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LastWords);
        try
        {
            _ = await stream.ReadAsync(new byte[1], limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It keeps the connection open, as it may.
        }
    }

    private static byte[] Cut(string line, int most)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        if (bytes.Length <= most)
        {
            return bytes;
        }

        // Not in the middle of a character.
        while (most > 0 && (bytes[most] & 0xC0) == 0x80)
        {
            most--;
        }

        return bytes[..most];
    }

    private static string Word(string text, int most)
    {
        var word = new string([.. text.Where(c => c is > ' ' and <= '~').Take(most)]);
        return word.Length > 0 ? word : "-";
    }

    private static string Escaped(string text)
        => MessageText.Line(text, 200).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);
}
