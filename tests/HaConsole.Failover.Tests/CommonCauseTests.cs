using HaConsole.Failover.Tests.Bench;
using HaConsole.Failover.Tests.Table;

namespace HaConsole.Failover.Tests;

/// <summary>The same check fails on both servers: switching does not help.</summary>
public sealed class CommonCauseTests
{
    [Theory]
    [InlineData("db", "db", true, 0)]
    [InlineData("db,disk", "DB", true, 0)]
    [InlineData("disk", "db", true, 400)]
    [InlineData("", "db", true, 400)]
    [InlineData("db", "", true, 400)]
    [InlineData("db", "db", false, 400)]
    public void ApplicationError_ThatThisServerHasToo_SwitchesNothing(string own, string peer, bool switchOnError, int row)
    {
        var server = Failing(own, peer, ProbeOutcome.Unhealthy).WithSettings(p => p with { SwitchOnApplicationError = switchOnError });

        Assert.Equal(row, server.Wake().Decision.Row);
    }

    [Fact]
    public void PeerThatDoesNotAnswer_IsTakenOverFromAllTheSame()
        => Assert.Equal(400, Failing("db", "db", ProbeOutcome.NoAnswer).Wake().Decision.Row);

    [Fact]
    public void OwnChecks_AreToldToThePeerAndForgottenWhenTheyAreWell()
    {
        var server = Failing("", "db", ProbeOutcome.Unhealthy);

        server.State = FailoverMachine.Step(server.State, NodeInput.Checks(server.Now, server.Utc, "db"), server.Settings).Next;
        var report = FailoverMachine.Report(server.State, server.Settings, server.Now, null);
        Assert.Equal("db", report.FailingChecks);
        Assert.Same(report, FailoverMachine.Report(server.State, server.Settings, server.Now, report));
        Assert.False(server.Explain(400).Matched);

        var result = FailoverMachine.Step(server.State, NodeInput.Checks(server.Now, server.Utc, ""), server.Settings);
        Assert.Equal(400, result.Decision.Row);
    }

    [Fact]
    public void ManyFailingChecks_AreToldInPart()
    {
        var server = Failing(string.Join(',', Enumerable.Range(0, 100).Select(i => $"c{i}")), "", ProbeOutcome.Success);

        Assert.Equal(CommonCause.MostNames, FailoverMachine.Report(server.State, server.Settings, server.Now, null).FailingChecks.Split(',').Length);
    }

    private static OneServer Failing(string own, string peer, ProbeOutcome outcome) => RowCases.Matching(400)
        .WithSettings(p => p with { SwitchOnApplicationError = true })
        .WithPeer(p => p with { FailingChecks = peer })
        .With(s => s with { FailingChecks = own, Probe = new ProbeFact(outcome, Role.Active) });
}
