using System.Text;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Notifications;
using HaConsole.Engine.Notifications.Senders;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Notifications;

/// <summary>E-mail, against a mail server in this process.</summary>
public sealed class MailTests
{
    private static readonly NotificationMessage Message = Of("Server #1 is Active.");

    [Theory]
    [InlineData("PLAIN LOGIN")]
    [InlineData("LOGIN")]
    public async Task A_mail_goes_out_after_STARTTLS_and_sign_in(string ways)
    {
        await using var server = new MailServer { AuthWays = ways };
        var result = await SendAsync(Channel(server), Message);

        Assert.True(result.Succeeded, result.Answer);
        Assert.Equal("250 2.0.0 taken as 4711", result.Answer);
        var mail = Assert.Single(server.Mails);
        Assert.True(mail.Encrypted);
        Assert.Equal(("ha", "haconsole@example.com"), (mail.User, mail.From));
        Assert.Equal(["one@example.com", "two@example.com"], mail.To);
        Assert.Equal("[HaConsole default] ALARM: Server #1 is Active.", mail.Header("Subject"));
        Assert.Equal($"<{Message.Id}.default@haconsole.invalid>", mail.Header("Message-ID"));
        Assert.Contains("Server #1 is Active.", mail.Body, StringComparison.Ordinal);
        Assert.Equal(["STARTTLS"], server.InClear.Where(l => !l.StartsWith("EHLO", StringComparison.Ordinal)));
        Assert.DoesNotContain(result.Dialogue, l => l.Contains("secret", StringComparison.Ordinal) || l.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes("secret")), StringComparison.Ordinal));
        Assert.Contains("> AUTH", string.Join('\n', result.Dialogue), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_goes_out_by_TLS_from_the_first_byte()
    {
        await using var server = new MailServer { IsTlsAtOnce = true };
        var result = await SendAsync(Channel(server) with { Security = MailSecurity.Tls }, Message);
        Assert.True(result.Succeeded, result.Answer);
        Assert.True(Assert.Single(server.Mails).Encrypted);
        Assert.Empty(server.InClear);
    }

    [Fact]
    public async Task Nothing_is_said_in_clear_text_when_STARTTLS_is_not_offered_or_the_certificate_is_another_one()
    {
        await using var server = new MailServer { OffersStarttls = false };
        var without = await SendAsync(Channel(server), Message);
        Assert.False(without.Succeeded);
        Assert.Contains("STARTTLS", without.Answer, StringComparison.Ordinal);

        server.OffersStarttls = true;
        Assert.False((await SendAsync(Channel(server) with { Fingerprint = "" }, Message)).Succeeded);
        Assert.False((await SendAsync(Channel(server) with { Fingerprint = new string('0', 64) }, Message)).Succeeded);
        Assert.Empty(server.Mails);
        Assert.DoesNotContain(server.InClear, l => l.StartsWith("AUTH", StringComparison.Ordinal) || l.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_password_is_answered_in_the_servers_words()
    {
        await using var server = new MailServer();
        var result = await SendAsync(Channel(server) with { Password = "wrong" }, Message);
        Assert.Equal((false, false, "535 5.7.8 wrong user or password"), (result.Succeeded, result.Refused, result.Answer));
    }

    [Fact]
    public async Task A_refused_receiver_does_not_keep_the_mail_from_the_others()
    {
        await using var server = new MailServer { Receiver = to => to.StartsWith("one", StringComparison.Ordinal) ? "550 5.1.1 unknown" : "250 ok" };
        var some = await SendAsync(Channel(server), Message);
        Assert.True(some.Succeeded);
        Assert.Contains("not for one@example.com: 550 5.1.1 unknown", some.Answer, StringComparison.Ordinal);
        Assert.Equal(["two@example.com"], Assert.Single(server.Mails).To);

        server.Receiver = _ => "550 5.1.1 unknown";
        var none = await SendAsync(Channel(server), Message);
        Assert.Equal((false, true), (none.Succeeded, none.Refused));
    }

    [Fact]
    public async Task A_mail_server_that_hangs_ends_with_the_timeout()
    {
        await using var server = new MailServer { Hangs = true };
        var result = await SendAsync(Channel(server) with { Timeout = 1 }, Message);
        Assert.Equal((false, "no answer within 1 s"), (result.Succeeded, result.Answer));
    }

    [Theory]
    [InlineData("First\r\nBcc: everybody@example.com\r\n\r\nbody")]
    [InlineData("Zweite\nZeile: ärgerlich 🔥 und lang genug, dass das Wort in mehrere Teile zerfällt, ohne ein Zeichen zu zerschneiden")]
    [InlineData("=?utf-8?B?QmNjOg==?=\u2028x")]
    public async Task Nothing_in_a_sentence_becomes_a_header_or_ends_the_mail(string sentence)
    {
        await using var server = new MailServer();
        var result = await SendAsync(Channel(server), Of(sentence + "\r\n.\r\nMAIL FROM:<x@example.com>"));
        Assert.True(result.Succeeded, result.Answer);
        var mail = Assert.Single(server.Mails);
        Assert.Equal("", mail.Header("Bcc"));
        Assert.Equal(["From", "To", "Subject", "Date", "Message-ID", "X-HaConsole-Event", "Auto-Submitted", "Importance", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"],
            mail.Text.Split("\r\n\r\n")[0].Split("\r\n").Where(l => l[0] != ' ').Select(l => l.Split(':')[0]));
        Assert.All(mail.Text.Split("\r\n"), l => Assert.True(l.Length < 200));
    }

    [Fact]
    public async Task What_a_hanging_mail_server_did_not_take_arrives_when_it_works_again()
    {
        await using var server = new MailServer { Hangs = true };
        await using var bench = new CenterBench
        {
            Settings = new NotificationSettings { Channels = [Channel(server) with { Timeout = 1 }], Rules = [new NotificationRule { Name = "all", Events = ["role-changed"] }] },
        };
        bench.Start(1).Record("role-changed");
        await Eventually.HoldsAsync(() => bench[1].Log is [{ State: DeliveryState.Failing }], "it was tried in vain");
        server.Hangs = false;
        await Eventually.HoldsAsync(() => bench[1].Log is [{ State: DeliveryState.Delivered }], "it is delivered");
        Assert.Single(server.Mails);
    }

    private static NotificationChannel Channel(MailServer server) => new()
    {
        Name = "mail",
        Type = ChannelType.Email,
        Host = "127.0.0.1",
        Port = server.Port,
        User = "ha",
        Password = "secret",
        From = "haconsole@example.com",
        To = ["one@example.com", "two@example.com"],
        Fingerprint = server.Fingerprint,
    };

    private static NotificationMessage Of(string sentence)
    {
        var entry = new HaEvent { Kind = "role-changed", Sentence = sentence, Severity = Severity.Alarm, Epoch = 3, Sequence = 9, Server = 1, At = DateTimeOffset.UnixEpoch };
        return new NotificationMessage { Id = NotificationMessage.IdOf(entry), Events = [entry] };
    }

    private static Task<DeliveryResult> SendAsync(NotificationChannel channel, NotificationMessage message)
        => new SmtpSender(new OwnConsoleUrl(new NodeOptions { LocalAddress = "10.1.1.1" }), TimeProvider.System).SendAsync(channel, message, CancellationToken.None);
}
