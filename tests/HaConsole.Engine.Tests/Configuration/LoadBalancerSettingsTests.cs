using HaConsole.Engine.Configuration;
using HaConsole.Failover;
using Microsoft.Extensions.Configuration;

namespace HaConsole.Engine.Tests.Configuration;

/// <summary>The load balancer's settings in the replicated document, in files, texts and keys.</summary>
public sealed class LoadBalancerSettingsTests
{
    private static readonly LoadBalancerSettings Wanted = new() { Mode = BalancerMode.Ft, Interval = 2, Runtime = ["/run/haproxy.sock", "10.1.1.9:9999"], Backends = ["app", "api"], Standby = BalancerStandby.Drain };

    private static PairConfiguration With => new() { LoadBalancer = Wanted };

    [Fact]
    public void A_document_without_them_keeps_hash_and_format()
    {
        Assert.DoesNotContain("LoadBalancer", ConfigurationJson.Canonical(new PairConfiguration()), StringComparison.Ordinal);
        Assert.NotEqual(ConfigurationJson.Hash(new PairConfiguration()), ConfigurationJson.Hash(With));
        Assert.Equal((1, 3), (new PairConfiguration().NeededFormat, With.NeededFormat));
    }

    [Fact]
    public void Files_exports_and_keys_carry_them()
    {
        var start = ConfigurationReader.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["LoadBalancer:Mode"] = "ft",
            ["LoadBalancer:Interval"] = "2",
            ["LoadBalancer:Runtime:0"] = "/run/haproxy.sock",
            ["LoadBalancer:Runtime:1"] = "10.1.1.9:9999",
            ["LoadBalancer:Backends"] = "app, api",
            ["LoadBalancer:Standby"] = "drain",
        }).Build());
        Assert.DoesNotContain(start.Problems, p => !p.IsWarning);
        Assert.Equal(Wanted, start.Pair.LoadBalancer);

        var document = new ConfigurationDocument(new Revision(1, 2, 1), "", DateTimeOffset.UnixEpoch, "anna", With with { Format = 3 });
        Assert.Equal(Wanted, SettingsText.Import(SettingsText.Export(document)).Content!.LoadBalancer);
        Assert.DoesNotContain("LoadBalancer", SettingsText.Export(document with { Content = new PairConfiguration() }), StringComparison.Ordinal);
        Assert.Equal(5, SettingsKeys.Set(With, ["LoadBalancer:Interval=5"]).Content!.LoadBalancer.Interval);
    }

    [Theory]
    [InlineData("Interval=0", "LoadBalancer:Interval")]
    [InlineData("Timeout=0", "LoadBalancer:Timeout")]
    [InlineData("Fall=0", "LoadBalancer:Fall")]
    [InlineData("Rise=101", "LoadBalancer:Rise")]
    [InlineData("Mode=http", "LoadBalancer:Mode")]
    [InlineData("AgentPort=70000", "LoadBalancer:AgentPort")]
    [InlineData("Runtime:0=haproxy", "LoadBalancer:Runtime:0")]
    [InlineData("Runtime:0=10.1.1.9:0", "LoadBalancer:Runtime:0")]
    [InlineData("Backends:0=app;shutdown", "LoadBalancer:Backends:0")]
    [InlineData("Server1Name=a b", "LoadBalancer:Server1Name")]
    [InlineData("Server2Name=server1", "LoadBalancer:Server2Name")]
    public void A_wrong_value_is_named(string assignment, string key)
        => Assert.Contains(SettingsKeys.Set(With, ["LoadBalancer:" + assignment]).Problems, p => p.Key == key && !p.IsWarning);
}
