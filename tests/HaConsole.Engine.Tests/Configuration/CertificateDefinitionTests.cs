using HaConsole.Engine.Configuration;
using HaConsole.Engine.Replication;
using HaConsole.Engine.Tests.Loop;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaConsole.Engine.Tests.Configuration;

/// <summary>The list of certificates in the replicated document, in files, texts and keys.</summary>
public sealed class CertificateDefinitionTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly CertificateDefinition Portal = new()
    {
        Name = "portal",
        CertificateFile = "/etc/ssl/portal.pem",
        KeyFile = "/etc/ssl/private/portal.key",
        ChainFile = "/etc/ssl/chain.pem",
        WarnDays = 20,
        CheckInterval = 60,
    };

    private static PairConfiguration WithPortal => new() { Certificates = [Portal] };

    [Fact]
    public void A_document_without_the_list_keeps_hash_and_format_and_one_with_it_has_format_3()
    {
        Assert.DoesNotContain("Certificates", ConfigurationJson.Canonical(new PairConfiguration()), StringComparison.Ordinal);
        Assert.NotEqual(ConfigurationJson.Hash(new PairConfiguration()), ConfigurationJson.Hash(WithPortal));
        Assert.NotEqual(ConfigurationJson.Hash(WithPortal), ConfigurationJson.Hash(new PairConfiguration { Certificates = [Portal with { WarnDays = 21 }] }));
        Assert.Equal((1, 3), (new PairConfiguration().NeededFormat, WithPortal.NeededFormat));
        Assert.Equal(3, new PairConfiguration().FormatAfter(WithPortal with { Format = 3 }));
        Assert.Equal(1, new PairConfiguration().FormatAfter(new PairConfiguration()));
    }

    [Fact]
    public void A_first_start_takes_the_list_of_the_files_and_stores_it()
    {
        using var folder = new ScratchFolder();
        var start = ConfigurationReader.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Certificates:0:Name"] = "portal",
            ["Certificates:0:CertificateFile"] = "/etc/ssl/portal.pem",
            ["Certificates:0:KeyFile"] = "/etc/ssl/private/portal.key",
            ["Certificates:0:ChainFile"] = "/etc/ssl/chain.pem",
            ["Certificates:0:WarnDays"] = "20",
            ["Certificates:0:CheckInterval"] = "60",
        }).Build());
        Assert.DoesNotContain(start.Problems, p => !p.IsWarning);
        Assert.Equal(Portal, start.Pair.Certificates.Single());

        new ConfigurationStore(folder.Path, TimeProvider.System).Initial(start.Pair);
        var stored = new ConfigurationStore(folder.Path, TimeProvider.System).Current!;

        Assert.Equal(Portal, stored.Content.Certificates.Single());
        Assert.Equal(3, stored.Content.Format);
        Assert.Equal(stored.Hash, ConfigurationJson.Hash(stored.Content));
    }

    [Fact]
    public void Export_import_and_keys_carry_the_list()
    {
        var document = new ConfigurationDocument(new Revision(1, 2, 1), "", DateTimeOffset.UnixEpoch, "anna", WithPortal with { Format = 3 });
        var text = SettingsText.Export(document);

        Assert.Contains("\"Format\": 3", text, StringComparison.Ordinal);
        Assert.Equal(Portal, SettingsText.Import(text).Content!.Certificates.Single());
        Assert.DoesNotContain("Certificates", SettingsText.Export(document with { Content = new PairConfiguration() }), StringComparison.Ordinal);

        Assert.Equal("20", SettingsKeys.Get(WithPortal, "Certificates:0:WarnDays").Values.Single().Value);
        Assert.Null(SettingsKeys.Get(new PairConfiguration(), "Certificates").Problem);
        var set = SettingsKeys.Set(WithPortal, ["Certificates:0:WarnDays=7", "Certificates:1:Name=b", "Certificates:1:CertificateFile=/b.pfx", "Certificates:1:PasswordFile=/b.txt"]);
        Assert.Equal([7, 30], set.Content!.Certificates.Select(c => c.WarnDays));
    }

    [Theory]
    [InlineData("Name=a b", "Certificates:0:Name")]
    [InlineData("CertificateFile=", "Certificates:0:CertificateFile")]
    [InlineData("CertificateFile=portal.pem", "Certificates:0:CertificateFile")]
    [InlineData("CertificateFile=/etc/../root/portal.pem", "Certificates:0:CertificateFile")]
    [InlineData("CertificateFile=/etc/ssl/", "Certificates:0:CertificateFile")]
    [InlineData("KeyFile=/etc/ssl/portal.pem", "Certificates:0:KeyFile")]
    [InlineData("ChainFile=chain.pem", "Certificates:0:ChainFile")]
    [InlineData("PasswordFile=/etc/ssl/private/portal.key", "Certificates:0:PasswordFile")]
    [InlineData("WarnDays=0", "Certificates:0:WarnDays")]
    [InlineData("WarnDays=366", "Certificates:0:WarnDays")]
    [InlineData("CheckInterval=0.5", "Certificates:0:CheckInterval")]
    public void A_wrong_value_is_refused_by_its_key(string assignment, string key)
        => Assert.Equal(key, Assert.Single(SettingsKeys.Set(WithPortal, ["Certificates:0:" + assignment]).Problems, p => !p.IsWarning).Key);

    [Fact]
    public void Equal_names_are_refused()
        => Assert.Contains(ConfigurationRules.Problems(new PairConfiguration { Certificates = [Portal, Portal with { Name = "PORTAL" }] }), p => p.Key == "Certificates:1:Name");

    [Fact]
    public async Task A_peer_that_does_not_know_the_list_does_not_lose_it_and_one_that_empties_it_does()
    {
        using var folder = new ScratchFolder();
        var store = new ConfigurationStore(folder.Path, TimeProvider.System);
        store.Initial(new PairConfiguration());
        var link = new ScriptedLink();
        link.Push.SetResult(true);
        using var keeper = new ConfigurationKeeper(store, new ConflictStore(folder.Path), link, TimeProvider.System, NullLogger.Instance)
        {
            Validate = _ => [],
            Serves = () => false,
            Applied = _ => { },
            Event = (_, _, _) => { },
        };
        var made = await keeper.ChangeAsync(WithPortal, Revision.None, "anna", Rank.Primary, Epoch.None, None);
        Assert.Equal(3, made.Document.Content.Format);

        var old = store.Make(new PairConfiguration { HotStandby = new HotStandbyParameters { HoldHours = 3 } }, new Revision(1, 9, 2), "older version");
        await keeper.OfferAsync(old, None);
        Assert.Equal(Portal, keeper.Current.Content.Certificates.Single());
        Assert.Equal((3, 3.0), (keeper.Current.Content.Format, keeper.Current.Content.HotStandby.HoldHours));
        Assert.True(keeper.Current.Revision > old.Revision);

        var emptied = await keeper.ChangeAsync(new PairConfiguration(), keeper.Current.Revision, "anna", Rank.Primary, Epoch.None, None);
        Assert.Equal((0, 3), (emptied.Document.Content.Certificates.Count, emptied.Document.Content.Format));
        var joined = store.Make(new PairConfiguration(), new Revision(2, 1, 2), "pair");
        Assert.True(await keeper.OfferAsync(joined, None, joining: true));
        Assert.Equal(joined.Revision, keeper.Current.Revision);
    }
}
