using System.Net;
using System.Text;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Notifications.Senders;

/// <summary>
/// E-mail by SMTP submission: STARTTLS or TLS from the first byte, AUTH PLAIN or LOGIN. A password is never sent in clear text, and STARTTLS is
/// never given up because the server does not offer it.
/// </summary>
internal sealed class SmtpSender(IPublicUrl urls, TimeProvider time) : ISender
{
    /// <inheritdoc/>
    public Task<DeliveryResult> SendAsync(NotificationChannel channel, NotificationMessage message, CancellationToken cancellationToken)
    {
        var dialogue = new List<string>();
        return Sending.WithinAsync(channel, dialogue, token => DeliverAsync(channel, message, dialogue, token), cancellationToken);
    }

    private async Task<DeliveryResult> DeliverAsync(NotificationChannel channel, NotificationMessage message, List<string> dialogue, CancellationToken cancellationToken)
    {
        var port = channel.Port > 0 ? channel.Port : channel.Security switch { MailSecurity.Tls => 465, MailSecurity.None => 25, _ => 587 };
        var session = new SmtpSession(await Sending.ConnectAsync(channel.Host, port, cancellationToken).ConfigureAwait(false), dialogue);
        await using (session.ConfigureAwait(false))
        {
            await OpenAsync(session, channel, cancellationToken).ConfigureAwait(false);
            try
            {
                return await MailAsync(session, channel, message, dialogue, cancellationToken).ConfigureAwait(false);
            }
            catch (SmtpRefusedException e)
            {
                // About this mail; what is refused before (greeting, sign-in) concerns all.
                return Sending.Failed(e.Message, e.IsFinal, dialogue);
            }
        }
    }

    private static async Task OpenAsync(SmtpSession session, NotificationChannel channel, CancellationToken cancellationToken)
    {
        async Task<Stream> Secure(Stream plain) => await Sending.SecureAsync(channel, plain, cancellationToken).ConfigureAwait(false);
        if (channel.Security == MailSecurity.Tls)
        {
            await session.SecureAsync(Secure).ConfigureAwait(false);
        }

        await session.GreetedAsync(cancellationToken).ConfigureAwait(false);
        var name = HostName();
        await session.HelloAsync(name, cancellationToken).ConfigureAwait(false);
        if (channel.Security == MailSecurity.Starttls)
        {
            if (!session.Abilities.Contains("STARTTLS"))
            {
                throw new IOException("the server does not offer STARTTLS: nothing is sent in clear text");
            }

            await session.AskAsync("STARTTLS", 220, cancellationToken).ConfigureAwait(false);
            await session.SecureAsync(Secure).ConfigureAwait(false);
            await session.HelloAsync(name, cancellationToken).ConfigureAwait(false);
        }

        if (channel.User.Length > 0)
        {
            await SignInAsync(session, channel, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task SignInAsync(SmtpSession session, NotificationChannel channel, CancellationToken cancellationToken)
    {
        if (channel.Security == MailSecurity.None)
        {
            throw new IOException("a password is not sent in clear text");
        }

        var ways = session.Abilities.FirstOrDefault(a => a.StartsWith("AUTH ", StringComparison.Ordinal))?.Split(' ') ?? [];
        if (ways.Contains("PLAIN"))
        {
            await session.AskAsync("AUTH PLAIN " + Base64($"\0{channel.User}\0{channel.Password}"), 235, cancellationToken, "AUTH PLAIN •••").ConfigureAwait(false);
        }
        else if (ways.Contains("LOGIN"))
        {
            await session.AskAsync("AUTH LOGIN", 334, cancellationToken).ConfigureAwait(false);
            await session.AskAsync(Base64(channel.User), 334, cancellationToken, "•••").ConfigureAwait(false);
            await session.AskAsync(Base64(channel.Password), 235, cancellationToken, "•••").ConfigureAwait(false);
        }
        else
        {
            throw new IOException("the server offers neither AUTH PLAIN nor AUTH LOGIN");
        }
    }

    private async Task<DeliveryResult> MailAsync(SmtpSession session, NotificationChannel channel, NotificationMessage message, List<string> dialogue, CancellationToken cancellationToken)
    {
        await session.AskAsync($"MAIL FROM:<{channel.From}>", 250, cancellationToken).ConfigureAwait(false);
        var refused = new List<string>();
        var isFinal = true;
        foreach (var to in channel.To)
        {
            try
            {
                await session.AskAsync($"RCPT TO:<{to}>", 250, cancellationToken).ConfigureAwait(false);
            }
            catch (SmtpRefusedException e)
            {
                // The others shall get it all the same.
                refused.Add($"{to}: {e.Message}");
                isFinal &= e.IsFinal;
            }
        }

        if (refused.Count == channel.To.Count)
        {
            return Sending.Failed(string.Join("; ", refused), isFinal, dialogue);
        }

        await session.AskAsync("DATA", 354, cancellationToken).ConfigureAwait(false);
        var said = await session.TextAsync(MailText.Of(channel, message, urls.Console, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        var answer = "250 " + string.Join(' ', said) + (refused.Count > 0 ? $" (not for {string.Join("; ", refused)})" : "");
        try
        {
            await session.AskAsync("QUIT", 221, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SmtpRefusedException or OperationCanceledException)
        {
            // The mail is taken; how it says goodbye does not matter.
        }

        return Sending.Ok(answer, dialogue);
    }

    private static string HostName() => new([.. Dns.GetHostName().Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.').DefaultIfEmpty('x')]);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
