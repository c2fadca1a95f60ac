using System.Text.Json;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Configuration;

/// <summary>Users, tokens and mutes in the replicated document.</summary>
public sealed class AccessTests
{
    private static readonly string Hash = new('a', 64);

    private static UserDefinition Anna => new() { Name = "anna", Role = AccessRole.Admin, PasswordHash = "pw-hash", SecurityStamp = "stamp" };

    private static PairConfiguration Full => new()
    {
        Access = new AccessConfiguration { Users = [Anna], Tokens = [new TokenDefinition { Id = "t1", Name = "monitoring", Hash = Hash }] },
        Mutes = [new CheckMute { Check = "web", Owner = "anna", Since = DateTimeOffset.UnixEpoch, Until = DateTimeOffset.UnixEpoch.AddHours(1) }],
        Services = [new ServiceDefinition { Name = "cti", Command = "x", Environment = new Dictionary<string, string> { ["DB_PASSWORD"] = "hidden", ["MODE"] = "live" } }],
    };

    [Fact]
    public void A_document_without_users_keeps_its_hash_and_one_with_them_has_another()
    {
        var plain = new PairConfiguration();

        Assert.DoesNotContain("Access", ConfigurationJson.Canonical(plain), StringComparison.Ordinal);
        Assert.NotEqual(ConfigurationJson.Hash(Full), ConfigurationJson.Hash(Full with { Access = AccessConfiguration.Empty }));
        Assert.NotEqual(ConfigurationJson.Hash(Full), ConfigurationJson.Hash(Full with { Mutes = [] }));
        Assert.NotEqual(ConfigurationJson.Hash(Full), ConfigurationJson.Hash(Full with { Access = Full.Access with { Users = [Anna with { Disabled = true }] } }));
        Assert.Equal((1, 2), (plain.NeededFormat, Full.NeededFormat));
    }

    [Fact]
    public void A_document_of_before_reads_as_having_nobody()
    {
        var read = JsonSerializer.Deserialize<PairConfiguration>("""{ "Format": 1, "HotStandby": {} }""", ConfigurationJson.Options)!;

        Assert.True(read.Access.IsEmpty);
        Assert.Empty(read.Mutes);
    }

    [Fact]
    public void The_store_keeps_users_and_mutes()
    {
        using var folder = new ScratchFolder();
        var store = new ConfigurationStore(folder.Path, TimeProvider.System);
        store.Initial(new PairConfiguration());
        store.Save(store.Make(Full with { Format = Full.NeededFormat }, new Revision(1, 1, 1), "anna"));

        var read = new ConfigurationStore(folder.Path, TimeProvider.System).Current!;

        Assert.Equal(Anna, read.Content.Access.Users.Single());
        Assert.Equal(Full.Mutes, read.Content.Mutes);
        Assert.Equal(read.Hash, ConfigurationJson.Hash(read.Content));
    }

    [Fact]
    public void Without_secrets_nothing_secret_is_left_and_saving_that_loses_nothing()
    {
        var shown = Full.WithoutSecrets();
        var text = JsonSerializer.Serialize(shown, ConfigurationJson.Options);

        Assert.All(["pw-hash", "stamp", Hash, "hidden"], secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        Assert.Contains("live", text, StringComparison.Ordinal);
        Assert.Equal(ConfigurationJson.Hash(Full), ConfigurationJson.Hash(shown.KeepSecretsOf(Full)));
    }

    [Fact]
    public void A_secret_that_is_set_anew_wins_over_the_one_before()
    {
        var wanted = Full.WithoutSecrets() with { Access = Full.WithoutSecrets().Access with { Users = [Anna with { PasswordHash = "other" }] } };

        Assert.Equal("other", wanted.KeepSecretsOf(Full).Access.Users[0].PasswordHash);
    }

    [Theory]
    [InlineData("", "Access:Users:0:Name")]
    [InlineData("anna smith", "Access:Users:0:Name")]
    [InlineData("анна", "Access:Users:0:Name")]
    [InlineData("<script>", "Access:Users:0:Name")]
    public void A_login_that_is_none_is_refused_by_its_key(string name, string key)
        => Assert.Contains(Problems(Full with { Access = new AccessConfiguration { Users = [Anna with { Name = name }] } }), p => p.Key == key);

    [Fact]
    public void Equal_logins_and_broken_tokens_are_refused()
    {
        var problems = Problems(Full with
        {
            Access = new AccessConfiguration { Users = [Anna, Anna with { Name = "ANNA" }], Tokens = [new TokenDefinition { Id = "t 1", Hash = "my-secret" }] },
            Mutes = [new CheckMute { Check = "web" }],
        });

        Assert.Equal(["Access:Tokens:0:Hash", "Access:Tokens:0:Id", "Access:Users:1:Name", "Mutes:0:Until"], problems.Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.All(problems, p => Assert.DoesNotContain("my-secret", p.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_last_enabled_admin_must_remain()
    {
        Assert.NotNull(AccessConfigurationValidator.LockOut(Full, Full with { Access = AccessConfiguration.Empty }));
        Assert.NotNull(AccessConfigurationValidator.LockOut(Full, Full with { Access = new AccessConfiguration { Users = [Anna with { Disabled = true }] } }));
        Assert.Null(AccessConfigurationValidator.LockOut(Full, Full with { Access = new AccessConfiguration { Users = [Anna with { Name = "eve" }] } }));
        Assert.Null(AccessConfigurationValidator.LockOut(new PairConfiguration(), new PairConfiguration()));
    }

    [Fact]
    public void Settings_texts_neither_show_nor_lose_users()
    {
        var document = new ConfigurationDocument(new Revision(1, 1, 1), "", DateTimeOffset.UnixEpoch, "anna", Full);

        Assert.DoesNotContain("anna", SettingsText.Export(document), StringComparison.Ordinal);
        Assert.DoesNotContain(SettingsKeys.Get(Full, "").Values, v => v.Key.StartsWith("Access", StringComparison.Ordinal) || v.Key.StartsWith("Mutes", StringComparison.Ordinal));
        Assert.NotNull(SettingsKeys.Get(Full, "Access:Users:0:Name").Problem);

        var set = SettingsKeys.Set(Full, ["HotStandby:HoldHours=7"]);
        Assert.Equal(Full.Access.Users, set.Content!.Access.Users);
        Assert.Equal(Full.Access.Tokens, set.Content.Access.Tokens);
        Assert.Equal(Full.Mutes, set.Content.Mutes);
        Assert.NotEmpty(SettingsKeys.Set(Full, ["Access:Users:0:Role=Admin"]).Problems);
        Assert.Contains(SettingsText.Import("""{ "Access": {} }""").Problems, p => p.Key == "Access");
    }

    private static IReadOnlyList<ConfigurationProblem> Problems(PairConfiguration pair) => [.. ConfigurationRules.Problems(pair).Where(p => !p.IsWarning)];
}
