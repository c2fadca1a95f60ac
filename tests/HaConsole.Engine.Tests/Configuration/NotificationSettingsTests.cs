using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Configuration;

/// <summary>Settings of notifications: every field has its rule, no secret is shown, older versions refuse what they would lose.</summary>
public sealed class NotificationSettingsTests
{
    private static readonly NotificationChannel Mail = new() { Name = "mail", Host = "mail.example", User = "ha", Password = "s3cret", From = "ha@example.com", To = ["one@example.com"] };
    private static readonly NotificationChannel Hook = new() { Name = "hook", Type = ChannelType.Webhook, Url = "https://hooks.example/{token}", Token = "s3cret-t" };

    public static TheoryData<string, NotificationChannel> Wrong => new()
    {
        { "Name", Mail with { Name = "@mail" } },
        { "Host", Mail with { Host = "" } },
        { "Host", Mail with { Host = "mail\r\nexample" } },
        { "Port", Mail with { Port = 65536 } },
        { "User", Mail with { Security = MailSecurity.None } },
        { "Password", Mail with { Password = "a\nb" } },
        { "From", Mail with { From = "ha@example.com>\r\nRCPT TO:<x@example.com" } },
        { "From", Mail with { From = "HA <ha@example.com>" } },
        { "To", Mail with { To = [] } },
        { "To", Mail with { To = ["one@example.com, two@example.com"] } },
        { "Url", Hook with { Url = "" } },
        { "Url", Hook with { Url = "file:///etc/passwd" } },
        { "Url", Hook with { Url = "https://user:word@hooks.example/" } },
        { "Url", Hook with { Url = "https://{token}.example/" } },
        { "Token", Hook with { Token = "a b" } },
        { "Facility", Mail with { Facility = 24 } },
        { "Command", new NotificationChannel { Name = "run", Type = ChannelType.Command, Command = "relative" } },
        { "Fingerprint", Mail with { Fingerprint = "12:34" } },
        { "Timeout", Mail with { Timeout = 0.5 } },
        { "QuietFrom", Mail with { QuietFrom = "25:00", QuietTo = "06:00" } },
        { "QuietTo", Mail with { QuietFrom = "22:00" } },
        { "QuietZone", Mail with { QuietZone = "Mars/Olympus" } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_field_is_a_problem_with_its_key(string field, NotificationChannel channel)
        => Assert.Contains(Problems(new NotificationSettings { Channels = [channel] }), p => p.Key == $"Notifications:Channels:0:{field}");

    [Fact]
    public void Right_settings_have_no_problem()
        => Assert.Empty(Problems(new NotificationSettings { Channels = [Mail, Hook], Rules = [new NotificationRule { Name = "r", Events = ["role-*"], Channels = ["MAIL"], Digest = 60, Repeat = 7200 }] }));

    [Fact]
    public void Names_are_unique_and_rules_name_channels_that_there_are()
    {
        var problems = Problems(new NotificationSettings
        {
            Channels = [Mail, Hook with { Name = "Mail" }],
            Rules = [new NotificationRule { Name = "r", Channels = ["none"], Repeat = 5, Events = ["a b"] }],
        });
        Assert.Contains(problems, p => p.Key == "Notifications:Channels:1:Name");
        Assert.Contains(problems, p => p.Key == "Notifications:Rules:0:Channels");
        Assert.Contains(problems, p => p.Key == "Notifications:Rules:0:Repeat");
        Assert.Contains(problems, p => p.Key == "Notifications:Rules:0:Events");
    }

    [Fact]
    public void An_export_comes_back_and_a_document_without_them_is_as_before()
    {
        var content = new PairConfiguration { Notifications = new NotificationSettings { Channels = [Hook], Rules = [new NotificationRule { Name = "r" }] } };
        Assert.Equal(PairConfiguration.FilesFormat, content.NeededFormat);
        Assert.DoesNotContain("Notifications", ConfigurationJson.Canonical(new PairConfiguration()), StringComparison.Ordinal);
        var document = new ConfigurationDocument(Revision.None, "", DateTimeOffset.UnixEpoch, "x", content with { Format = content.NeededFormat });
        var read = SettingsText.Import(SettingsText.Export(document));
        Assert.Empty(read.Problems);
        Assert.Equal(ConfigurationJson.Canonical(document.Content), ConfigurationJson.Canonical(read.Content!));
        Assert.DoesNotContain("Notifications", SettingsText.Export(document with { Content = new PairConfiguration() }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_says_that_a_secret_changed_and_not_what_it_is()
    {
        var before = new PairConfiguration { Notifications = new NotificationSettings { Channels = [Hook] } };
        var after = new PairConfiguration { Notifications = new NotificationSettings { Channels = [Hook with { Token = "s3cret-u" }] } };
        var change = Assert.Single(ConfigurationTree.Between(before, after));
        Assert.Equal(("Notifications:Channels:hook:Token", "•••", "•••"), (change.Key, change.First, change.Second));
        Assert.DoesNotContain("s3cret", Assert.Single(ConfigurationTree.Between(new PairConfiguration(), after), c => c.Key.StartsWith("Notifications", StringComparison.Ordinal)).Second, StringComparison.Ordinal);
    }

    private static IReadOnlyList<ConfigurationProblem> Problems(NotificationSettings settings)
        => ConfigurationRules.Problems(new PairConfiguration { Notifications = settings });
}
