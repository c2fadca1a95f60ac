using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Notifications;
using HaConsole.Engine.Notifications.Senders;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Notifications;

/// <summary>Syslog and programs.</summary>
public sealed class SyslogAndCommandTests
{
    private static readonly HaEvent Entry = new()
    {
        Kind = "role-changed",
        Sentence = "Server \"#1\" is Active]\nnow é",
        Severity = Severity.Alarm,
        Epoch = 3,
        Sequence = 9,
        Server = 1,
        Pair = "a]b\"c",
        At = DateTimeOffset.UnixEpoch,
    };

    private static readonly NotificationMessage Message = new() { Id = NotificationMessage.IdOf(Entry), Events = [Entry, Entry with { Sequence = 10 }] };

    [Fact]
    public void A_line_has_the_form_of_RFC_5424()
    {
        var line = SyslogSender.Line(new NotificationChannel { Facility = 16 }, Entry, isTest: false);
        Assert.Matches("""^<129>1 1970-01-01T00:00:00\.000Z \S+ haconsole \d+ role-changed \[haconsole@32473 id="3\.9\.1\.0" pair="a\\]b\\"c" epoch="3" sequence="9" server="1"\] """, line);
        Assert.EndsWith("\uFEFFServer \"#1\" is Active] now é", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_UDP_each_event_is_a_datagram()
    {
        using var receiver = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var result = await SendAsync(Channel(SyslogTransport.Udp, ((IPEndPoint)receiver.Client.LocalEndPoint!).Port));
        Assert.True(result.Succeeded, result.Answer);
        Assert.Contains("sequence=\"9\"", await TextAsync(receiver), StringComparison.Ordinal);
        Assert.Contains("sequence=\"10\"", await TextAsync(receiver), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SyslogTransport.Tcp)]
    [InlineData(SyslogTransport.Tls)]
    public async Task Over_TCP_and_TLS_the_octets_are_counted(SyslogTransport transport)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        using var certificate = MailServer.SelfSigned();
        listener.Start();
        var taken = TakeAsync(listener, stream => transport == SyslogTransport.Tcp ? Task.FromResult(stream) : SecureAsync(stream, certificate));
        var result = await SendAsync(Channel(transport, ((IPEndPoint)listener.LocalEndpoint).Port) with { Fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256) });
        Assert.True(result.Succeeded, result.Answer);

        var bytes = await taken;
        var messages = new List<string>();
        while (bytes.Length > 0)
        {
            var space = Array.IndexOf(bytes, (byte)' ');
            var length = int.Parse(Encoding.ASCII.GetString(bytes, 0, space), System.Globalization.CultureInfo.InvariantCulture);
            messages.Add(Encoding.UTF8.GetString(bytes, space + 1, length));
            bytes = bytes[(space + 1 + length)..];
        }

        Assert.Equal(2, messages.Count);
        Assert.All(messages, m => Assert.StartsWith("<129>1 ", m, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_receiver_that_is_down_is_a_failure()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        Assert.False((await SendAsync(Channel(SyslogTransport.Tcp, port))).Succeeded);
    }

    [Fact]
    public async Task A_program_gets_arguments_input_and_environment_without_a_shell()
    {
        using var folder = new ScratchFolder();
        var program = Script(folder, "cat > in.json; printf '%s|%s|%s|%s' \"$1\" \"$HACONSOLE_SEVERITY\" \"$HACONSOLE_EVENT_ID\" \"$HACONSOLE_SENTENCE\" > seen; echo done");
        var result = await RunAsync(folder, new NotificationChannel { Type = ChannelType.Command, Command = program, Arguments = ["$(reboot) `x`; y"] });

        Assert.Equal((true, "exit 0: done"), (result.Succeeded, result.Answer));
        Assert.StartsWith($"$(reboot) `x`; y|alarm|{Message.Id}|2 events, the last: Server \"#1\" is Active] now", await File.ReadAllTextAsync(folder["seen"]), StringComparison.Ordinal);
        Assert.Equal(2, JsonNode.Parse(await File.ReadAllTextAsync(folder["in.json"]))!["events"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_program_that_fails_hangs_or_talks_for_ever_is_a_failure_with_its_words()
    {
        using var folder = new ScratchFolder();
        var channel = new NotificationChannel { Type = ChannelType.Command, Timeout = 1 };
        var failed = await RunAsync(folder, channel with { Command = Script(folder, "echo no line >&2; exit 3") });
        Assert.Equal((false, "exit 3: no line"), (failed.Succeeded, failed.Answer));
        var hung = await RunAsync(folder, channel with { Command = Script(folder, "sleep 600") });
        Assert.Equal((false, "no answer within 1 s"), (hung.Succeeded, hung.Answer));
        var endless = await RunAsync(folder, channel with { Command = Script(folder, "yes") });
        Assert.False(endless.Succeeded);
        Assert.False((await RunAsync(folder, channel with { Command = "/nonexistent/program" })).Succeeded);
    }

    private static string Script(ScratchFolder folder, string text)
    {
        var path = folder[$"program-{Directory.GetFiles(folder.Path).Length}"];
        File.WriteAllText(path, "#!/bin/sh\n" + text + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    private static NotificationChannel Channel(SyslogTransport transport, int port) => new() { Name = "log", Type = ChannelType.Syslog, Host = "127.0.0.1", Port = port, Transport = transport };

    private static Task<DeliveryResult> SendAsync(NotificationChannel channel) => new SyslogSender().SendAsync(channel, Message, CancellationToken.None);

    private static Task<DeliveryResult> RunAsync(ScratchFolder folder, NotificationChannel channel)
        => new CommandSender(new OwnConsoleUrl(new NodeOptions()), folder.Path).SendAsync(channel, Message, CancellationToken.None);

    private static async Task<string> TextAsync(UdpClient receiver)
        => Encoding.UTF8.GetString((await receiver.ReceiveAsync().WaitAsync(TimeSpan.FromSeconds(10))).Buffer);

    private static async Task<Stream> SecureAsync(Stream plain, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        var secure = new SslStream(plain);
        await secure.AuthenticateAsServerAsync(certificate);
        return secure;
    }

    private static async Task<byte[]> TakeAsync(TcpListener listener, Func<Stream, Task<Stream>> secure)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = await secure(client.GetStream());
        using var all = new MemoryStream();
        await stream.CopyToAsync(all).WaitAsync(TimeSpan.FromSeconds(10));
        return all.ToArray();
    }
}
