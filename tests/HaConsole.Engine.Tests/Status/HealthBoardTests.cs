using System.Text;
using HaConsole.Engine.Status;
using HaConsole.Engine.Tests.Loop;

namespace HaConsole.Engine.Tests.Status;

public sealed class HealthBoardTests
{
    private static readonly TimeSpan FrozenAfter = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_board_whose_loop_stands_still_does_not_look_alive()
    {
        var time = new ManualTime();
        var board = new HealthBoard(time);
        board.SetApplicationErrors([]);
        board.Turn(answersActive: true, isReady: true, FrozenAfter);
        Assert.Equal(("ACTIVE", "IPSWS=OK", true, true, true), Answers(board));

        time.Advance(FrozenAfter);
        Assert.Equal(("STANDBY", "IPSWS=ERROR engine", false, false, false), Answers(board));

        board.Turn(answersActive: false, isReady: true, FrozenAfter);
        Assert.Equal(("STANDBY", "IPSWS=OK", true, false, true), Answers(board));
    }

    [Fact]
    public void SetApplicationErrors_NamesThem()
    {
        var board = new HealthBoard(new ManualTime());
        board.Turn(answersActive: true, isReady: true, FrozenAfter);

        board.SetApplicationErrors(["cti", "database"]);

        Assert.Equal(("ACTIVE", "IPSWS=ERROR cti,database", true, true, false), Answers(board));
    }

    private static (string FaultTolerance, string Application, bool Live, bool Active, bool Ready) Answers(HealthBoard board)
        => (Encoding.ASCII.GetString(board.FaultTolerance.Span), Encoding.ASCII.GetString(board.Application.Span), board.IsLive, board.IsActive, board.IsReady);
}
