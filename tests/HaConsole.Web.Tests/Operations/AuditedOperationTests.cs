using HaConsole.Engine.Journal;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;
using HaConsole.Web.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaConsole.Web.Tests.Operations;

public sealed class AuditedOperationTests : IDisposable
{
    private static readonly Operation Pause = new("pause", "pair", "haconsole pause", Right.Operate) { Before = "running", After = "paused" };
    private readonly FakeEngine engine = new();
    private readonly OperationGate gate;

    public AuditedOperationTests()
    {
        var console = new ConsoleEngine();
        console.Set(engine);
        gate = new OperationGate(console, NullLogger<OperationGate>.Instance);
    }

    public void Dispose() => engine.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Fact]
    public async Task Run_Done_IsInTheAuditLogWithWhoWhereWhatAndHow()
    {
        await gate.RunAsync(new Actor("anna", Right.Operate, Origin.Api, "10.0.0.9"), Pause, () => Task.FromResult(OperationResult.Done("Automation paused")));

        var entry = Assert.Single(Entries());
        Assert.Equal(
            ("anna", "operator", "api", "10.0.0.9", "pause", "pair", "haconsole pause", "running", "paused", "done", "Automation paused"),
            (entry.User, entry.Role, entry.Origin, entry.Address, entry.Action, entry.Target, entry.CommandLine, entry.Before, entry.After, entry.Result, entry.Sentence));
    }

    [Fact]
    public async Task Run_WithoutTheRight_IsNotCarriedOutAndAuditedAsRefused()
    {
        var result = await gate.RunAsync(new Actor("vera", Right.View, Origin.Console, ""), Pause, () => throw new InvalidOperationException("carried out"));

        Assert.Equal(OperationEnd.Forbidden, result.End);
        Assert.Equal(("refused", "vera"), (Assert.Single(Entries()).Result, Entries()[0].User));
    }

    [Theory]
    [InlineData(OperationEnd.Refused, "refused")]
    [InlineData(OperationEnd.Invalid, "refused")]
    [InlineData(OperationEnd.Conflict, "refused")]
    [InlineData(OperationEnd.Failed, "failed")]
    public async Task Run_NotDone_IsAuditedWithItsEnd(OperationEnd end, string result)
    {
        await gate.RunAsync(Actor.System, Pause, () => Task.FromResult(new OperationResult(end, "because")));

        Assert.Equal((result, "because"), (Assert.Single(Entries()).Result, Entries()[0].Sentence));
    }

    [Fact]
    public async Task Run_ThatThrows_IsAuditedAsFailedAndStillThrows()
    {
        await Assert.ThrowsAsync<IOException>(() => gate.RunAsync(Actor.System, Pause, () => throw new IOException("disk gone")));

        Assert.Equal(("failed", "IOException: disk gone"), (Assert.Single(Entries()).Result, Entries()[0].Sentence));
    }

    [Fact]
    public async Task Run_ThatOnlyLooks_IsNotAuditedButAnExportIs()
    {
        var viewer = new Actor("vera", Right.View, Origin.Console, "");
        await gate.RunAsync(viewer, new Operation("switch-dry-run", "server 2", "", Right.View), () => Task.FromResult(OperationResult.Done("would")));
        await gate.RunAsync(viewer, new Operation("export-events", "", "", Right.View) { Audited = true }, () => Task.FromResult(OperationResult.Done("begun")));

        Assert.Equal("export-events", Assert.Single(Entries()).Action);
    }

    [Fact]
    public async Task Run_WithAVeryLongText_KeepsItsBeginning()
    {
        await gate.RunAsync(Actor.System, Pause with { After = new string('x', 1_000_000) }, () => Task.FromResult(OperationResult.Done("")));

        Assert.InRange(Assert.Single(Entries()).After.Length, AuditEntries.LongestField, AuditEntries.LongestField + 2);
    }

    private IReadOnlyList<AuditEntry> Entries() => engine.Audit.Read(0, 100);
}
