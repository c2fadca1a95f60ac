using HaConsole.Engine.Configuration;
using HaConsole.Engine.Tests.State;
using HaConsole.Engine.VirtualIp;
using HaConsole.Failover;
using Microsoft.Extensions.Configuration;

namespace HaConsole.Engine.Tests.Configuration;

/// <summary>The list of managed addresses in the replicated document, in files, texts and keys.</summary>
public sealed class AddressDefinitionTests
{
    private static readonly AddressDefinition Portal = new() { Name = "portal", Address = "10.1.1.100/24", Interface = "eth0", Label = "eth0:vip", Order = AddressOrder.AfterServices, Announcements = 3 };

    private static PairConfiguration WithPortal => new() { Addresses = [Portal] };

    [Fact]
    public void A_document_without_the_list_keeps_hash_and_format_and_one_with_it_has_format_3()
    {
        Assert.DoesNotContain("Addresses", ConfigurationJson.Canonical(new PairConfiguration()), StringComparison.Ordinal);
        Assert.NotEqual(ConfigurationJson.Hash(new PairConfiguration()), ConfigurationJson.Hash(WithPortal));
        Assert.Equal((1, 3), (new PairConfiguration().NeededFormat, WithPortal.NeededFormat));
    }

    [Fact]
    public void A_first_start_takes_the_list_of_the_files_and_stores_it()
    {
        using var folder = new ScratchFolder();
        var start = ConfigurationReader.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Addresses:0:Name"] = "portal",
            ["Addresses:0:Address"] = "10.1.1.100/24",
            ["Addresses:0:Interface"] = "eth0",
            ["Addresses:0:Label"] = "eth0:vip",
            ["Addresses:0:Order"] = "after-services",
            ["Addresses:0:Announcements"] = "3",
        }).Build());
        Assert.DoesNotContain(start.Problems, p => !p.IsWarning);
        Assert.Equal(Portal, start.Pair.Addresses.Single());

        new ConfigurationStore(folder.Path, TimeProvider.System).Initial(start.Pair);

        Assert.Equal(Portal, new ConfigurationStore(folder.Path, TimeProvider.System).Current!.Content.Addresses.Single());
    }

    [Fact]
    public void Export_import_and_keys_carry_the_list()
    {
        var document = new ConfigurationDocument(new Revision(1, 2, 1), "", DateTimeOffset.UnixEpoch, "anna", WithPortal with { Format = 3 });
        var text = SettingsText.Export(document);

        Assert.Contains("after-services", text, StringComparison.Ordinal);
        Assert.Equal(Portal, SettingsText.Import(text).Content!.Addresses.Single());
        Assert.DoesNotContain("Addresses", SettingsText.Export(document with { Content = new PairConfiguration() }), StringComparison.Ordinal);
        Assert.Equal(AddressOrder.BeforeServices, SettingsKeys.Set(WithPortal, ["Addresses:0:Order=before-services"]).Content!.Addresses.Single().Order);
    }

    [Theory]
    [InlineData("Name=a b", "Addresses:0:Name")]
    [InlineData("Address=10.1.1.100", "Addresses:0:Address")]
    [InlineData("Address=10.1.1.0/24", "Addresses:0:Address")]
    [InlineData("Address=10.1.1.255/24", "Addresses:0:Address")]
    [InlineData("Address=10.1.1.100/33", "Addresses:0:Address")]
    [InlineData("Address=127.0.0.9/8", "Addresses:0:Address")]
    [InlineData("Address=fe80::1/64", "Addresses:0:Address")]
    [InlineData("Address=10.1.1.1/24", "Addresses:0:Address")]
    [InlineData("Interface=a b", "Addresses:0:Interface")]
    [InlineData("Label=other:vip", "Addresses:0:Label")]
    [InlineData("Order=never", "Addresses:0:Order")]
    [InlineData("Announcements=0", "Addresses:0:Announcements")]
    [InlineData("AnnounceInterval=0.01", "Addresses:0:AnnounceInterval")]
    [InlineData("RemoveCommand=true", "Addresses:0:AddCommand")]
    public void A_wrong_value_is_refused_by_its_key(string assignment, string key)
    {
        var pair = WithPortal with { HotStandby = new HotStandbyParameters { Server1Address = "10.1.1.1", Server2Address = "10.1.1.2" } };

        Assert.Contains(SettingsKeys.Set(pair, ["Addresses:0:" + assignment]).Problems, p => !p.IsWarning && p.Key == key);
    }

    [Fact]
    public void Equal_names_and_equal_addresses_are_refused()
    {
        var problems = ConfigurationRules.Problems(new PairConfiguration { Addresses = [Portal, Portal with { Name = "PORTAL", Address = "10.1.1.100/25" }] });

        Assert.Equal(["Addresses:1:Name", "Addresses:1:Address"], problems.Select(p => p.Key));
    }

    [Theory]
    [InlineData("10.1.1.100/24", "10.1.1.1", true)]
    [InlineData("10.1.1.100/24", "10.1.2.1", false)]
    [InlineData("10.1.1.100/25", "10.1.1.200", false)]
    [InlineData("fd00::100/64", "fd00::1", true)]
    [InlineData("fd00::100/64", "fd00:0:0:1::1", false)]
    [InlineData("fd00::100/64", "10.1.1.1", false)]
    public void A_subnet_holds_its_addresses(string cidr, string address, bool holds)
    {
        Assert.True(CidrAddress.TryParse(cidr, out var parsed));
        Assert.Equal(holds, parsed.Holds(System.Net.IPAddress.Parse(address)));
    }
}
