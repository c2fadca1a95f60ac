using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace HaConsole.Engine.Notifications.Senders;

/// <summary>The mail server says no.</summary>
internal sealed class SmtpRefusedException(int code, string answer) : Exception(answer)
{
    /// <summary>It will say no again (5xx), not only for now (4xx).</summary>
    public bool IsFinal => code >= 500;
}

/// <summary>One conversation with a mail server (RFC 5321), with everything that is said except secrets.</summary>
internal sealed class SmtpSession(TcpClient client, List<string> dialogue) : IAsyncDisposable
{
    private const int LongestReply = 64 * 1024;

    private readonly byte[] buffer = new byte[4096];
    private Stream stream = client.GetStream();
    private int held;

    /// <summary>What the server can, in capital letters, since the last greeting.</summary>
    public IReadOnlyList<string> Abilities { get; private set; } = [];

    /// <summary>Waits for the server's first words.</summary>
    public async Task GreetedAsync(CancellationToken cancellationToken) => await ExpectAsync(220, cancellationToken).ConfigureAwait(false);

    /// <summary>Greets; again after TLS has begun.</summary>
    public async Task HelloAsync(string name, CancellationToken cancellationToken)
    {
        var reply = await AskAsync("EHLO " + name, 250, cancellationToken).ConfigureAwait(false);
        Abilities = [.. reply.Skip(1).Select(line => line.ToUpperInvariant())];
    }

    /// <summary>Goes on in TLS. What came before it in clear text is forgotten (CVE-2011-0411).</summary>
    public async Task SecureAsync(Func<Stream, Task<Stream>> secure)
    {
        if (held > 0)
        {
            throw new IOException("the server sent more than its answer before TLS began");
        }

        stream = await secure(stream).ConfigureAwait(false);
        dialogue.Add("* TLS");
        Abilities = [];
    }

    /// <summary>Says a line and expects an answer.</summary>
    /// <param name="line">What.</param>
    /// <param name="expected">Code of the answer that is wanted.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="shown">What is shown of it instead; null: all.</param>
    /// <exception cref="SmtpRefusedException">Another answer.</exception>
    public async Task<IReadOnlyList<string>> AskAsync(string line, int expected, CancellationToken cancellationToken, string? shown = null)
    {
        if (line.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
        {
            throw new IOException("a line of the conversation holds a line break");
        }

        dialogue.Add("> " + (shown ?? line));
        await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellationToken).ConfigureAwait(false);
        return await ExpectAsync(expected, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a mail's text after DATA: lines that begin with a dot get a second one.</summary>
    public async Task<IReadOnlyList<string>> TextAsync(string text, CancellationToken cancellationToken)
    {
        var stuffed = text.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        dialogue.Add(string.Create(CultureInfo.InvariantCulture, $"> ({stuffed.Length} bytes)"));
        await stream.WriteAsync(Encoding.UTF8.GetBytes(stuffed + (stuffed.EndsWith("\r\n", StringComparison.Ordinal) ? ".\r\n" : "\r\n.\r\n")), cancellationToken).ConfigureAwait(false);
        return await ExpectAsync(250, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        client.Dispose();
    }

    private async Task<IReadOnlyList<string>> ExpectAsync(int expected, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (true)
        {
            var line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            dialogue.Add("< " + Sending.Short(line));
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                throw new IOException($"this is no mail server: {Sending.Short(line)}");
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] != '-')
            {
                return code == expected ? lines : throw new SmtpRefusedException(code, $"{code} {string.Join(' ', lines)}");
            }

            if (lines.Count > 100)
            {
                throw new IOException("the answer has no end");
            }
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length < LongestReply)
        {
            if (held == 0)
            {
                held = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (held == 0)
                {
                    throw new IOException("the server closed the connection");
                }
            }

            var end = Array.IndexOf(buffer, (byte)'\n', 0, held);
            var taken = end < 0 ? held : end + 1;
            line.Append(Encoding.UTF8.GetString(buffer, 0, taken));
            held -= taken;
            Array.Copy(buffer, taken, buffer, 0, held);
            if (end >= 0)
            {
                return line.ToString().TrimEnd('\r', '\n');
            }
        }

        throw new IOException("the answer has no end");
    }
}
