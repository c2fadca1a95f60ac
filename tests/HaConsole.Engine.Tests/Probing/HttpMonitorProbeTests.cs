using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HaConsole.Engine.Probing;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Probing;

public sealed class HttpMonitorProbeTests
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nIPSWS=OK", false, ProbeOutcome.Success)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nIPSWS=OK", true, ProbeOutcome.Success)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nIPSWS=OK\r\n", true, ProbeOutcome.Success)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\nIPSWS=ERROR cti", false, ProbeOutcome.Success)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\nIPSWS=ERROR cti", true, ProbeOutcome.Unhealthy)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", false, ProbeOutcome.Unhealthy)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", false, ProbeOutcome.Unhealthy)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", false, ProbeOutcome.Unhealthy)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", false, ProbeOutcome.NoAnswer)]
    [InlineData("", false, ProbeOutcome.NoAnswer)]
    public async Task ProbeAsync_AnAnswer_IsJudgedAsTheGuideSays(string answer, bool needsApplicationOk, ProbeOutcome expected)
    {
        await using var server = new TestWebServer(_ => answer);
        using var probe = new HttpMonitorProbe(TimeProvider.System);

        var fact = await probe.ProbeAsync(server.Address, server.Port, needsApplicationOk, askRole: false, Enough, CancellationToken.None);

        Assert.Equal(new ProbeFact(expected, Role.Unknown), fact);
    }

    [Theory]
    [InlineData("ACTIVE", Role.Active)]
    [InlineData("STANDBY", Role.Standby)]
    [InlineData("INACTIVE", Role.Unknown)]
    public async Task ProbeAsync_AskedForTheRole_ReadsIt(string body, Role expected)
    {
        await using var server = new TestWebServer(line => TestWebServer.Ok(line.Contains("mod=FT", StringComparison.Ordinal) ? body : "IPSWS=OK"));
        using var probe = new HttpMonitorProbe(TimeProvider.System);

        var fact = await probe.ProbeAsync(server.Address, server.Port, needsApplicationOk: true, askRole: true, Enough, CancellationToken.None);

        Assert.Equal(new ProbeFact(ProbeOutcome.Success, expected), fact);
    }

    [Fact]
    public async Task ProbeAsync_ByIPv6_Works()
    {
        await using var server = new TestWebServer(_ => TestWebServer.Ok("IPSWS=OK"), "::1");
        using var probe = new HttpMonitorProbe(TimeProvider.System);

        var fact = await probe.ProbeAsync("::1", server.Port, needsApplicationOk: true, askRole: false, Enough, CancellationToken.None);

        Assert.Equal(ProbeOutcome.Success, fact.Outcome);
    }

    [Fact]
    public async Task ProbeAsync_Refused_IsNoAnswer()
    {
        int port;
        await using (var server = new TestWebServer(_ => null))
        {
            port = server.Port;
        }

        using var probe = new HttpMonitorProbe(TimeProvider.System);
        var fact = await probe.ProbeAsync("127.0.0.41", port, needsApplicationOk: false, askRole: true, Enough, CancellationToken.None);

        Assert.Equal(new ProbeFact(ProbeOutcome.NoAnswer, Role.Unknown) { IsRefused = true }, fact);
    }

    [Fact]
    public async Task ProbeAsync_AServerThatTakesTheConnectionAndSaysNothing_IsNoAnswerWithinTheTimeout()
    {
        await using var server = new TestWebServer(_ => null);
        using var probe = new HttpMonitorProbe(TimeProvider.System);

        var clock = Stopwatch.StartNew();
        var fact = await probe.ProbeAsync(server.Address, server.Port, needsApplicationOk: false, askRole: false, TimeSpan.FromSeconds(0.2), CancellationToken.None);

        Assert.Equal(ProbeOutcome.NoAnswer, fact.Outcome);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.15, 3);
    }

    [Fact]
    public async Task ProbeAsync_AFullBacklog_IsNoAnswerWithinTheTimeout()
    {
        // Nobody accepts: the handshake of further connections is never finished.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.42"), 0));
        full.Listen(0);
        var port = ((IPEndPoint)full.LocalEndPoint!).Port;
        using var first = new TcpClient();
        await first.ConnectAsync("127.0.0.42", port);
        using var probe = new HttpMonitorProbe(TimeProvider.System);

        var clock = Stopwatch.StartNew();
        var fact = await probe.ProbeAsync("127.0.0.42", port, needsApplicationOk: false, askRole: true, TimeSpan.FromSeconds(0.2), CancellationToken.None);

        Assert.Equal(ProbeOutcome.NoAnswer, fact.Outcome);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.15, 3);
    }

    [Fact]
    public async Task ProbeAsync_ABodyThatNeverEnds_IsReadOnlyToItsLimit()
    {
        await using var server = new TestWebServer(_ => "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + new string('x', 5000));
        using var probe = new HttpMonitorProbe(TimeProvider.System);

        var fact = await probe.ProbeAsync(server.Address, server.Port, needsApplicationOk: true, askRole: false, Enough, CancellationToken.None);

        Assert.Equal(ProbeOutcome.Unhealthy, fact.Outcome);
    }

    [Fact]
    public async Task ProbeAsync_EachProbe_MakesAConnectionOfItsOwn()
    {
        await using var server = new TestWebServer(_ => TestWebServer.Ok("IPSWS=OK"));
        using var probe = new HttpMonitorProbe(TimeProvider.System);

        for (var i = 0; i < 5; i++)
        {
            await probe.ProbeAsync(server.Address, server.Port, needsApplicationOk: true, askRole: false, Enough, CancellationToken.None);
        }

        Assert.Equal(5, server.Connections);
    }

    [Fact]
    public async Task ProbeAsync_Cancelled_IsNoAnswerAtOnce()
    {
        await using var server = new TestWebServer(_ => null);
        using var probe = new HttpMonitorProbe(TimeProvider.System);
        using var cancel = new CancellationTokenSource();

        var probing = probe.ProbeAsync(server.Address, server.Port, needsApplicationOk: false, askRole: false, TimeSpan.FromMinutes(5), cancel.Token);
        await cancel.CancelAsync();

        Assert.Equal(ProbeOutcome.NoAnswer, (await probing).Outcome);
    }
}
