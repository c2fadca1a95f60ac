using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Notifications;
using HaConsole.Web.Model.Notifications;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Notifications;

/// <summary>Notifications by API: nobody sees a secret, only admins send tests.</summary>
public sealed class NotificationCallTests : IAsyncLifetime
{
    private static readonly NotificationSettings Settings = new()
    {
        Channels =
        [
            new NotificationChannel { Name = "mail", Host = "mail.example", User = "ha", Password = "s3cret-p", From = "ha@example.com", To = ["one@example.com"] },
            new NotificationChannel { Name = "hook", Type = ChannelType.Webhook, Url = "https://hooks.example/{token}", Token = "s3cret-t", SigningKey = "s3cret-k" },
        ],
        Rules = [new NotificationRule { Name = "all", Channels = ["mail"] }],
    };

    private RunningServer server = null!;

    public async Task InitializeAsync()
    {
        server = await RunningServer.StartAsync();
        await server.Engine.EditConfigurationAsync(c => c with { Notifications = Settings }, "test", CancellationToken.None);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("/api/v1/notifications")]
    [InlineData("/api/v1/configuration")]
    [InlineData("/api/v1/settings/history")]
    public async Task No_answer_holds_a_secret(string path)
    {
        using var admin = await server.WithTokenAsync("admin");
        Assert.DoesNotContain("s3cret", await admin.GetStringAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_of_both_servers_names_each_message_once()
    {
        var waiting = new Delivery { Id = "1", Channel = "mail", Origin = 1, State = DeliveryState.Waiting, Happened = DateTimeOffset.UnixEpoch };
        server.Engine.Notifications = new NotificationStatus(1, [new ChannelStatus { Name = "mail", Waiting = 1 }], [waiting]);
        server.Engine.NotificationsThere = new NotificationStatus(2, [], [waiting with { State = DeliveryState.Delivered, By = 2, Answer = "250 ok" }]);
        using var reader = await server.WithTokenAsync("read");

        var answer = JsonNode.Parse(await reader.GetStringAsync("/api/v1/notifications"))!;

        var line = answer["log"]!.AsArray().Single()!;
        Assert.Equal(("Delivered", 2, "250 ok"), (line["state"]!.GetValue<string>(), line["by"]!.GetValue<int>(), line["answer"]!.GetValue<string>()));
        Assert.Equal(["mail", "hook"], answer["channels"]!.AsArray().Select(c => c!["name"]!.GetValue<string>()));
        Assert.Equal("https://hooks.example/{token}", answer["channels"]![1]!["target"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_test_answers_what_the_receiver_said_and_is_audited()
    {
        server.Engine.TestResult = new DeliveryResult(false, "535 wrong", false, ["> AUTH PLAIN •••", "< 535 wrong"]);
        using var admin = await server.WithTokenAsync("admin");
        using var response = await PostAsync(admin, "notifications/mail/test", """{"server":2}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal((false, "535 wrong"), (answer["succeeded"]!.GetValue<bool>(), answer["answer"]!.GetValue<string>()));
        Assert.Equal(("mail", 2), Assert.Single(server.Engine.Tests));
        var entry = server.Engine.Audit.Read(0, 100)[^1];
        Assert.Equal(("notification-test", "haconsole notifications test mail --server 2", "failed"), (entry.Action, entry.CommandLine, entry.Result));
    }

    [Fact]
    public async Task A_test_needs_an_admin_a_server_and_a_channel()
    {
        using var person = await server.WithTokenAsync("operate");
        using var forbidden = await PostAsync(person, "notifications/mail/test", "{}");
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        using var admin = await server.WithTokenAsync("admin");
        using var wrong = await PostAsync(admin, "notifications/mail/test", """{"server":3}""");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var unknown = await PostAsync(admin, "notifications/none/test", "{}");
        Assert.Equal(HttpStatusCode.Conflict, unknown.StatusCode);
        Assert.Empty(server.Engine.Tests);
    }

    [Fact]
    public void Secrets_that_are_left_empty_stay_what_they_are()
    {
        var shown = Settings.WithoutSecrets();
        Assert.All(shown.Channels, c => Assert.Equal(("", "", ""), (c.Password, c.Token, c.SigningKey)));
        var kept = shown.KeepSecretsOf(Settings);
        Assert.Equal(["s3cret-p", ""], kept.Channels.Select(c => c.Password));
        Assert.Equal(["", "s3cret-t"], kept.Channels.Select(c => c.Token));
        Assert.DoesNotContain("s3cret", NotificationViews.Target(Settings.Channels[1]), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string body)
        => client.PostAsync(new Uri("/api/v1/" + path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
}
