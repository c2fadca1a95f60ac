using HaConsole.Engine.Configuration;
using HaConsole.Engine.Replication;
using HaConsole.Engine.Tests.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Replication;

/// <summary>Two engines that were edited apart, and how they are brought together.</summary>
public sealed class SyncTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Both_edited_apart_the_conflict_is_on_both_and_what_is_done_with_it_counts_on_both()
    {
        await using var pair = await EnginePair.FormedAsync();
        await pair.Second.DisposeAsync();
        await ChangeAsync(pair.First, c => c with { HotStandby = c.HotStandby with { HoldHours = 3, FrameworkRestartTime = 7 } });
        await pair.First.DisposeAsync();
        await pair.StartAsync(Rank.Backup);
        await pair.Until(() => pair.Second.IsActive, "#2 serves alone");
        await ChangeAsync(pair.Second, c => c with { HotStandby = c.HotStandby with { HoldHours = 5 } });
        await ChangeAsync(pair.Second, c => c with { HotStandby = c.HotStandby with { VipFirst = true } });

        await pair.StartAsync(Rank.Primary);
        await pair.Until(() => InSync(pair) && Conflicts(pair.First).Count == 1 && Conflicts(pair.Second).Count == 1, "the conflict is known on both");

        var record = Conflicts(pair.Second)[0];
        Assert.Equal(1, record.Server);
        Assert.Equal(["HotStandby:FrameworkRestartTime", "HotStandby:HoldHours"], record.Open(pair.Second.Engine.Configuration.Content).Select(f => f.Key).Order());
        Assert.Equal("24", record.Open(pair.Second.Engine.Configuration.Content).First(f => f.Key == "HotStandby:HoldHours").Common);
        foreach (var server in new[] { pair.First, pair.Second })
        {
            await pair.Until(() => server.Engine.Journal.Latest(500).Count(e => e.Kind == "configuration-conflict") == 1, "reported once");
            await pair.Until(() => server.Engine.Current.Alarms.Any(a => a.Code == "configuration-conflict"), "shown");
        }

        Assert.Null(await pair.First.Engine.Sync.MergedAsync(record.Id, ["HotStandby:HoldHours"], "anna", None));
        await pair.Until(() => Conflicts(pair.Second)[0].Merged.Count == 1, "the merge is known on the other one");
        Assert.Null(await pair.Second.Engine.Sync.DismissAsync(record.Id, "bob", "not needed", None));
        await pair.Until(() => Conflicts(pair.First)[0].Dismissed is { By: "bob", What: "not needed" }, "the dismissal, too");
        await pair.Until(() => pair.First.Engine.Current.Alarms.All(a => a.Code != "configuration-conflict"), "nothing is left to do");
        Assert.NotNull(await pair.First.Engine.Sync.DismissAsync("1.1.1-00", "bob", "", None));
    }

    [Fact]
    public async Task In_sync_there_is_no_drift_and_the_audit_after_a_takeover_says_so()
    {
        await using var pair = await EnginePair.FormedAsync();
        await pair.Until(() => pair.First.Engine.Journal.Latest(500).Any(e => e.Kind == "configuration-audit" && e.Sentence.Contains("in sync", StringComparison.Ordinal)), "audited");

        var changed = await ChangeAsync(pair.First, c => c with { HotStandby = c.HotStandby with { HoldHours = 3 } });
        await pair.Until(() => pair.First.Engine.Sync.Current is { State: "equal", LagSeconds: not null, AcknowledgedAt: not null } state && state.Revision == changed.Document.Revision, "acknowledged");

        Assert.Empty((await pair.First.Engine.Sync.LookAsync(None)).Drift);
        var nothing = await pair.First.Engine.Sync.TakeAsync(1, changed.Document.Revision, false, "anna", None);
        Assert.NotNull(nothing.Refusal);
        Assert.True((await pair.First.Engine.Sync.TakeAsync(1, Revision.None, false, "anna", None)).Outcome!.Conflict);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    public async Task What_one_server_refuses_is_named_and_either_side_can_be_taken(int asked, int taken)
    {
        await using var pair = await EnginePair.FormedAsync();
        var good = pair.First.Engine.Configuration.Content;

        // The Standby runs with what the Active cannot: it was told so while the Active did not see it.
        var wanted = good with { HotStandby = good.HotStandby with { HoldHours = 4 }, Services = [good.Services[0] with { StopTimeout = 5 }] };
        pair.First.Refusing = content => content.HotStandby.HoldHours == 4 ? "not with 4 hours" : null;
        var apart = new ConfigurationDocument(new Revision(99, 99, 2), ConfigurationJson.Hash(wanted), DateTimeOffset.UtcNow, "bob", wanted)
        {
            Lineage = ConfigurationLineage.After(pair.Second.Engine.Configuration),
        };
        Assert.True(await pair.Second.Engine.OfferAsync(apart, None));

        await pair.Until(() => pair.First.Engine.Sync.Current is { Refused.Count: 1, Drift.Count: 2 }, "#1 refuses it and knows what differs");
        await pair.Until(() => pair.Second.Engine.Sync.Current is { Refused.Count: 1, Drift.Count: 2 }, "#2 knows it, too");
        var row = pair.Second.Engine.Sync.Current.Drift.Single(d => d.Item == "HotStandby");
        Assert.Equal(new FieldDifference("HotStandby", "HotStandby:HoldHours", "24", "4"), Assert.Single(row.Fields));
        Assert.Contains("not with 4 hours", pair.Second.Engine.Sync.Current.Refused[0].Reason, StringComparison.Ordinal);

        var server = asked == 1 ? pair.First : pair.Second;
        var dry = await server.Engine.Sync.TakeAsync(taken, server.Engine.Configuration.Revision, true, "anna", None);
        Assert.Equal(2, dry.Changes.Count);
        Assert.Null(dry.Outcome);
        Assert.Equal(2, server.Engine.Sync.Current.Drift.Count);

        pair.First.Refusing = _ => null;
        var outcome = await server.Engine.Sync.TakeAsync(taken, server.Engine.Configuration.Revision, false, "anna", None);
        Assert.True(outcome.Outcome is { Saved: true }, outcome.Refusal);
        await pair.Until(() => InSync(pair) && server.Engine.Sync.Current is { State: "equal", Drift.Count: 0, Refused.Count: 0 }, "in sync");
        Assert.Equal(taken == 1 ? 24 : 4, pair.First.Engine.Configuration.Content.HotStandby.HoldHours);
        Assert.Empty(Conflicts(pair.First));
        Assert.Empty(Conflicts(pair.Second));
    }

    private static IReadOnlyList<ConflictRecord> Conflicts(EngineServer server) => server.Engine.Sync.Current.Conflicts;

    private static bool InSync(EnginePair pair)
        => pair.First.Engine.Configuration is var first && pair.Second.Engine.Configuration is var second && first.Revision == second.Revision && first.Hash == second.Hash;

    private static async Task<ConfigurationOutcome> ChangeAsync(EngineServer server, Func<PairConfiguration, PairConfiguration> change)
    {
        var now = server.Engine.Configuration;
        var outcome = await server.Engine.ChangeConfigurationAsync(change(now.Content), now.Revision, "test", None);
        Assert.True(outcome.Saved, string.Join("; ", outcome.Problems.Select(p => p.Message)));
        return outcome;
    }
}
