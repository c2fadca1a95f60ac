using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HaConsole.Engine.Checks;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Tests.Certificates;
using HaConsole.Engine.Tests.State;

namespace HaConsole.Engine.Tests.Checks;

/// <summary>Each way to look, against real sockets, processes and files on this machine.</summary>
public sealed class CheckLookTests : IDisposable
{
    private const string Answer = "HTTP/1.1 201 Created\r\nX-Mode: ready\r\nContent-Length: 13\r\nConnection: close\r\n\r\nall is well.\n";
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("", "", "", "", true, "HTTP 201")]
    [InlineData("200,204", "", "", "", false, "HTTP 201")]
    [InlineData("200-299", "is well", "error", "x-mode: ready", true, "HTTP 201")]
    [InlineData("", "is ill", "", "", false, "HTTP 201: the body does not contain is ill")]
    [InlineData("", "", "well", "", false, "HTTP 201: the body contains well")]
    [InlineData("", "", "", "X-Mode", true, "HTTP 201")]
    [InlineData("", "", "", "X-Mode: busy", false, "HTTP 201: header X-Mode is ready")]
    [InlineData("", "", "", "X-Other: 1", false, "HTTP 201: no header X-Other")]
    public async Task Http_IsJudgedByStatusBodyAndHeader(string status, string contains, string lacks, string header, bool well, string detail)
    {
        using var server = new ReplyServer(Answer);

        var look = await LookAsync(new CheckDefinition { Url = $"http://127.0.0.1:{server.Port}/", ExpectedStatus = status, BodyContains = contains, BodyLacks = lacks, Header = header });

        Assert.Equal((well, detail), (look.Succeeded, look.Detail));
    }

    [Theory]
    [InlineData(90, 30, true)]
    [InlineData(20, 30, false)]
    [InlineData(-0.5, 0, false)]
    public async Task Certificate_OfAFileAndOfAServer_IsJudgedByItsDays(double days, int least, bool well)
    {
        using var authority = new TestCertificates();
        var (certificate, key) = authority.Make(days);
        var file = folder["server.pem"];
        await File.WriteAllTextAsync(file, certificate);
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        using var server = new ReplyServer(Answer, X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null));

        var ofFile = await LookAsync(new CheckDefinition { Type = CheckType.Certificate, Path = file, LeastDays = least });
        var ofServer = await LookAsync(new CheckDefinition { Type = CheckType.Certificate, Host = "127.0.0.1", Port = server.Port, LeastDays = least });

        Assert.Equal((well, well), (ofFile.Succeeded, ofServer.Succeeded));
        Assert.Equal(ofFile.Detail, ofServer.Detail);
        Assert.StartsWith(days < 0 ? "the certificate expired on" : "the certificate is valid until", ofFile.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_OfNothing_IsAFailureWithASentence()
    {
        await File.WriteAllTextAsync(folder["text"], "no certificate");

        Assert.Contains("no certificate in", (await LookAsync(new CheckDefinition { Type = CheckType.Certificate, Path = folder["text"] })).Detail, StringComparison.Ordinal);
        Assert.False((await LookAsync(new CheckDefinition { Type = CheckType.Certificate, Path = folder["none"] })).Succeeded);
        using var plain = new ReplyServer("no TLS here\r\n");
        Assert.False((await LookAsync(new CheckDefinition { Type = CheckType.Certificate, Host = "127.0.0.1", Port = plain.Port })).Succeeded);
    }

    [Theory]
    [InlineData("", true, "10.9.8.7")]
    [InlineData("10.9.8.7", true, "10.9.8.7")]
    [InlineData("10.9.8.6", false, "10.9.8.7, not 10.9.8.6")]
    public async Task Dns_AsksThatServerForTheName(string expected, bool well, string detail)
    {
        using var server = new NameServer(code: 0);

        var look = await LookAsync(new CheckDefinition { Type = CheckType.Dns, Lookup = "pbx.example", Host = "127.0.0.1", Port = server.Port, Expected = expected });

        Assert.Equal((well, detail), (look.Succeeded, look.Detail));
        Assert.Equal("pbx.example", server.Asked);
    }

    [Fact]
    public async Task Dns_NoSuchName_IsAFailureWithASentence()
    {
        using var server = new NameServer(code: 3);

        var look = await LookAsync(new CheckDefinition { Type = CheckType.Dns, Lookup = "nobody.example", Host = "127.0.0.1", Port = server.Port });

        Assert.Equal((false, "the server knows no such name"), (look.Succeeded, look.Detail));
        Assert.True((await LookAsync(new CheckDefinition { Type = CheckType.Dns, Lookup = "localhost" })).Succeeded);
    }

    [Theory]
    [InlineData(0.000001, 0, true)]
    [InlineData(100, 0, false)]
    [InlineData(0, 1, true)]
    [InlineData(0, 2_000_000_000, false)]
    public async Task Disk_IsJudgedByPercentAndBytes(double percent, int megabytes, bool well)
    {
        var look = await LookAsync(new CheckDefinition { Type = CheckType.Disk, Path = folder.Path, LeastPercent = percent, LeastMegabytes = megabytes });

        Assert.Equal(well, look.Succeeded);
        Assert.Equal(!well, look.Detail.Contains("wanted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Disk_PathIsGone_AndMemory()
    {
        Assert.Equal("/no/such does not exist", (await LookAsync(new CheckDefinition { Type = CheckType.Disk, Path = "/no/such", LeastPercent = 1 })).Detail);
        Assert.True((await LookAsync(new CheckDefinition { Type = CheckType.Memory, LeastPercent = 0.01 })).Succeeded);
        Assert.False((await LookAsync(new CheckDefinition { Type = CheckType.Memory, LeastPercent = 100 })).Succeeded);
    }

    [Fact]
    public async Task Command_PrintsWithoutEnd_IsEnded()
    {
        var look = await LookAsync(new CheckDefinition { Type = CheckType.Command, Command = "yes" });

        Assert.Equal((false, "the command printed more than 1024 KiB and was ended"), (look.Succeeded, look.Detail));
    }

    [Fact]
    public async Task Command_ForksAwayIntoASessionOfItsOwn_LeavesNothingBehind()
    {
        var mark = folder["pid"];
        var look = await LookAsync(new CheckDefinition { Type = CheckType.Command, Command = $"setsid sh -c 'echo $$ > {mark}; exec sleep 300' > /dev/null 2>&1 & while [ ! -s {mark} ]; do :; done" });

        Assert.True(look.Succeeded, look.Detail);
        var child = (await File.ReadAllTextAsync(mark)).Trim();
        await Eventually.HoldsAsync(() => !File.Exists($"/proc/{child}/stat") || File.ReadAllText($"/proc/{child}/stat").Contains(") Z", StringComparison.Ordinal), "what was forked away is gone");
    }

    [Fact]
    public async Task Sql_WithoutADatabaseClient_IsAFailure()
        => Assert.False((await LookAsync(new CheckDefinition { Type = CheckType.Sql, ConnectionVariable = "X" })).Succeeded);

    [Fact]
    public async Task Looks_ManyAtOnce_AreFewAtATime()
    {
        var started = folder["started"];
        await using var runner = new CheckRunner(TimeProvider.System);
        runner.Configure([.. Enumerable.Range(0, 30).Select(i => new CheckDefinition
        {
            Name = $"c{i}",
            Type = CheckType.Command,
            Command = $"echo x >> {started}; while [ ! -e {folder["go"]} ]; do sleep 0.05; done",
            Timeout = 60,
            Interval = 3600,
        })]);
        await Eventually.HoldsAsync(() => File.Exists(started) && File.ReadAllLines(started).Length > 0, "some have started");
        Assert.InRange((await File.ReadAllLinesAsync(started)).Length, 1, 8);

        await File.WriteAllTextAsync(folder["go"], "");

        await Eventually.HoldsAsync(() => runner.Current.All(c => c.State == CheckState.Up), "all had their turn");
    }

    private static async Task<CheckLook> LookAsync(CheckDefinition check)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var definition = check with { Name = "check", Timeout = 20, Interval = 20 };
        return await CheckLooks.LookAsync(definition, new CheckTools(TimeProvider.System, null), new LinkSelector(definition), limit.Token);
    }

    /// <summary>Answers every connection with the same bytes, in TLS when it has a certificate.</summary>
    private sealed class ReplyServer : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly X509Certificate2? certificate;

        public ReplyServer(string answer, X509Certificate2? certificate = null)
        {
            this.certificate = certificate;
            listener.Start();
            Port = ((IPEndPoint)listener.LocalEndpoint).Port;
            _ = ServeAsync(Encoding.ASCII.GetBytes(answer));
        }

        public int Port { get; }

        public void Dispose()
        {
            listener.Dispose();
            certificate?.Dispose();
        }

        private async Task ServeAsync(byte[] answer)
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    await AnswerAsync(client, answer);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test has ended.
            }
        }

        private async Task AnswerAsync(TcpClient client, byte[] answer)
        {
            try
            {
                if (certificate is not null)
                {
                    await using var secure = new SslStream(client.GetStream());
                    await secure.AuthenticateAsServerAsync(certificate);
                    return;
                }

                await client.GetStream().WriteAsync(answer);
                client.Client.Shutdown(SocketShutdown.Send);
                var rest = new byte[4096];
                while (await client.GetStream().ReadAsync(rest) > 0)
                {
                    // Until the other side has closed: else what it sends late would reset the connection.
                }
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException or SocketException)
            {
                // It went away, or did not like the certificate.
            }
        }
    }

    /// <summary>Answers every question with 10.9.8.7, or with a code.</summary>
    private sealed class NameServer : IDisposable
    {
        private readonly UdpClient socket = new(new IPEndPoint(IPAddress.Loopback, 0));

        public NameServer(int code)
        {
            Port = ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
            _ = ServeAsync(code);
        }

        public int Port { get; }

        public string Asked { get; private set; } = "";

        public void Dispose() => socket.Dispose();

        private async Task ServeAsync(int code)
        {
            try
            {
                while (true)
                {
                    var question = await socket.ReceiveAsync();
                    var labels = new List<string>();
                    for (var at = 12; question.Buffer[at] > 0; at += question.Buffer[at] + 1)
                    {
                        labels.Add(Encoding.ASCII.GetString(question.Buffer, at + 1, question.Buffer[at]));
                    }

                    Asked = string.Join('.', labels);
                    byte[] answer = [.. question.Buffer, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 9, 8, 7];
                    (answer[2], answer[3], answer[7]) = (0x81, (byte)(0x80 | code), (byte)(code == 0 ? 1 : 0));
                    await socket.SendAsync(answer, question.RemoteEndPoint);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test has ended.
            }
        }
    }
}
