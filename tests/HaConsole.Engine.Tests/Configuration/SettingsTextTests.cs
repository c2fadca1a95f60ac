using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Configuration;

public sealed class SettingsTextTests
{
    private static readonly PairConfiguration Full = new()
    {
        HotStandby = new HotStandbyParameters { Enabled = true, Server1Address = "10.1.1.1", Server2Address = "10.1.1.2", HeartbeatInterval = 1, HeartbeatTimeout = 0.5 },
        Services =
        [
            new ServiceDefinition { Name = "cti", Command = "/bin/cti", Arguments = ["-a", "Grüße"], Environment = new Dictionary<string, string> { ["LANG"] = "C" }, CtiPorts = 10 },
            new ServiceDefinition { Name = "unit", Type = ServiceType.Systemd, Unit = "x.service" },
        ],
        Checks = [new CheckDefinition { Name = "port", Type = CheckType.Tcp, Host = "127.0.0.1", Port = 80, Timeout = 0.2 }],
    };

    [Fact]
    public void Export_ThenImport_GivesTheSame()
    {
        var text = SettingsText.Export(Document(Full));

        var import = SettingsText.Import(text);

        Assert.Equal(new Revision(7, 12, 1), import.Revision);
        Assert.Equal(ConfigurationJson.Canonical(Full), ConfigurationJson.Canonical(import.Content!));
        Assert.Contains("\"Type\": \"systemd\"", text, StringComparison.Ordinal);
        Assert.Equal(text, SettingsText.Export(Document(import.Content!)));
    }

    [Theory]
    [InlineData("", "line 1, column 1: not JSON")]
    [InlineData("{\n  \"HotStandby\": {\n    \"Enabled\": maybe\n", "line 3, column 16: not JSON")]
    [InlineData("[]", "the file must hold a JSON object")]
    [InlineData("{ \"Format\": 4, \"New\": {} }", "the settings in this file have Format 4, made by a newer version; this version reads Format 1 … 3")]
    [InlineData("{ \"Format\": \"x\" }", "Format is \"x\"; it must be 1 … 3")]
    [InlineData("{ \"Format\": 0 }", "Format is 0; it must be 1 … 3")]
    [InlineData("{ \"Revision\": 7 }", "Revision is 7; it must be epoch.counter.origin such as \"7.12.1\"")]
    [InlineData("{ \"HotStandbi\": {} }", "HotStandbi is not a known key; did you mean HotStandby?")]
    [InlineData("{ \"HotStandby\": 5 }", "HotStandby is a single value; it must be an object")]
    [InlineData("{ \"HotStandby\": { \"FailuresToSwitch\": 0 } }", "HotStandby:FailuresToSwitch is 0; it must be 1 … 100")]
    [InlineData("{ \"HotStandby\": { \"FailuresToSwitch\": 3, \"failurestoswitch\": 4 } }", "HotStandby:failurestoswitch is given twice; it must be given once")]
    [InlineData("{ \"Services\": { \"a\": {} } }", "Services:a is not an entry of a list")]
    [InlineData("{ \"Services\": [ {} ] }", "Services:0:Name is empty; it must be 1 … 64 letters")]
    [InlineData("{ \"Services\": [ { \"Name\": \"a\", \"Type\": \"process\" } ] }", "Services:0:Command is empty; it must be set for type process")]
    public void Import_BadFile_SaysWhereAndWhat(string text, string message)
    {
        var import = SettingsText.Import(text);

        Assert.Null(import.Content);
        Assert.Single(import.Problems, p => p.Message.StartsWith(message, StringComparison.Ordinal));
        Assert.All(import.Problems, p => Assert.DoesNotContain('\n', p.Message));
    }

    [Fact]
    public void Import_AnyTextCutAnywhere_NeverThrows()
    {
        var text = SettingsText.Export(Document(Full));
        for (var length = 0; length < text.TrimEnd().Length; length++)
        {
            Assert.Null(SettingsText.Import(text[..length]).Content);
        }
    }

    [Fact]
    public void Import_WithComments_IsAccepted()
        => Assert.NotNull(SettingsText.Import("// ours\n{ \"HotStandby\": { \"HeartbeatInterval\": 60, }, }").Content);

    [Fact]
    public void Get_AKeyOrASection_GivesItsValues()
    {
        Assert.Equal("1", Assert.Single(SettingsKeys.Get(Full, "hotstandby:heartbeatinterval").Values).Value);
        Assert.Equal("Grüße", Assert.Single(SettingsKeys.Get(Full, "Services:0:Arguments:1").Values).Value);
        Assert.True(SettingsKeys.Get(Full, "HotStandby").Values.Count >= 14);
        Assert.Null(SettingsKeys.Get(new PairConfiguration(), "Services").Problem);
        Assert.Equal("HotStandby:HeartbeatIntervall is not a known key; did you mean HotStandby:HeartbeatInterval?", SettingsKeys.Get(Full, "HotStandby:HeartbeatIntervall").Problem!.Message);
    }

    [Fact]
    public void Set_SeveralAtOnce_AreJudgedTogether()
    {
        var set = SettingsKeys.Set(Full, ["HotStandby:HeartbeatInterval=0.3", "HotStandby:HeartbeatTimeout=0.2", "Services:1:Optional=true", "Checks:1:Name=p", "Checks:1:Type=process", "Checks:1:Command=sh"]);

        Assert.Equal((0.3, 0.2), (set.Content!.HotStandby.HeartbeatInterval, set.Content.HotStandby.HeartbeatTimeout));
        Assert.True(set.Content.Services[1].Optional);
        Assert.Equal(["port", "p"], set.Content.Checks.Select(c => c.Name));
        Assert.Equal("C", set.Content.Services[0].Environment["LANG"]);
    }

    [Theory]
    [InlineData("HotStandby:HeartbeatInterval=0.4", "HotStandby:HeartbeatTimeout is 0.5; it must be below HotStandby:HeartbeatInterval (0.4)")]
    [InlineData("HotStandby:HeartbeatIntervall=1", "HotStandby:HeartbeatIntervall is not a known key; did you mean HeartbeatInterval?")]
    [InlineData("HotStandby:HeartbeatInterval", "HotStandby:HeartbeatInterval is no assignment; it must be KEY=VALUE")]
    [InlineData("Node:HttpPort=1", "Node:HttpPort is local to each server")]
    [InlineData("Colour=red", "Colour is not a known key")]
    public void Set_BadAssignment_SaysWhy(string assignment, string message)
    {
        var set = SettingsKeys.Set(Full, [assignment]);

        Assert.Null(set.Content);
        Assert.StartsWith(message, Assert.Single(set.Problems, p => !p.IsWarning).Message, StringComparison.Ordinal);
    }

    private static ConfigurationDocument Document(PairConfiguration content)
        => new(new Revision(7, 12, 1), ConfigurationJson.Hash(content), DateTimeOffset.UnixEpoch, "operator", content);
}
