using HaConsole.Engine.Configuration;
using Microsoft.Extensions.Configuration;

namespace HaConsole.Engine.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    private static readonly string[] Pair =
        ["Node:LocalAddress=10.1.1.1", "HotStandby:Enabled=true", "HotStandby:Server1Address=10.1.1.1", "HotStandby:Server2Address=10.1.1.2"];

    [Fact]
    public void Read_Nothing_GivesTheDefaultsWithoutAProblem()
    {
        var start = Read();

        Assert.Empty(start.Problems);
        Assert.Equal(new HotStandbyParameters(), start.Pair.HotStandby);
        Assert.Equal(8080, start.Node.HttpPort);
    }

    [Fact]
    public void Read_TheShippedFile_GivesTheDefaultsWithoutAProblem()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "HaConsole.sln")))
        {
            directory = directory.Parent;
        }

        var shipped = new ConfigurationBuilder().AddJsonFile(Path.Combine(directory.FullName, "appsettings.json")).Build();
        var start = ConfigurationReader.Read(shipped);

        Assert.Empty(start.Problems);
        Assert.Equal(ConfigurationJson.Canonical(new PairConfiguration()), ConfigurationJson.Canonical(start.Pair));
        Assert.Equal(new NodeOptions() with { LanTargets = start.Node.LanTargets, KnownProxies = start.Node.KnownProxies }, start.Node);
        Assert.Empty(start.Node.LanTargets);
        Assert.Empty(start.Node.KnownProxies);
        foreach (var name in typeof(HotStandbyParameters).GetProperties().Where(p => p.CanWrite).Select(p => "HotStandby:" + p.Name)
            .Concat(typeof(NodeOptions).GetProperties().Where(p => p.CanWrite).Select(p => "Node:" + p.Name)))
        {
            Assert.True(shipped.GetSection(name).Exists() || name is "Node:LanTargets" or "Node:KnownProxies", $"{name} is missing from appsettings.json");
        }
    }

    [Fact]
    public void Read_EveryKindOfValue_IsTaken()
    {
        var start = Read(
            [.. Pair, "HotStandby:HeartbeatInterval=0.5", "HotStandby:HeartbeatTimeout=0.25", "HotStandby:FailuresToSwitch=3", "HotStandby:FrameworkRestartTime=1",
            "Node:LanTargets:0=10.1.1.254", "Node:LanTargets:1=10.1.1.253:80",
            "Services:0:Name=cti", "Services:0:Type=process", "Services:0:Command=/bin/cti", "Services:0:Arguments:0=-a", "Services:0:Arguments:1=b,c", "Services:0:Environment:Path=x",
            "Services:1:Name=told", "Services:1:Type=http", "Services:1:Url=http://127.0.0.1:1/", "Services:1:Optional=true",
            "Checks:0:Name=web", "Checks:0:Url=http://127.0.0.1:1/", "Checks:0:Severity=warning", "Checks:0:Timeout=0.05",
            "Database:ConnectionString=Host=x", "HotStandby:VipAddress=fe80::1"]);

        Assert.DoesNotContain(start.Problems, p => !p.IsWarning);
        Assert.Equal((0.5, 0.25, 3), (start.Pair.HotStandby.HeartbeatInterval, start.Pair.HotStandby.HeartbeatTimeout, start.Pair.HotStandby.FailuresToSwitch));
        Assert.Equal(["10.1.1.254", "10.1.1.253:80"], start.Node.LanTargets);
        Assert.Equal(["-a", "b,c"], start.Pair.Services[0].Arguments);
        Assert.Equal("x", start.Pair.Services[0].Environment["Path"]);
        Assert.Equal((ServiceType.Http, true), (start.Pair.Services[1].Type, start.Pair.Services[1].Optional));
        Assert.Equal(CheckSeverity.Warning, start.Pair.Checks[0].Severity);
        Assert.Equal("Host=x", start.Database.ConnectionString);
    }

    [Theory]
    [InlineData("HotStandby:HeartbeatTimout=5", "HotStandby:HeartbeatTimout is not a known key; did you mean HeartbeatTimeout?")]
    [InlineData("Node:Colour=red", "Node:Colour is not a known key; known are DataDirectory, LocalAddress,")]
    [InlineData("Services:0:Nmae=x", "Services:0:Nmae is not a known key; did you mean Name?")]
    [InlineData("Services:first:Name=x", "Services:first is not an entry of a list; it must be Services:0, Services:1, …")]
    [InlineData("Services:0=x", "Services:0 is x; it must have keys: Name, Type,")]
    [InlineData("Services:0:Arguments=-a -b", "Services:0:Arguments is -a -b; it must be a list such as Services:0:Arguments:0,")]
    [InlineData("Services:0:Type=docker", "Services:0:Type is docker; it must be one of process, systemd, command, http")]
    [InlineData("Checks:0:Severity=fatal", "Checks:0:Severity is fatal; it must be one of critical, warning")]
    [InlineData("HotStandby:HeartbeatInterval=thirty", "HotStandby:HeartbeatInterval is thirty; it must be a decimal number such as 0.5")]
    [InlineData("HotStandby:HeartbeatInterval=0,5", "HotStandby:HeartbeatInterval is 0,5; it must be a decimal number such as 0.5")]
    [InlineData("HotStandby:HeartbeatInterval=NaN", "HotStandby:HeartbeatInterval is NaN; it must be a decimal number such as 0.5")]
    [InlineData("HotStandby:FailuresToSwitch=2.5", "HotStandby:FailuresToSwitch is 2.5; it must be a whole number")]
    [InlineData("HotStandby:Enabled=yes", "HotStandby:Enabled is yes; it must be true or false")]
    [InlineData("HotStandby:Enabled=", "HotStandby:Enabled is empty; it must be true or false")]
    [InlineData("HotStandby:Enabled:x=1", "HotStandby:Enabled has keys of its own; it must be true or false")]
    [InlineData("HotStandby:HeartbeatTimeout=30", "HotStandby:HeartbeatTimeout is 30; it must be below HotStandby:HeartbeatInterval (30)")]
    [InlineData("HotStandby:HeartbeatTimeout=0", "HotStandby:HeartbeatTimeout is 0; it must be 0.001 seconds or more")]
    [InlineData("HotStandby:HeartbeatInterval=0.01", "HotStandby:HeartbeatInterval is 0.01; it must be 0.02 … 3600 seconds")]
    [InlineData("HotStandby:HeartbeatInterval=3601", "HotStandby:HeartbeatInterval is 3601; it must be 0.02 … 3600 seconds")]
    [InlineData("HotStandby:FailuresToSwitch=0", "HotStandby:FailuresToSwitch is 0; it must be 1 … 100")]
    [InlineData("HotStandby:FailuresToSwitch=101", "HotStandby:FailuresToSwitch is 101; it must be 1 … 100")]
    [InlineData("HotStandby:HoldHours=-1", "HotStandby:HoldHours is -1; it must be 0 … 8760 hours")]
    [InlineData("HotStandby:FrameworkRestartTime=86401", "HotStandby:FrameworkRestartTime is 86401; it must be 0 … 86400 seconds")]
    [InlineData("HotStandby:Server1Address=server1", "HotStandby:Server1Address is server1; it must be an IP address such as 10.1.1.1")]
    [InlineData("HotStandby:Server1Address=10.1", "HotStandby:Server1Address is 10.1; it must be an IP address such as 10.1.1.1")]
    [InlineData("HotStandby:Server1Address=10.1.1.300", "HotStandby:Server1Address is 10.1.1.300; it must be an IP address such as 10.1.1.1")]
    [InlineData("HotStandby:Server1Address=0.0.0.0", "HotStandby:Server1Address is 0.0.0.0; it must be an IP address such as 10.1.1.1")]
    [InlineData("HotStandby:Server1Address=", "HotStandby:Server1Address is empty; it must be an IP address such as 10.1.1.1 while HotStandby:Enabled is true")]
    [InlineData("HotStandby:Server2Address=10.1.1.1", "HotStandby:Server2Address is 10.1.1.1; it must differ from HotStandby:Server1Address")]
    [InlineData("HotStandby:VipAddress=10.1.1.2", "HotStandby:VipAddress is 10.1.1.2; it must differ from HotStandby:Server2Address")]
    [InlineData("HotStandby:TestVipDestination=true", "HotStandby:VipAddress is empty; it must be an IP address while HotStandby:TestVipDestination is true")]
    [InlineData("HotStandby:UseVipToBuildUrls=true", "HotStandby:VipAddress is empty; it must be an IP address while HotStandby:UseVipToBuildUrls is true")]
    [InlineData("Node:LocalAddress=here", "Node:LocalAddress is here; it must be an IP address such as 10.1.1.1, or empty")]
    [InlineData("Node:HttpAddress=all", "Node:HttpAddress is all; it must be an IP address such as 10.1.1.1, or empty or *")]
    [InlineData("Node:HttpPort=0", "Node:HttpPort is 0; it must be 1 … 65535")]
    [InlineData("Node:PeerPort=65536", "Node:PeerPort is 65536; it must be 1 … 65535")]
    [InlineData("Node:PeerPort=8080", "Node:PeerPort is 8080; it must differ from Node:HttpPort (8080)")]
    [InlineData("Node:PeerAddress=10.1.1.1", "Node:PeerAddress is 10.1.1.1; it must differ from Node:LocalAddress")]
    [InlineData("Node:PairSecret=tooshort", "Node:PairSecret has 8 characters; it must have 16 or more, or be empty")]
    [InlineData("Node:LanTargets:0=gateway", "Node:LanTargets:0 is gateway; it must be an IP address (ping) or address:port (TCP)")]
    [InlineData("Services:0:Name=a b", "Services:0:Name is a b; it must be 1 … 64 letters, digits, -, _ or . and begin with a letter or digit")]
    [InlineData("Services:0:Name=a", "Services:0:Command is empty; it must be set for type process")]
    [InlineData("Services:0:RestartAt=25:00", "Services:0:RestartAt is 25:00; it must be a local time 00:00 … 23:59, or empty")]
    [InlineData("Services:0:StopTimeout=0", "Services:0:StopTimeout is 0; it must be 0.1 … 3600 seconds")]
    [InlineData("Services:0:RestartBudget=-1", "Services:0:RestartBudget is -1; it must be 0 … 1000")]
    [InlineData("Checks:0:Url=ftp://x", "Checks:0:Url is ftp://x; it must be a URL such as http://127.0.0.1:9000/health")]
    [InlineData("Checks:0:Interval=0.01", "Checks:0:Interval is 0.01; it must be 0.1 … 3600 seconds")]
    [InlineData("Checks:0:Fall=0", "Checks:0:Fall is 0; it must be 1 … 100")]
    [InlineData("Witness:Type=etcd", "Witness:Type is etcd; it must be none in this version")]
    [InlineData("Pairs:b:HotStandby:FailuresToSwitch=0", "Pairs:b:HotStandby:FailuresToSwitch is 0; it must be 1 … 100")]
    [InlineData("Pairs:b:Hotstandbys:x=0", "Pairs:b:Hotstandbys is not a known key; did you mean HotStandby?")]
    public void Read_BadInput_NamesTheKeyAndWhatIsLegalInOneLine(string setting, string message)
    {
        var start = Read([.. Pair, setting]);

        var problem = Assert.Single(start.Problems, p => p.Message.StartsWith(message, StringComparison.Ordinal));
        Assert.False(problem.IsWarning);
        Assert.StartsWith(problem.Key, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
        Assert.True(start.IsRefused);
    }

    [Theory]
    [InlineData("HotStandby:HeartbeatTimeout=7", "HotStandby:HeartbeatTimeout is 7; it should be 8 seconds or more, 3 above the timeout of check web")]
    [InlineData("HotStandby:FrameworkRestartTime=121", "HotStandby:FailuresToSwitch is 5; (N-1) x H is 120 seconds, less than HotStandby:FrameworkRestartTime (121)")]
    [InlineData("HotStandby:SwitchOnApplicationError=true", "HotStandby:SwitchOnApplicationError is true; the load balancer must then check mod=IPSWS")]
    public void Read_DoubtfulInput_IsAcceptedWithAWarning(string setting, string message)
    {
        var start = Read([.. Pair, "Checks:0:Name=web", "Checks:0:Url=http://127.0.0.1:1/", setting]);

        var problem = Assert.Single(start.Problems);
        Assert.True(problem.IsWarning);
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
        Assert.False(start.IsRefused);
    }

    [Fact]
    public void Read_VeryShortInterval_IsAcceptedWithAWarning()
    {
        var start = Read("HotStandby:HeartbeatInterval=0.05", "HotStandby:HeartbeatTimeout=0.02");

        Assert.Equal("HotStandby:HeartbeatInterval is 0.05; below 0.1 seconds a busy server can miss its beats", Assert.Single(start.Problems).Message);
    }

    [Fact]
    public void Read_ManyProblems_ListsThemAllAtOnce()
    {
        var start = Read("Node:HttpPort=x", "HotStandby:FailuresToSwitch=0", "HotStandby:Nonsense=1", "Checks:0:Name=", "Services:0:Name=a", "Services:0:Command=/bin/a", "Services:1:Name=A", "Services:1:Command=/bin/b");

        string[] keys = ["Node:HttpPort", "HotStandby:FailuresToSwitch", "HotStandby:Nonsense", "Checks:0:Name", "Checks:0:Url", "Services:1:Name"];
        Assert.Equal(keys.Order(), start.Problems.Select(p => p.Key).Order());
        Assert.Contains(start.Problems, p => p.Message == "Services:1:Name is A; it must differ from Services:0:Name");
    }

    [Theory]
    [InlineData("10.1.1.1", true, 1)]
    [InlineData("10.1.1.2", true, 2)]
    [InlineData("10.1.1.3", true, null)]
    [InlineData("10.1.1.3", false, null)]
    [InlineData("", true, null)]
    public void LocalRank_OfAPair_IsThePlaceOfTheOwnAddress(string local, bool enabled, int? rank)
    {
        var parameters = new HotStandbyParameters { Enabled = enabled, Server1Address = "10.1.1.1", Server2Address = "10.1.1.2" };

        var (found, problem) = LocalIdentity.LocalRank(new NodeOptions { LocalAddress = local }, parameters);

        Assert.Equal(rank, (int?)found);
        Assert.Equal(rank is null, problem is not null);
        if (local == "10.1.1.3")
        {
            Assert.Equal("Node:LocalAddress is 10.1.1.3; it must be HotStandby:Server1Address (10.1.1.1) or HotStandby:Server2Address (10.1.1.2)", problem!.Message);
        }
    }

    [Fact]
    public void LocalRank_OfALoneServer_IsServer1()
    {
        var (rank, problem) = LocalIdentity.LocalRank(new NodeOptions(), new HotStandbyParameters());

        Assert.Equal(1, (int?)rank);
        Assert.Null(problem);
    }

    private static StartConfiguration Read(params string[] settings)
        => ConfigurationReader.Read(new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(s => s.Split('=', 2)).GroupBy(s => s[0]).Select(g => KeyValuePair.Create(g.Key, (string?)g.Last()[1]))).Build());
}
