using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Operations;

/// <summary>A server that joins another one by its code.</summary>
public sealed class PairingTests : IAsyncLifetime
{
    private const string Reason = "The worker must be started again.";
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Join_OfALoneServer_StartsItsWorkerAgainAndSaysSo()
    {
        server.Engine.Current = server.Engine.Current with { RestartNeeded = Reason };
        var joined = await server.CommandAsync("pair", "K7QM-2XPD@127.0.0.12");

        Assert.Equal(0, joined.Code);
        Assert.Contains("Paired with 127.0.0.12. The worker of this server starts again now", joined.Output, StringComparison.Ordinal);
        Assert.Equal(["pair K7QM-2XPD 127.0.0.12", $"restart {Environment.UserName}"], server.Engine.Calls);
        Assert.Equal("pair", server.Engine.Audit.Read(0, 10)[^1].Action);
    }

    [Fact]
    public async Task Join_WithoutSupervisor_SaysWhatIsLeftToDo()
    {
        server.Engine.Current = server.Engine.Current with { RestartNeeded = Reason };
        server.Engine.RestartRefusal = "Start it by hand.";
        var joined = await server.CommandAsync("pair", "K7QM-2XPD@127.0.0.12");

        Assert.Equal((0, "Paired with 127.0.0.12. Start it by hand. Until then it runs alone."), (joined.Code, joined.Output.Trim()));
    }

    [Theory]
    [InlineData(null, null, 0)]
    [InlineData(Reason, "the code has expired", 5)]
    public async Task Join_OfAServerOfThePair_OrRefused_RestartsNothing(string? needed, string? refusal, int code)
    {
        server.Engine.Current = server.Engine.Current with { RestartNeeded = needed };
        server.Engine.PairRefusal = refusal;

        Assert.Equal(code, (await server.CommandAsync("pair", "K7QM-2XPD@127.0.0.12")).Code);
        Assert.DoesNotContain(server.Engine.Calls, call => call.StartsWith("restart", StringComparison.Ordinal));
    }
}
