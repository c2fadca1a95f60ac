using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace HaConsole.Engine.Tests.Notifications;

/// <summary>A mail that was taken.</summary>
internal sealed record Mail(string From, IReadOnlyList<string> To, string Text, string User, bool Encrypted)
{
    /// <summary>A header, unfolded; empty when there is none.</summary>
    public string Header(string name)
        => Text.Split("\r\n\r\n")[0].Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n").FirstOrDefault(l => l.StartsWith(name + ": ", StringComparison.Ordinal))?[(name.Length + 2)..] ?? "";

    public string Body => Encoding.UTF8.GetString(Convert.FromBase64String(Text[(Text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..].Replace("\r\n", "", StringComparison.Ordinal)));
}

/// <summary>A mail server with STARTTLS and AUTH PLAIN and LOGIN, for one user: <c>ha</c>, <c>secret</c>.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly X509Certificate2 certificate = SelfSigned();
    private readonly Task task;

    public MailServer()
    {
        listener.Start();
        task = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Fingerprint => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    public ConcurrentQueue<Mail> Mails { get; } = new();

    /// <summary>Lines that clients said in clear text.</summary>
    public ConcurrentQueue<string> InClear { get; } = new();

    public bool OffersStarttls { get; set; } = true;

    public bool IsTlsAtOnce { get; set; }

    public string AuthWays { get; set; } = "PLAIN LOGIN";

    /// <summary>Accepts connections and says nothing.</summary>
    public bool Hangs { get; set; }

    /// <summary>Answer to each receiver.</summary>
    public Func<string, string> Receiver { get; set; } = _ => "250 ok";

    public static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=elsewhere.example", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Dispose();
        await task;
        certificate.Dispose();
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var talks = new List<Task>();
        try
        {
            while (true)
            {
                talks.Add(TalkAsync(await listener.AcceptTcpClientAsync(end.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                if (Hangs)
                {
                    await Task.Delay(Timeout.Infinite, end.Token);
                }

                Stream stream = client.GetStream();
                if (IsTlsAtOnce)
                {
                    stream = await SecureAsync(stream);
                }

                await new Talk(this, stream).RunAsync();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client has gone, or does not like the certificate.
        }
    }

    private async Task<Stream> SecureAsync(Stream plain)
    {
        var secure = new SslStream(plain);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, end.Token);
        return secure;
    }

    private sealed class Talk(MailServer server, Stream stream)
    {
        private string user = "";
        private string from = "";
        private readonly List<string> to = [];

        public async Task RunAsync()
        {
            await SayAsync("220 mail.example");
            while (await ReadAsync() is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                switch (verb)
                {
                    case "EHLO":
                        await SayAsync("250-mail.example");
                        if (server.OffersStarttls && stream is not SslStream)
                        {
                            await SayAsync("250-STARTTLS");
                        }

                        await SayAsync(stream is SslStream ? "250 AUTH " + server.AuthWays : "250 8BITMIME");
                        break;
                    case "STARTTLS":
                        await SayAsync("220 go on");
                        stream = await server.SecureAsync(stream);
                        break;
                    case "AUTH" when line.StartsWith("AUTH PLAIN ", StringComparison.Ordinal):
                        await SignInAsync(Text(line[11..]).Split('\0') is [_, var name, var password] ? (name, password) : default);
                        break;
                    case "AUTH":
                        await SayAsync("334 VXNlcm5hbWU6");
                        var given = Text((await ReadAsync())!);
                        await SayAsync("334 UGFzc3dvcmQ6");
                        await SignInAsync((given, Text((await ReadAsync())!)));
                        break;
                    case "MAIL":
                        from = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..^1];
                        await SayAsync("250 ok");
                        break;
                    case "RCPT":
                        var receiver = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..^1];
                        var answer = server.Receiver(receiver);
                        if (answer.StartsWith("250", StringComparison.Ordinal))
                        {
                            to.Add(receiver);
                        }

                        await SayAsync(answer);
                        break;
                    case "DATA":
                        await SayAsync("354 go on");
                        await TakeAsync();
                        await SayAsync("250 2.0.0 taken as 4711");
                        break;
                    case "QUIT":
                        await SayAsync("221 bye");
                        return;
                    default:
                        await SayAsync("500 what?");
                        break;
                }
            }
        }

        private async Task SignInAsync((string Name, string Password) who)
        {
            user = who.Name;
            await SayAsync(who == ("ha", "secret") ? "235 welcome" : "535 5.7.8 wrong user or password");
        }

        private async Task TakeAsync()
        {
            var text = new StringBuilder();
            while (await ReadAsync() is { } line && line != ".")
            {
                text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            }

            server.Mails.Enqueue(new Mail(from, [.. to], text.ToString(), user, stream is SslStream));
        }

        private async Task SayAsync(string line) => await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), server.end.Token);

        private async Task<string?> ReadAsync()
        {
            var line = new List<byte>();
            var one = new byte[1];
            while (await stream.ReadAsync(one, server.end.Token) == 1)
            {
                if (one[0] == '\n')
                {
                    var text = Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
                    if (stream is not SslStream)
                    {
                        server.InClear.Enqueue(text);
                    }

                    return text;
                }

                line.Add(one[0]);
            }

            return null;
        }

        private static string Text(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
    }
}
