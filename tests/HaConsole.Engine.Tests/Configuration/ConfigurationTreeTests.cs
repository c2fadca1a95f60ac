using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Configuration;

/// <summary>Differences and merges setting by setting, and who descends from whom.</summary>
public sealed class ConfigurationTreeTests
{
    private static readonly PairConfiguration Common = new()
    {
        HotStandby = new HotStandbyParameters { HeartbeatInterval = 30, HoldHours = 24 },
        Services = [Service("cti", "/bin/a"), Service("web", "/bin/w")],
        Access = new AccessConfiguration { Users = [new UserDefinition { Name = "anna", Role = AccessRole.Admin, PasswordHash = "h1", SecurityStamp = "s1" }] },
    };

    [Fact]
    public void Between_MatchesListsByNameAndNamesObjects()
    {
        var after = Common with
        {
            HotStandby = Common.HotStandby with { HeartbeatInterval = 20 },
            Services = [Service("web", "/bin/x"), Service("new", "/bin/n"), Service("cti", "/bin/a")],
        };

        var all = ConfigurationTree.Between(Common, after);

        Assert.Contains(new FieldDifference("HotStandby", "HotStandby:HeartbeatInterval", "30", "20"), all);
        Assert.Contains(new FieldDifference("Services:web", "Services:web:Command", "/bin/w", "/bin/x"), all);
        Assert.Contains(new FieldDifference("Services", "Services", "cti, web", "web, cti"), all);
        var added = Assert.Single(all, f => f.Key == "Services:new");
        Assert.Equal("", added.First);
        Assert.Contains("Command=/bin/n", added.Second, StringComparison.Ordinal);
        Assert.Equal(4, all.Count);
        Assert.Empty(ConfigurationTree.Between(after, after));
    }

    [Fact]
    public void Between_NeverShowsASecret()
    {
        var after = Common with
        {
            Services = [Service("cti", "/bin/a") with { Environment = new Dictionary<string, string> { ["DB_PASSWORD"] = "hush-1", ["MODE"] = "live" } }, Service("web", "/bin/w"), Service("x", "/bin/x") with { Environment = new Dictionary<string, string> { ["API_KEY"] = "hush-2" } }],
            Access = new AccessConfiguration
            {
                Users = [Common.Access.Users[0] with { PasswordHash = "hush-3", SecurityStamp = "hush-4" }, new UserDefinition { Name = "bob", PasswordHash = "hush-5" }],
                Tokens = [new TokenDefinition { Id = "t", Hash = "hush-6" }],
            },
        };

        var all = ConfigurationTree.Between(Common, after);

        Assert.DoesNotContain(all, f => (f.First + f.Second).Contains("hush", StringComparison.Ordinal) || (f.First + f.Second).Contains("h1", StringComparison.Ordinal));
        Assert.Contains(all, f => f.Key == "Access:Users:anna:PasswordHash" && f.First == "•••");
        Assert.Contains(all, f => f.Key == "Services:cti:Environment:MODE" && f.Second == "live");
    }

    [Fact]
    public void Lost_ListsWhatTheLoserChangedAndMergeTakesOnlyWhatIsNamed()
    {
        var lost = Common with
        {
            HotStandby = Common.HotStandby with { HoldHours = 3, FailuresToSwitch = 9 },
            Services = [Service("cti", "/bin/lost"), Service("web", "/bin/w"), Service("mine", "/bin/m")],
        };
        var now = Common with { HotStandby = Common.HotStandby with { HoldHours = 5, HeartbeatInterval = 10 }, Services = [Service("web", "/bin/w2")] };

        var fields = ConfigurationTree.Lost(Common, lost, now);

        Assert.Equal(["HotStandby:FailuresToSwitch", "HotStandby:HoldHours", "Services:cti", "Services:mine"], fields.Select(f => f.Key).Order());
        Assert.Contains(new LostField("HotStandby", "HotStandby:HoldHours", "24", "3", "5"), fields);

        var one = ConfigurationTree.Merge(Common, lost, now, ["HotStandby:HoldHours"]);
        Assert.Equal(ConfigurationJson.Hash(now with { HotStandby = now.HotStandby with { HoldHours = 3 } }), ConfigurationJson.Hash(one));
        Assert.Equal("web", Assert.Single(one.Services).Name);

        var all = ConfigurationTree.Merge(Common, lost, now, [.. fields.Select(f => f.Key)]);
        Assert.Equal(["web", "cti", "mine"], all.Services.Select(s => s.Name));
        Assert.Equal(("/bin/w2", "/bin/lost"), (all.Services[0].Command, all.Services[1].Command));
        Assert.Equal((10, 9), (all.HotStandby.HeartbeatInterval, all.HotStandby.FailuresToSwitch));
        Assert.Empty(ConfigurationTree.Lost(Common, lost, all));
    }

    [Fact]
    public void Merge_OfARemovalAnOrderAndAPassword()
    {
        var lost = Common with
        {
            Services = [Service("web", "/bin/w"), Service("cti", "/bin/a")],
            Access = Common.Access with { Users = [Common.Access.Users[0] with { PasswordHash = "h2", SecurityStamp = "s2" }] },
        };
        var moved = ConfigurationTree.Merge(Common, lost, Common, ["Services", "Access:Users:anna:PasswordHash"]);
        Assert.Equal(["web", "cti"], moved.Services.Select(s => s.Name));
        Assert.Equal(("h2", "s2"), (moved.Access.Users[0].PasswordHash, moved.Access.Users[0].SecurityStamp));

        var removed = ConfigurationTree.Merge(Common, Common with { Services = [Service("web", "/bin/w")] }, Common, ["Services:cti"]);
        Assert.Equal("web", Assert.Single(removed.Services).Name);
        Assert.Equal(ConfigurationJson.Hash(Common), ConfigurationJson.Hash(ConfigurationTree.Merge(Common, lost, Common, [])));
    }

    [Fact]
    public void Lineage_TellsForksFromAncestorsAndSaysWhenItDoesNotKnow()
    {
        var root = Document(0, 0, 0);
        var one = On(root, 1, 1, 1);
        var two = On(one, 1, 2, 1);
        var fork = On(one, 1, 2, 2);
        var winner = On(two, 2, 3, 1);

        Assert.True(ConfigurationLineage.Descends(winner, one));
        Assert.False(ConfigurationLineage.Descends(winner, fork));
        Assert.Equal(ConfigurationLineage.EntryOf(one), ConfigurationLineage.Common(fork, winner));
        Assert.Null(ConfigurationLineage.Descends(Document(2, 3, 1), fork));

        var both = Document(3, 4, 1) with { Lineage = ConfigurationLineage.After(winner, fork) };
        Assert.True(ConfigurationLineage.Descends(both, fork));
        Assert.True(ConfigurationLineage.Descends(both, two));

        var late = winner;
        for (var counter = 4; counter < 4 + (2 * ConfigurationLineage.Most); counter++)
        {
            late = On(late, 2, counter, 1);
        }

        Assert.Null(ConfigurationLineage.Descends(late, fork));
        Assert.True(late.Lineage.Length < ConfigurationLineage.Most * 30);
    }

    private static ServiceDefinition Service(string name, string command) => new() { Name = name, Command = command };

    private static ConfigurationDocument Document(long epoch, long counter, int origin)
        => new(new Revision(epoch, counter, origin), $"{counter}{origin}abcdef0123456789", DateTimeOffset.UnixEpoch, "test", Common);

    private static ConfigurationDocument On(ConfigurationDocument before, long epoch, long counter, int origin)
        => Document(epoch, counter, origin) with { Lineage = ConfigurationLineage.After(before) };
}
