using HaConsole.Engine.Configuration;
using HaConsole.Failover;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;
using HaConsole.Web.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaConsole.Web.Tests.Operations;

public sealed class ConfigurationOperationsTests : IAsyncDisposable
{
    private static readonly Actor Admin = new("anna", Right.Administer, Origin.Console, "");
    private readonly FakeEngine engine = new();
    private readonly ConfigurationOperations operations;

    public ConfigurationOperationsTests()
    {
        var console = new ConsoleEngine();
        console.Set(engine);
        operations = new ConfigurationOperations(console, new OperationGate(console, NullLogger<OperationGate>.Instance), new HaConsole.Web.Licensing.LicenceKeeper(console, new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build(), TimeProvider.System), TimeProvider.System);
    }

    private HotStandbyParameters Now => engine.Configuration.Content.HotStandby;

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task Save_AnotherPartChangedMeanwhile_IsMadeOnTopOfIt()
    {
        var seen = Now;
        await operations.SaveCheckAsync(Admin, new CheckDefinition { Name = "web", Url = "http://127.0.0.1/" }, null);

        var result = await operations.SaveHotStandbyAsync(Admin, seen with { FailuresToSwitch = 7 }, seen);

        Assert.True(result.Succeeded);
        Assert.Equal((7, 1), (Now.FailuresToSwitch, engine.Configuration.Content.Checks.Count));
    }

    [Fact]
    public async Task Save_SamePartChangedMeanwhile_IsAConflictWithTheirs()
    {
        var seen = Now;
        await operations.SaveHotStandbyAsync(Admin with { Name = "bob" }, seen with { FailuresToSwitch = 7 }, seen);

        var result = await operations.SaveHotStandbyAsync(Admin, seen with { FailuresToSwitch = 8 }, seen);

        Assert.Equal(OperationEnd.Conflict, result.End);
        Assert.Equal(("bob", 7), (result.Value!.Document.SavedBy, result.Value.Document.Content.HotStandby.FailuresToSwitch));
        Assert.Equal(7, Now.FailuresToSwitch);
    }

    [Fact]
    public async Task Save_InvalidValue_NamesTheKeyAndChangesNothing()
    {
        var result = await operations.SaveHotStandbyAsync(Admin, Now with { HeartbeatTimeout = 40 }, Now);

        Assert.Equal(OperationEnd.Invalid, result.End);
        Assert.Equal("HotStandby:HeartbeatTimeout", Assert.Single(result.Problems).Key);
        Assert.Equal(10, Now.HeartbeatTimeout);
    }

    [Theory]
    [InlineData(Right.View)]
    [InlineData(Right.Operate)]
    public async Task Everything_WithoutTheRight_IsForbiddenAndChangesNothing(Right right)
    {
        var (actor, before) = (Admin with { May = right }, engine.Configuration);
        OperationResult[] results =
        [
            await operations.SaveHotStandbyAsync(actor, Now with { FailuresToSwitch = 7 }, Now),
            await operations.RestoreAsync(actor, before.Revision, before.Revision),
            await operations.SaveServiceAsync(actor, new ServiceDefinition { Name = "x", Command = "x" }, null),
            await operations.RemoveServiceAsync(actor, before.Content.Services[0]),
            await operations.MoveServiceAsync(actor, "cti", 1),
            await operations.SaveCheckAsync(actor, new CheckDefinition { Name = "x", Url = "http://127.0.0.1/" }, null),
        ];

        Assert.All(results, r => Assert.Equal(OperationEnd.Forbidden, r.End));
        Assert.Same(before, engine.Configuration);
    }

    [Fact]
    public async Task Service_SecretLeftEmpty_IsKeptAlsoWhenRenamed()
    {
        var seen = new ServiceDefinition { Name = "db", Command = "x", Environment = new Dictionary<string, string> { ["DB_PASSWORD"] = "deep" } };
        await operations.SaveServiceAsync(Admin, seen, null);

        await operations.SaveServiceAsync(Admin, seen with { Name = "database", Environment = new Dictionary<string, string> { ["DB_PASSWORD"] = "" } }, seen);

        var saved = engine.Configuration.Content.Services[^1];
        Assert.Equal(("database", "deep"), (saved.Name, saved.Environment["DB_PASSWORD"]));
    }

    [Fact]
    public async Task Service_ChangedBySomebodyElse_IsAConflict_AnotherServiceIsNot()
    {
        var seen = engine.Configuration.Content.Services[0];
        await operations.SaveServiceAsync(Admin, new ServiceDefinition { Name = "recorder", Command = "/bin/sleep" }, null);
        Assert.True((await operations.SaveServiceAsync(Admin, seen with { StartDelay = 1 }, seen)).Succeeded);

        Assert.Equal(OperationEnd.Conflict, (await operations.SaveServiceAsync(Admin, seen with { StartDelay = 2 }, seen)).End);
        Assert.Equal(OperationEnd.Conflict, (await operations.RemoveServiceAsync(Admin, seen)).End);
    }

    [Fact]
    public async Task Move_ChangesTheStartOrder()
    {
        await operations.SaveServiceAsync(Admin, new ServiceDefinition { Name = "recorder", Command = "/bin/sleep" }, null);

        await operations.MoveServiceAsync(Admin, "recorder", -1);

        Assert.Equal(["recorder", "cti"], engine.Configuration.Content.Services.Select(s => s.Name));
        Assert.Equal(OperationEnd.Refused, (await operations.MoveServiceAsync(Admin, "gone", 1)).End);
    }

    [Fact]
    public async Task Mute_IsKeptWithOwnerReasonAndEnd_AndFollowsARename()
    {
        var check = new CheckDefinition { Name = "web", Url = "http://127.0.0.1/" };
        await operations.SaveCheckAsync(Admin, check, null);

        await operations.MuteAsync(Admin with { May = Right.Operate }, "web", 3600, "update");
        await operations.SaveCheckAsync(Admin, check with { Name = "www" }, check);

        var mute = Assert.Single(engine.Configuration.Content.Mutes);
        Assert.Equal(("www", "anna", "update", TimeSpan.FromHours(1)), (mute.Check, mute.Owner, mute.Reason, mute.Until - mute.Since));
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(double.NaN, "")]
    [InlineData(1e9, "")]
    [InlineData(60, "line\nbreak")]
    public async Task Mute_WrongDurationOrReason_IsInvalid(double seconds, string reason)
        => Assert.Equal(OperationEnd.Invalid, (await operations.MuteAsync(Admin, "web", seconds, reason)).End);

    [Fact]
    public async Task Restore_PutsParametersServicesAndChecksBack_ButNeitherUsersNorMutes()
    {
        var first = engine.Configuration;
        await operations.SaveHotStandbyAsync(Admin, Now with { FailuresToSwitch = 7 }, Now);
        await engine.EditConfigurationAsync(c => c with { Access = new AccessConfiguration { Users = [new UserDefinition { Name = "bob" }] } }, "anna", CancellationToken.None);

        var result = await operations.RestoreAsync(Admin, first.Revision, engine.Configuration.Revision);

        Assert.True(result.Succeeded);
        Assert.Equal((5, "bob"), (Now.FailuresToSwitch, engine.Configuration.Content.Access.Users[0].Name));
        Assert.True(engine.Configuration.Revision > first.Revision);
    }

    [Fact]
    public async Task Restore_FromAnOldView_IsAConflict_UnknownRevisionIsRefused()
    {
        var first = engine.Configuration.Revision;
        await operations.SaveHotStandbyAsync(Admin, Now with { FailuresToSwitch = 7 }, Now);

        Assert.Equal(OperationEnd.Conflict, (await operations.RestoreAsync(Admin, first, first)).End);
        Assert.Equal(OperationEnd.Refused, (await operations.RestoreAsync(Admin, new Revision(99, 1, 1), engine.Configuration.Revision)).End);
    }

    [Fact]
    public void CommandLine_NamesWhatChangedAndQuotesTheRest()
    {
        var line = SettingsCommandLine.Set(Now, Now with { HeartbeatInterval = 20.5, VipAddress = "x'; rm -rf /" });

        Assert.Equal("haconsole settings set 'HotStandby:VipAddress=x'\\''; rm -rf /' HotStandby:HeartbeatInterval=20.5", line);
    }

    [Fact]
    public void Validate_SaysWhatIsWrongWithoutSaving()
    {
        var before = engine.Configuration;

        Assert.Equal(OperationEnd.Invalid, operations.Validate(Now with { FailuresToSwitch = 0 }).End);
        Assert.True(operations.Validate(Now).Succeeded);
        Assert.Same(before, engine.Configuration);
    }
}
