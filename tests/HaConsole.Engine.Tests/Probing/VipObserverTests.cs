using HaConsole.Engine.Probing;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Probing;

public sealed class VipObserverTests
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task LookAsync_TheRequestArrivesHere_IsHere()
    {
        VipObserver? observer = null;
        await using var server = new TestWebServer(line =>
        {
            observer!.Arrived(NonceOf(line));
            return TestWebServer.Ok("OK");
        });
        using (observer = new VipObserver(TimeProvider.System, (_, _) => Task.FromResult(false)))
        {
            Assert.Equal(VipDestination.Here, await observer.LookAsync(server.Address, server.Port, Enough, CancellationToken.None));
        }
    }

    [Fact]
    public async Task LookAsync_ThePeerSaysThatItArrivedThere_IsPeer()
    {
        using var peer = new VipObserver(TimeProvider.System, (_, _) => Task.FromResult(false));
        await using var server = new TestWebServer(line =>
        {
            peer.Arrived(NonceOf(line));
            return TestWebServer.Ok("OK");
        });
        using var observer = new VipObserver(TimeProvider.System, (nonce, _) => Task.FromResult(peer.NonceArrived(nonce)));

        Assert.Equal(VipDestination.Peer, await observer.LookAsync(server.Address, server.Port, Enough, CancellationToken.None));
    }

    [Fact]
    public async Task LookAsync_SomebodyElseAnswers_IsUnknown()
    {
        await using var server = new TestWebServer(_ => TestWebServer.Ok("OK"));
        using var observer = new VipObserver(TimeProvider.System, (_, _) => Task.FromResult(false));

        Assert.Equal(VipDestination.Unknown, await observer.LookAsync(server.Address, server.Port, Enough, CancellationToken.None));
    }

    [Fact]
    public async Task LookAsync_AForeignNonce_IsNotTakenForOurs()
    {
        VipObserver? observer = null;
        await using var server = new TestWebServer(_ =>
        {
            observer!.Arrived("00112233445566778899AABBCCDDEEFF");
            return TestWebServer.Ok("OK");
        });
        using (observer = new VipObserver(TimeProvider.System, (_, _) => Task.FromResult(false)))
        {
            Assert.Equal(VipDestination.Unknown, await observer.LookAsync(server.Address, server.Port, Enough, CancellationToken.None));
        }
    }

    [Fact]
    public async Task LookAsync_NobodyAnswers_IsUnknownWithinTheTimeout()
    {
        await using var server = new TestWebServer(_ => null);
        using var observer = new VipObserver(TimeProvider.System, (_, _) => Task.FromResult(true));

        Assert.Equal(VipDestination.Unknown, await observer.LookAsync(server.Address, server.Port, TimeSpan.FromSeconds(0.2), CancellationToken.None));
    }

    [Fact]
    public void NonceArrived_RemembersTheLast64()
    {
        using var observer = new VipObserver(TimeProvider.System, (_, _) => Task.FromResult(false));
        for (var i = 0; i < 65; i++)
        {
            observer.Arrived("nonce" + i);
        }

        Assert.False(observer.NonceArrived("nonce0"));
        Assert.True(observer.NonceArrived("nonce1"));
        Assert.True(observer.NonceArrived("nonce64"));
    }

    private static string NonceOf(string requestLine) => requestLine.Split(' ')[1].Split("nonce=")[1];
}
