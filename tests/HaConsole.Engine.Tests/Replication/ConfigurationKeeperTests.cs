using System.Collections.Concurrent;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Replication;
using HaConsole.Engine.Tests.Loop;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaConsole.Engine.Tests.Replication;

public sealed class ConfigurationKeeperTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly ScratchFolder folder = new();
    private readonly ScriptedLink link = new();
    private readonly ConcurrentQueue<string> events = new();
    private readonly ConfigurationStore store;
    private readonly ConfigurationKeeper keeper;
    private bool serves;

    public ConfigurationKeeperTests()
    {
        store = new ConfigurationStore(folder.Path, TimeProvider.System);
        store.Initial(Content(1));
        keeper = new ConfigurationKeeper(store, link, NullLogger.Instance)
        {
            Validate = wanted => wanted.HotStandby.HoldHours == 13 ? [new ConfigurationProblem("HotStandby:HoldHours", "not here")] : [],
            Serves = () => serves,
            Applied = _ => { },
            Event = (kind, _, _) => events.Enqueue(kind),
        };
    }

    public void Dispose()
    {
        keeper.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task OfferAsync_WhileAnOwnChangeIsBeingPushed_IsNotKeptWaiting()
    {
        var changing = keeper.ChangeAsync(Content(2), Revision.None, "test", Rank.Primary, Epoch.None, None);
        Assert.False(changing.IsCompleted);

        Assert.True(await keeper.OfferAsync(Document(9, 3), None).WaitAsync(TimeSpan.FromSeconds(20)));

        link.Push.SetResult(false);
        var outcome = await changing;
        Assert.True(outcome.Saved);
        Assert.False(outcome.OnPeer);
        Assert.Equal(3, keeper.Current.Content.HotStandby.HoldHours);
        Assert.Contains(keeper.History, document => document.Content.HotStandby.HoldHours == 2);
    }

    [Fact]
    public async Task Pull_OfADocumentThatIsRefused_SaysSoOnceAndDoesNotFetchItAgain()
    {
        link.Far = Document(9, 3) with { Hash = "00" };
        keeper.Pull(link.Far.Revision);
        await Eventually.HoldsAsync(() => events.Contains("configuration-refused"), "refused");
        Assert.False(await keeper.OfferAsync(link.Far, None));

        keeper.Pull(link.Far.Revision);
        Assert.Equal(1, link.Pulls);
        Assert.Single(events);

        // The next one is another matter.
        link.Far = Document(10, 4);
        await Eventually.HoldsAsync(() => { keeper.Pull(link.Far.Revision); return keeper.Current.Revision == link.Far.Revision; }, "pulled");
    }

    [Fact]
    public async Task OfferAsync_OfWhatThisServerCannotRunWith_IsRefusedWhileItServesAndAdoptedOnAStandby()
    {
        serves = true;
        Assert.False(await keeper.OfferAsync(Document(9, 13), None));
        Assert.Equal(1, keeper.Current.Content.HotStandby.HoldHours);

        serves = false;
        Assert.True(await keeper.OfferAsync(Document(9, 13), None));
        Assert.Equal(13, keeper.Current.Content.HotStandby.HoldHours);
    }

    [Fact]
    public async Task ChangeAsync_OnADiskThatRefuses_IsAProblemAndNothingChanges()
    {
        Directory.Delete(folder["settings"], recursive: true);
        await File.WriteAllTextAsync(folder["settings"], "in the way");

        var outcome = await keeper.ChangeAsync(Content(2), Revision.None, "test", Rank.Primary, Epoch.None, None);

        Assert.False(outcome.Saved);
        Assert.Contains(outcome.Problems, problem => problem is { IsWarning: false, Key: "Node:DataDirectory" });
        Assert.Equal(1, keeper.Current.Content.HotStandby.HoldHours);
        Assert.False(await keeper.OfferAsync(Document(9, 3), None));
    }

    [Fact]
    public async Task HereAsync_ABodyThatIsNoChange_IsABadRequestAndAForeignRevisionAConflict()
    {
        await Assert.ThrowsAnyAsync<System.Text.Json.JsonException>(() => ConfigurationForwarding.HereAsync(keeper, "null", Rank.Primary, Epoch.None, None));
        await Assert.ThrowsAnyAsync<System.Text.Json.JsonException>(() => ConfigurationForwarding.HereAsync(keeper, "{}", Rank.Primary, Epoch.None, None));
        var body = System.Text.Json.JsonSerializer.Serialize(new ForwardedChange(Content(2), "nonsense", "test"), ConfigurationJson.Options);

        Assert.Contains("\"conflict\":true", (await ConfigurationForwarding.HereAsync(keeper, body, Rank.Primary, Epoch.None, None)).Replace(" ", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task ChangeAsync_ThatLeavesNoAdmin_IsRefused()
    {
        var anna = new UserDefinition { Name = "anna", Role = AccessRole.Admin };
        link.Push.SetResult(true);
        var made = await keeper.ChangeAsync(Content(1) with { Access = new AccessConfiguration { Users = [anna] } }, Revision.None, "setup", Rank.Primary, Epoch.None, None);
        Assert.True(made.Saved);

        var refused = await keeper.ChangeAsync(Content(1), made.Document.Revision, "anna", Rank.Primary, Epoch.None, None);

        Assert.False(refused.Saved);
        Assert.Equal("Access:Users", refused.Problems.Single().Key);
        Assert.Equal(anna, keeper.Current.Content.Access.Users.Single());
    }

    [Fact]
    public async Task OfferAsync_FromAPeerThatDoesNotKnowUsers_KeepsThemOneRevisionAhead()
    {
        link.Push.SetResult(true);
        await keeper.ChangeAsync(Content(1) with { Access = new AccessConfiguration { Users = [new UserDefinition { Name = "anna" }] } }, Revision.None, "setup", Rank.Primary, Epoch.None, None);
        var old = Document(9, 3);

        await keeper.OfferAsync(old, None);

        Assert.Equal("anna", keeper.Current.Content.Access.Users.Single().Name);
        Assert.Equal(3, keeper.Current.Content.HotStandby.HoldHours);
        Assert.True(keeper.Current.Revision > old.Revision);
        Assert.Equal(PairConfiguration.AccessFormat, keeper.Current.Content.Format);
    }

    private static PairConfiguration Content(double holdHours) => new() { HotStandby = new HotStandbyParameters { HoldHours = holdHours } };

    private ConfigurationDocument Document(long counter, double holdHours) => store.Make(Content(holdHours), new Revision(1, counter, 2), "peer");
}
