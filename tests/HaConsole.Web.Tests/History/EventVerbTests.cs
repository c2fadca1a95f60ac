using HaConsole.Engine.Journal;
using HaConsole.Failover;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.History;

/// <summary><c>haconsole events</c>: what is listed, what an acknowledgement leaves behind, exit codes.</summary>
public sealed class EventVerbTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync()
    {
        server = await RunningServer.StartAsync();
        server.Engine.Record(new HaEvent { Kind = "role-changed", Severity = Severity.Info, Sentence = "Server #1 is Active." });
        server.Engine.Record(new HaEvent { Kind = "start-failed", Severity = Severity.Alarm, Sentence = "A managed service did not start within its budget." });
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Ack_ByTheIdThatTheListShows_IsKeptWithItsNoteAndAudited()
    {
        var before = await server.CommandAsync("events", "list", "--open");
        var ack = await server.CommandAsync("events", "ack", "1-2", "--note", "it's the disk");
        var after = await server.CommandAsync("events", "list", "--open");
        var all = await server.CommandAsync("events", "list");

        Assert.Equal((0, 0, 0, 0), (before.Code, ack.Code, after.Code, all.Code));
        Assert.Contains("1-2", Assert.Single(before.Output.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal("Acknowledged.", ack.Output.Trim());
        Assert.Equal("no events", after.Output.Trim());
        Assert.Contains($"(acknowledged by {Environment.UserName})", all.Output, StringComparison.Ordinal);
        var remark = EventRemark.Read(server.Engine.Latest(1)[0])!;
        Assert.Equal((1, 2L, Environment.UserName, "it's the disk", true), (remark.Server, remark.Sequence, remark.User, remark.Text, remark.Acknowledges));
        Assert.Equal("haconsole events ack 1-2 --note 'it'\\''s the disk'", Assert.Single(server.Engine.Audit.Read(0, 10)).CommandLine);
    }

    [Fact]
    public async Task Note_IsAddedWithoutAcknowledging()
    {
        var note = await server.CommandAsync("events", "note", "1-2", "seen by night shift");

        Assert.Equal((0, "Note added."), (note.Code, note.Output.Trim()));
        Assert.False(EventRemark.Read(server.Engine.Latest(1)[0])!.Acknowledges);
        Assert.Equal("haconsole events note 1-2 'seen by night shift'", Assert.Single(server.Engine.Audit.Read(0, 10)).CommandLine);
    }

    [Fact]
    public async Task Ack_OfAnEventThatIsNowhere_5()
    {
        var result = await server.CommandAsync("events", "ack", "1-99");

        Assert.Equal((5, ""), (result.Code, result.Output));
        Assert.Contains("Event 99 of server #1 cannot be found now.", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ack", "12")]
    [InlineData("ack", "3-1")]
    [InlineData("ack", "1-0")]
    [InlineData("ack", "1-2-3")]
    [InlineData("note", "1-x", "text")]
    [InlineData("list", "--limit", "0")]
    public async Task WhatIsNoId_64(params string[] words)
        => Assert.Equal(64, (await server.CommandAsync(["events", .. words])).Code);
}
