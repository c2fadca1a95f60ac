using HaConsole.Failover.Tests.Bench;

namespace HaConsole.Failover.Tests.Table;

/// <summary>Every row matches when it should, and each of its guards alone blocks it and says why.</summary>
public sealed class RowTests
{
    /// <summary>Rows that match without changing anything by themselves.</summary>
    private static readonly int[] Quiet = [100, 310];

    public static TheoryData<int> Rows { get; } = [.. TransitionTable.Rows.Select(row => row.Number)];

    public static TheoryData<int, int, string> Blocks { get; } = MakeBlocks();

    [Fact]
    public void Rows_AreNumberedUpwardsOnceEachAndSayWhatTheyDo()
    {
        var numbers = TransitionTable.Rows.Select(row => row.Number).ToArray();

        Assert.Equal([100, 101, 110, 120, 130, 200, 210, 220, 230, 300, 305, 306, 310, 400, 410, 420, 430], numbers);
        Assert.All(TransitionTable.Rows, row =>
        {
            Assert.False(string.IsNullOrWhiteSpace(row.When));
            Assert.False(string.IsNullOrWhiteSpace(row.Then));
            Assert.False(string.IsNullOrWhiteSpace(row.Guide));
            Assert.Equal(row.Guards.Count, row.Guards.Select(guard => guard.Name).Distinct().Count());
        });
    }

    [Fact]
    public void Cases_CoverEveryGuardOfEveryRow()
    {
        var wanted = TransitionTable.Rows.SelectMany(row => row.Guards.Select(guard => $"{row.Number} {guard.Name}"));
        var covered = RowCases.Blocks.Select(block => $"{block.Row} {block.Guard}").ToHashSet();

        Assert.All(wanted, one => Assert.Contains(one, covered));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_WhoseGuardsAllHold_MatchesFirstAndActs(int number)
    {
        var server = RowCases.Matching(number);
        var explanations = FailoverMachine.Explain(server.State, server.Settings, server.Now, server.Utc);
        var first = explanations.First(row => row.Matched);
        Assert.Equal(number, first.Row);
        Assert.DoesNotContain("Not now", first.Sentence, StringComparison.Ordinal);
        server.Wake();

        Assert.Equal(Quiet.Contains(number) ? 0 : number, server.Last.Decision.Row);
        Assert.Equal(Quiet.Contains(number), server.Last.Decision.Sentence.Length == 0);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_ThatActivates_MakesThisServerActiveInAHigherEpoch(int number)
    {
        var row = TransitionTable.Rows.Single(one => one.Number == number);
        var server = RowCases.Matching(number);
        var before = server.State.HighestEpoch;
        var role = server.State.Role;
        server.Wake();

        if (row.Activates)
        {
            Assert.Equal(Role.Active, server.State.Role);
            Assert.Equal(before.Next, server.State.Epoch);
            Assert.Equal(number, server.State.RoleRow);
        }
        else
        {
            Assert.True(server.State.Role == role || server.State.Role == Role.Standby);
            Assert.Equal(number == 220 ? before.Next : before, server.State.HighestEpoch);
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Guard_ThatDoesNotHold_AloneBlocksTheRowAndSaysWhy(int index, int number, string guard)
    {
        var block = RowCases.Blocks[index];
        var server = RowCases.Matching(number);
        block.Change(server);
        var explanation = server.Explain(number);

        Assert.False(explanation.Matched);
        Assert.Contains("Not now: ", explanation.Sentence, StringComparison.Ordinal);
        Assert.Contains(block.WhyNot, explanation.Sentence, StringComparison.Ordinal);
        var row = TransitionTable.Rows.Single(one => one.Number == number);
        var turn = new Turn(server.State, server.Settings, server.Now, server.Utc);
        Assert.Equal(guard, FirstFailing(row, turn));
        Assert.NotEqual(number, server.Wake().Decision.Row);
    }

    [Fact]
    public void Row400_WithOwnHealthBad_ActsAt2NWhenThePeerDoesNotAnswerAtAll()
    {
        var server = RowCases.Matching(400);
        server.State.Local = new LocalFacts(LanState.Up, SelfHealth.Failed, VipDestination.Unknown);
        server.State.ExchangeFailedAt = OneServer.T0;
        server.State.Counters = new Counters { PeerFail = 5 };
        Assert.Equal(0, server.Wake().Decision.Row);
        server.State.Counters = new Counters { PeerFail = 6 };

        Assert.Equal(400, server.Wake().Decision.Row);
    }

    [Fact]
    public void Row430_OverHttpAlone_IsForServer1At2NAndNeverForServer2()
    {
        foreach (var rank in new[] { Rank.Primary, Rank.Backup })
        {
            var server = OneServer.In(Role.Standby, Role.Standby, rank).With(s => s with { Peer = null, Counters = new Counters { BothStandby = 5 } });
            Assert.Equal(0, server.Wake().Decision.Row);
            server.State.Counters = new Counters { BothStandby = 6 };
            Assert.Equal(rank == Rank.Primary ? 430 : 0, server.Wake().Decision.Row);
        }
    }

    [Fact]
    public void Row430_WhenServer1IsUnfit_IsForServer2()
    {
        foreach (var unfit in new Func<PeerReport, PeerReport>[]
                 {
                     p => p with { Self = SelfHealth.Failed }, p => p with { OutOfResumptions = true }, p => p with { Leaving = true },
                 })
        {
            var server = OneServer.In(Role.Standby, Role.Standby, Rank.Backup).With(s => s with { Counters = new Counters { BothStandby = 3 } });
            Assert.Equal(0, server.Wake().Decision.Row);
            Assert.Equal(430, server.WithPeer(unfit).Wake().Decision.Row);
        }
    }

    [Fact]
    public void Row430_WhenBothAreUnhealthy_IsForServer1()
    {
        var server = RowCases.Matching(430).WithPeer(p => p with { Self = SelfHealth.Failed });
        server.State.Local = new LocalFacts(LanState.Up, SelfHealth.Failed, VipDestination.Unknown);

        Assert.Equal(430, server.Wake().Decision.Row);
    }

    [Fact]
    public void RowsBelow310_DoNotActWhilePaused()
    {
        foreach (var number in new[] { 400, 410, 420, 430 })
        {
            var server = RowCases.Matching(number);
            server.WithControls(c => c with { Pause = server.Control() }).State.WasPaused = true;
            Assert.Equal(0, server.Wake().Decision.Row);
        }
    }

    [Fact]
    public void RowsUpTo306_ActWhilePaused()
    {
        foreach (var number in TransitionTable.Rows.Select(row => row.Number).Where(number => number is > 100 and < 310))
        {
            var server = RowCases.Matching(number);
            server.WithControls(c => c with { Pause = server.Control() }).State.WasPaused = true;
            Assert.Equal(number, server.Wake().Decision.Row);
        }
    }

    private static string? FirstFailing(TransitionRow row, Turn turn)
    {
        foreach (var guard in row.Guards)
        {
            if (!guard.Holds(turn))
            {
                return guard.Name;
            }
        }

        return null;
    }

    private static TheoryData<int, int, string> MakeBlocks()
    {
        var data = new TheoryData<int, int, string>();
        for (var i = 0; i < RowCases.Blocks.Count; i++)
        {
            data.Add(i, RowCases.Blocks[i].Row, RowCases.Blocks[i].Guard);
        }

        return data;
    }
}
