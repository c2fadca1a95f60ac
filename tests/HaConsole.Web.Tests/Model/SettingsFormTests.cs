using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Hosting;
using HaConsole.Web.Model.Settings;
using Microsoft.Extensions.Configuration;

namespace HaConsole.Web.Tests.Model;

public sealed class SettingsFormTests
{
    public static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", new('x', 20_000), "\0\u0007\u001b[31m", "a\u202Eb", "Ωμέγα 漢字 עברית", "'; DROP TABLE users; --", "${jndi:ldap://x}", "NaN", "1e308", "-1", "٣",
    ];

    public static TheoryData<string, string> HostileParameters()
    {
        var data = new TheoryData<string, string>();
        foreach (var field in HotStandbyFields.Servers.Concat(HotStandbyFields.Guide).Concat(HotStandbyFields.Additional).Where(f => f.Kind != FieldKind.Flag))
        {
            foreach (var text in Hostile)
            {
                data.Add(field.Name, text);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(HostileParameters), DisableDiscoveryEnumeration = true)]
    public void Validate_HostileTextInParameter_IsAnErrorAtThatFieldAndStaysTyped(string field, string text)
    {
        var form = Form(Guide);
        form[field] = text;

        var problems = form.Validate();

        Assert.Contains(problems, p => p.Field == field && !p.IsWarning);
        Assert.Equal(text, form[field]);
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("a\u202Eb")]
    [InlineData("two\nlines")]
    public void Validate_ControlCharactersInTextsOfDefinitions_AreErrors(string text)
    {
        var check = new CheckDefinition { Name = "web", Url = "http://127.0.0.1/", Application = text };
        var service = new ServiceDefinition { Name = "cti", Command = text };

        Assert.Contains(SettingsRules.Of(check, null, new PairConfiguration()), p => p.Field == "Application");
        Assert.Contains(SettingsRules.Of(service, null, new PairConfiguration()), p => p.Field == "Command");
    }

    [Fact]
    public void Message_OfVeryLongValue_StaysShort()
    {
        var problems = ConfigurationRules.Problems(new PairConfiguration { HotStandby = Guide with { VipAddress = new string('x', 50_000) } });

        Assert.All(problems, p => Assert.InRange(p.Message.Length, 1, 400));
    }

    [Theory]
    [InlineData("0,5", 0.5)]
    [InlineData("0.5", 0.5)]
    [InlineData(" 30 ", 30)]
    public void Read_DecimalPointOrComma_IsTheSameNumber(string typed, double expected)
    {
        var form = Form(Guide);
        form["HeartbeatTimeout"] = typed;

        Assert.Equal(expected, form.Read().Value.HeartbeatTimeout);
    }

    [Theory]
    [InlineData("1.000,5")]
    [InlineData("1 000")]
    [InlineData("")]
    [InlineData("Infinity")]
    public void Read_NoNumber_KeepsWhatWasLoadedAndSaysWhatIsLegal(string typed)
    {
        var form = Form(Guide);
        form["HeartbeatInterval"] = typed;

        var (value, problems) = form.Read();

        Assert.Equal(30, value.HeartbeatInterval);
        Assert.Equal("HeartbeatInterval", Assert.Single(problems).Field);
    }

    [Fact]
    public void Load_InFrench_ShowsDecimalComma()
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("fr");
        var form = Form(Guide with { HeartbeatTimeout = 0.5 });

        Assert.Equal("0,5", form["HeartbeatTimeout"]);
        Assert.False(form.IsChanged);
    }

    [Theory]
    [InlineData("HeartbeatInterval", "0.01", "0.02 … 3600")]
    [InlineData("HeartbeatInterval", "3601", "0.02 … 3600")]
    [InlineData("FailuresToSwitch", "0", "1 … 100")]
    [InlineData("FailuresToSwitch", "101", "1 … 100")]
    [InlineData("HoldHours", "9000", "0 … 8760")]
    [InlineData("FrameworkRestartTime", "-1", "0 … 86400")]
    [InlineData("HeartbeatTimeout", "30", "below")]
    public void Validate_OutOfRange_NamesTheRange(string field, string typed, string range)
    {
        var form = Form(Guide);
        form[field] = typed;

        Assert.Contains(form.Validate(), p => p.Field == field && !p.IsWarning && p.Message.Contains(range, StringComparison.Ordinal));
    }

    [Fact]
    public void Rebase_OthersChangedOtherFields_KeepsMineAndFollowsTheirs()
    {
        var form = Form(Guide);
        form["HeartbeatInterval"] = "20";

        form.Rebase(Guide with { FailuresToSwitch = 7 });

        Assert.Equal(("20", "7"), (form["HeartbeatInterval"], form["FailuresToSwitch"]));
        Assert.Equal(["HeartbeatInterval"], form.Changed);
    }

    [Fact]
    public void Conflict_FieldsTouchedHere_AreProposedAsMine()
    {
        var form = Form(Guide);
        form["HeartbeatInterval"] = "20";
        var theirs = Guide with { HeartbeatInterval = 25, FailuresToSwitch = 7 };

        var rows = ConflictRow.Of(form, theirs);

        Assert.Equal([("FailuresToSwitch", false), ("HeartbeatInterval", true)], rows.Select(r => (r.Field, r.TakeMine)).OrderBy(r => r.Field));
        ConflictRow.Decide(form, theirs, rows);
        Assert.Equal(("20", "7"), (form["HeartbeatInterval"], form["FailuresToSwitch"]));
    }

    [Fact]
    public void Difference_Secrets_AreNamedAndNeverShown()
    {
        static PairConfiguration With(string secret) => new()
        {
            Services = [new ServiceDefinition { Name = "cti", Command = "x", Environment = new Dictionary<string, string> { ["DB_PASSWORD"] = secret, ["MODE"] = "live" } }],
        };

        var changes = ConfigurationDifference.Between(With("old-secret"), With("new-secret"));

        Assert.Equal("secret", Assert.Single(changes).Kind);
        Assert.DoesNotContain("secret-", string.Join(' ', changes.Select(c => c.Before + c.After)), StringComparison.Ordinal);
    }

    [Fact]
    public void Difference_Lists_SaysAddedRemovedChangedAndMoved()
    {
        CheckDefinition A = new() { Name = "a" }, B = new() { Name = "b" }, C = new() { Name = "c" };
        var changes = ConfigurationDifference.Between(new PairConfiguration { Checks = [A, B] }, new PairConfiguration { Checks = [C, B with { Fall = 5 }] });

        Assert.Equal([("a", "", "removed"), ("c", "", "added"), ("b", "Fall", "changed")], changes.Select(c => (c.Item, c.Field, c.Kind)));
        Assert.Equal("moved", Assert.Single(ConfigurationDifference.Between(new PairConfiguration { Checks = [A, B] }, new PairConfiguration { Checks = [B, A] })).Kind);
    }

    [Fact]
    public void Relations_OfTheGuidesValues_AreTheGuidesNumbers()
    {
        var relations = TimingRelations.Of(new PairConfiguration { HotStandby = Guide }).ToDictionary(r => r.Key);

        Assert.Equal([130.0, 160.0], relations["relation.failover"].Arguments[..2]);
        Assert.Equal([120.0, 60.0], relations["relation.restart.good"].Arguments[2..4]);
        Assert.DoesNotContain(relations.Values, r => r.IsWarning);
    }

    [Fact]
    public void Relations_OfDoubtfulValues_Warn()
    {
        var configuration = new PairConfiguration
        {
            HotStandby = Guide with { HeartbeatInterval = 15, FailuresToSwitch = 4, SwitchOnApplicationError = true, FirstServerAutoRestart = true, HoldHours = 0, VipFirst = true },
            Checks = [new CheckDefinition { Name = "slow", Timeout = 8 }],
        };

        var warnings = TimingRelations.Of(configuration).Where(r => r.IsWarning).Select(r => r.Key);

        Assert.Equal(["relation.timeout.bad", "relation.restart.bad", "relation.application", "relation.autorestart.trap", "relation.vipfirst"], warnings);
    }

    [Fact]
    public void Relations_OfATestedVipThatThePairHoldsItself_Warn()
    {
        var configuration = new PairConfiguration { HotStandby = Guide with { VipAddress = "10.1.1.245", TestVipDestination = true } };

        Assert.Contains(TimingRelations.Of(configuration), r => r is { Key: "relation.vip", IsWarning: false });
        Assert.Contains(TimingRelations.Of(configuration with { Addresses = [new AddressDefinition { Name = "portal", Address = "10.1.1.245/24" }] }), r => r is { Key: "relation.vip.managed", IsWarning: true });
    }

    [Fact]
    public void Balancer_ModeFollowsApplicationError()
    {
        var node = new NodeOptions { HttpPort = 8080 };

        Assert.Equal("http://10.1.1.1:8080/IPSCFG/admin/monitor.aspx?mod=NONE", TimingRelations.Balancer(Guide, node).Urls[0]);
        Assert.Equal("http://[fd00::2]/IPSCFG/admin/monitor.aspx?mod=IPSWS", TimingRelations.Balancer(Guide with { SwitchOnApplicationError = true, Server2Address = "fd00::2" }, node with { HttpPort = 80 }).Urls[1]);
    }

    [Fact]
    public void Profiles_AreValidAndOnlyFillTimes()
    {
        Assert.All(TimingProfile.All, profile =>
        {
            var form = Form(Guide with { VipAddress = "10.1.1.100" });
            form.Fill(profile.Values, TimingProfile.Fields);
            Assert.DoesNotContain(form.Validate(), p => !p.IsWarning);
            Assert.True(profile.Fits(form.Read().Value));
            Assert.Subset(TimingProfile.Fields.ToHashSet(), form.Changed.ToHashSet());
        });
    }

    [Fact]
    public void NodeValues_NameTheirSourceAndHideTheSecret()
    {
        var folder = Directory.CreateTempSubdirectory("haconsole-node-");
        try
        {
            var file = Path.Combine(folder.FullName, "more.json");
            File.WriteAllText(file, """{ "Node": { "PeerPort": 2012, "PairSecret": "never-shown-to-anybody", "LanTargets": [ "127.0.0.1", "127.0.0.2" ] } }""");
            var outer = new ConfigurationBuilder().AddConfiguration(ConfigurationSources.Build(["--Node:HttpPort=8081"], file, null)).Build();

            var values = NodeValues.Of(outer).ToDictionary(v => v.Name);

            Assert.Equal((ValueSource.File, file), (values["PeerPort"].Source, values["PeerPort"].Detail));
            Assert.Equal((ValueSource.CommandLine, "8081"), (values["HttpPort"].Source, values["HttpPort"].Value));
            Assert.Equal("127.0.0.1, 127.0.0.2", values["LanTargets"].Value);
            Assert.True(values["PairSecret"] is { IsSet: true, Value: "" });
            Assert.DoesNotContain("never-shown", string.Join(' ', values.Values), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Draft_OfTheSameValues_ComesBack_OfOthersOrForgedDoesNot()
    {
        var form = Form(Guide);
        form["HeartbeatInterval"] = "20";
        var (text, known) = (Draft.Write("ab12", form), form.Texts.Keys);

        Assert.Equal("20", Draft.Read(text, "ab12", known)!["HeartbeatInterval"]);
        Assert.Null(Draft.Read(text, "cd34", known));
        Assert.Null(Draft.Read("{\"Basis\":", "ab12", known));
        Assert.Null(Draft.Read("""{"Basis":"ab12","Fields":{"Access":"x"}}""", "ab12", known));
    }

    private static HotStandbyParameters Guide { get; } = new() { Enabled = true, Server1Address = "10.1.1.1", Server2Address = "10.1.1.2" };

    private static RecordForm<HotStandbyParameters> Form(HotStandbyParameters value) => new(value, wanted => SettingsRules.Of(wanted, new PairConfiguration()));
}
