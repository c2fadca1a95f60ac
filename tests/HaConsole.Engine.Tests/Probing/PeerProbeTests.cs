using HaConsole.Engine.Probing;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Probing;

public sealed class PeerProbeTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(ProbeOutcome.Success)]
    [InlineData(ProbeOutcome.Unhealthy)]
    public async Task AnAnswerOfTheMonitorUrl_Counts_AndNobodyElseIsAsked(ProbeOutcome outcome)
    {
        await using var server = new TestWebServer(_ => TestWebServer.Ok(outcome == ProbeOutcome.Success ? "IPSWS=OK" : "IPSWS=ERROR cti"));
        var asked = 0;

        var fact = await AskAsync(server.Address, server.Port, _ => Interlocked.Increment(ref asked) > 0);

        Assert.Equal((outcome, 0), (fact.Outcome, asked));
    }

    [Theory]
    [InlineData(true, ProbeOutcome.Success)]
    [InlineData(false, ProbeOutcome.NoAnswer)]
    public async Task Silence_IsWhatThePeerSaysOverTheLink(bool isWell, ProbeOutcome expected)
    {
        await using var silent = new TestWebServer(_ => null);

        var fact = await AskAsync(silent.Address, silent.Port, _ => isWell);

        Assert.Equal(expected, fact.Outcome);
    }

    [Fact]
    public async Task ARefusal_IsNoAnswer_WhateverTheLinkSays()
    {
        int port;
        await using (var gone = new TestWebServer(_ => null))
        {
            port = gone.Port;
        }

        var fact = await AskAsync("127.0.0.41", port, _ => true);

        Assert.Equal(ProbeOutcome.NoAnswer, fact.Outcome);
    }

    private static async Task<ProbeFact> AskAsync(string address, int port, Func<bool, bool> overLink)
    {
        using var monitor = new HttpMonitorProbe(TimeProvider.System);
        var probe = new PeerProbe(monitor, (needsOk, _, _) => Task.FromResult(overLink(needsOk)), TimeProvider.System);
        return await probe.ProbeAsync(address, port, needsApplicationOk: true, askRole: false, Timeout, CancellationToken.None);
    }
}
