using System.Globalization;
using System.Text;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Notifications.Senders;

/// <summary>A message as an e-mail, RFC 5322, plain text.</summary>
internal static class MailText
{
    private const int LongestSubject = 150;
    private const int WordBytes = 42;
    private const int LineOfBase64 = 76;

    public static string Of(NotificationChannel channel, NotificationMessage message, string url, DateTimeOffset now)
    {
        var text = new StringBuilder();
        void Header(string name, string value) => text.Append(name).Append(": ").Append(value).Append("\r\n");
        Header("From", $"HaConsole <{channel.From}>");
        Header("To", string.Join(",\r\n ", channel.To.Select(to => $"<{to}>")));
        Header("Subject", Encoded(MessageText.Line($"[HaConsole {message.Pair}] {MessageText.Headline(message)}", LongestSubject)));
        Header("Date", now.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Header("Message-ID", MessageId(message));
        Header("X-HaConsole-Event", message.Id);
        Header("Auto-Submitted", "auto-generated");
        if (message.Severity == Failover.Severity.Alarm)
        {
            Header("Importance", "high");
        }

        Header("MIME-Version", "1.0");
        Header("Content-Type", "text/plain; charset=utf-8");
        Header("Content-Transfer-Encoding", "base64");
        text.Append("\r\n");
        var body = Convert.ToBase64String(Encoding.UTF8.GetBytes(MessageText.Body(message, url).Replace("\n", "\r\n", StringComparison.Ordinal)));
        for (var at = 0; at < body.Length; at += LineOfBase64)
        {
            text.Append(body, at, Math.Min(LineOfBase64, body.Length - at)).Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>The same at every attempt and from both servers, so that a second copy is known as such.</summary>
    public static string MessageId(NotificationMessage message)
        => $"<{message.Id}.{new string([.. message.Pair.Where(char.IsAsciiLetterOrDigit).Take(64)])}@haconsole.invalid>";

    /// <summary>A header's text: as it is when it is plain, else as encoded words (RFC 2047), none of which cuts a character.</summary>
    private static string Encoded(string text)
    {
        if (text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal))
        {
            return text;
        }

        var words = new List<string>();
        var part = new List<byte>();
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = Encoding.UTF8.GetBytes(rune.ToString());
            if (part.Count + bytes.Length > WordBytes)
            {
                words.Add(Word(part));
                part.Clear();
            }

            part.AddRange(bytes);
        }

        words.Add(Word(part));
        return string.Join("\r\n ", words);
    }

    private static string Word(List<byte> bytes) => $"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=";
}
