using HaConsole.Engine.Configuration;
using HaConsole.Engine.Tests.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Replication;

/// <summary>One configuration for both servers.</summary>
public sealed class ConfigurationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_change_on_either_server_ends_on_both_and_a_stale_one_is_a_conflict()
    {
        await using var pair = await EnginePair.FormedAsync();
        var first = pair.First.Engine.Configuration;

        var here = await ChangeAsync(pair.First, content => content with { HotStandby = content.HotStandby with { FailuresToSwitch = 4 } });
        Assert.True(here.Saved);
        Assert.True(here.OnPeer);
        Assert.Equal(here.Document.Hash, pair.Second.Engine.Configuration.Hash);

        var there = await ChangeAsync(pair.Second, content => content with { HotStandby = content.HotStandby with { FailuresToSwitch = 5 } });
        Assert.True(there.Saved);
        await pair.Until(() => InSync(pair) && pair.First.Engine.Configuration.Content.HotStandby.FailuresToSwitch == 5, "both have it");
        await pair.Until(() => pair.Second.Rule(400).Of == 5 && pair.First.Rule(200).Of == 5, "N is in force on both");

        foreach (var server in new[] { pair.First, pair.Second })
        {
            var stale = await server.Engine.ChangeConfigurationAsync(first.Content, first.Revision, "test", None);
            Assert.True(stale.Conflict);
            Assert.False(stale.Saved);
            Assert.Equal(there.Document.Revision, stale.Document.Revision);
        }

        Assert.Contains(pair.First.Engine.ConfigurationHistory, document => document.Hash == here.Document.Hash);
    }

    [Fact]
    public async Task A_change_that_would_make_a_running_server_the_other_one_is_refused()
    {
        await using var pair = await EnginePair.FormedAsync();
        var before = pair.First.Engine.Configuration;

        var swapped = await ChangeAsync(pair.First, content => content with
        {
            HotStandby = content.HotStandby with { Server1Address = content.HotStandby.Server2Address, Server2Address = content.HotStandby.Server1Address },
        });
        var foreign = await ChangeAsync(pair.First, content => content with { HotStandby = content.HotStandby with { Server1Address = "127.77.250.9" } });

        Assert.All([swapped, foreign], outcome =>
        {
            Assert.False(outcome.Saved);
            Assert.Contains(outcome.Problems, problem => !problem.IsWarning);
        });
        Assert.Equal(before, pair.First.Engine.Configuration);
        Assert.True(pair.First.IsActive);
    }

    [Fact]
    public async Task The_address_of_the_Standby_changes_without_a_role_change()
    {
        await using var pair = await EnginePair.FormedAsync();

        var moved = await ChangeAsync(pair.First, content => content with { HotStandby = content.HotStandby with { Server2Address = "127.77.250.2" } });

        Assert.True(moved.Saved);
        await pair.Until(() => pair.Second.Engine.Current.Alarms.Any(alarm => alarm.Code == "configuration-invalid"), "#2 says that it must be restarted there");
        Assert.True(pair.Second.IsStandby);
        Assert.Equal("Active", pair.First.Own.Role);
    }

    [Fact]
    public async Task Two_first_starts_with_different_files_agree_on_that_of_the_Active()
    {
        await using var pair = new EnginePair();
        var other = pair.Files();
        await pair.StartAsync(Rank.Primary);
        await pair.StartAsync(Rank.Backup, other with { HotStandby = other.HotStandby with { HoldHours = 7 } });

        await pair.Until(() => InSync(pair) && pair.First.Engine.Configuration.Revision != Revision.None, "agreed");

        Assert.Equal(24, pair.Second.Engine.Configuration.Content.HotStandby.HoldHours);
        Assert.Contains(pair.Second.Engine.ConfigurationHistory, document => document.Content.HotStandby.HoldHours == 7);
    }

    [Fact]
    public async Task A_restarted_server_pulls_what_was_changed_while_it_was_away()
    {
        await using var pair = await EnginePair.FormedAsync();
        await pair.Second.DisposeAsync();
        var changed = await ChangeAsync(pair.First, content => content with { HotStandby = content.HotStandby with { HoldHours = 3 } });
        Assert.True(changed.Saved);
        Assert.False(changed.OnPeer);

        await pair.StartAsync(Rank.Backup);

        await pair.Until(() => InSync(pair), "pulled");
        Assert.Equal(3, pair.Second.Engine.Configuration.Content.HotStandby.HoldHours);
        await pair.UntilFormedAsync();
    }

    private static bool InSync(EnginePair pair)
        => pair.First.Engine.Configuration is var first && pair.Second.Engine.Configuration is var second && first.Revision == second.Revision && first.Hash == second.Hash;

    private static Task<ConfigurationOutcome> ChangeAsync(EngineServer server, Func<PairConfiguration, PairConfiguration> change)
    {
        var now = server.Engine.Configuration;
        return server.Engine.ChangeConfigurationAsync(change(now.Content), now.Revision, "test", None);
    }
}
