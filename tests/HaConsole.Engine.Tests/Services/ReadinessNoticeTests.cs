using System.Net.Sockets;
using System.Text;
using HaConsole.Engine.Services;

namespace HaConsole.Engine.Tests.Services;

/// <summary>What systemd hears of a server.</summary>
public sealed class ReadinessNoticeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ready_IsHeard(bool isAbstract)
    {
        var directory = Directory.CreateTempSubdirectory("notice-");
        try
        {
            var path = Path.Combine(directory.FullName, "notify");
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + path : path));
            ReadinessNotice.Send(isAbstract ? "@" + path : path, ReadinessNotice.Ready);
            var heard = new byte[100];
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(10));

            Assert.Equal("READY=1", Encoding.UTF8.GetString(heard, 0, await socket.ReceiveAsync(heard, bound.Token)));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/nonexistent/notify")]
    public void NobodyWhoListens_IsNoError(string? address) => Assert.Null(Record.Exception(() => ReadinessNotice.Send(address, ReadinessNotice.Stopping)));

    [Fact]
    public void Address_IsTakenOutOfTheEnvironment()
    {
        Environment.SetEnvironmentVariable(ReadinessNotice.Variable, "/run/notify");

        Assert.Equal("/run/notify", ReadinessNotice.Take());
        Assert.Null(ReadinessNotice.Take());
        Assert.Null(Environment.GetEnvironmentVariable(ReadinessNotice.Variable));
    }
}
