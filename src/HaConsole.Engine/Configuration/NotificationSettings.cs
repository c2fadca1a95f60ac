using System.Text.Json.Serialization;

namespace HaConsole.Engine.Configuration;

/// <summary>How a channel reaches people.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChannelType>))]
public enum ChannelType
{
    /// <summary>E-mail by SMTP.</summary>
    Email,

    /// <summary>HTTP POST of a JSON body.</summary>
    Webhook,

    /// <summary>Syslog, RFC 5424.</summary>
    Syslog,

    /// <summary>A program on the server that sends.</summary>
    Command,
}

/// <summary>How a connection to a mail server is protected.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MailSecurity>))]
public enum MailSecurity
{
    /// <summary>Begins in clear text and must become TLS before anything is said (port 587).</summary>
    Starttls,

    /// <summary>TLS from the first byte (port 465).</summary>
    Tls,

    /// <summary>Clear text (port 25); no password is sent.</summary>
    None,
}

/// <summary>How syslog messages travel.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SyslogTransport>))]
public enum SyslogTransport
{
    /// <summary>One datagram each (RFC 5426, port 514). Nobody confirms that it arrived.</summary>
    Udp,

    /// <summary>TCP with octet counting (RFC 6587, port 514).</summary>
    Tcp,

    /// <summary>TLS with octet counting (RFC 5425, port 6514).</summary>
    Tls,
}

/// <summary>Form of a webhook's body.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WebhookTemplate>))]
public enum WebhookTemplate
{
    /// <summary>All facts as JSON.</summary>
    Generic,

    /// <summary>An incoming webhook of Slack (and of Mattermost, Rocket.Chat).</summary>
    Slack,

    /// <summary>A workflow webhook of Microsoft Teams: an adaptive card.</summary>
    Teams,
}

/// <summary>Least severity of a rule.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NotifiedSeverity>))]
public enum NotifiedSeverity
{
    /// <summary>Everything.</summary>
    Info,

    /// <summary>Warnings and alarms.</summary>
    Warning,

    /// <summary>Alarms.</summary>
    Alarm,
}

/// <summary>A way to reach people. Seconds are decimal numbers.</summary>
public sealed record NotificationChannel
{
    /// <summary>Unique name: letters, digits, <c>-</c>, <c>_</c>, <c>.</c></summary>
    public string Name { get; init; } = "";

    /// <summary>How it reaches them.</summary>
    public ChannelType Type { get; init; }

    /// <summary>It is used. Default on; off: what happens meanwhile is not delivered later.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>email, syslog: server.</summary>
    public string Host { get; init; } = "";

    /// <summary>email, syslog: port; 0 = that of the protection or transport (587, 465, 25; 514, 6514).</summary>
    public int Port { get; init; }

    /// <summary>email: protection of the connection. Default <c>starttls</c>.</summary>
    public MailSecurity Security { get; init; }

    /// <summary>email: user to sign in as; empty = without.</summary>
    public string User { get; init; } = "";

    /// <summary>email: password. A secret.</summary>
    public string Password { get; init; } = "";

    /// <summary>email: address of the sender.</summary>
    public string From { get; init; } = "";

    /// <summary>email: addresses of the receivers, at most 50.</summary>
    public IReadOnlyList<string> To { get; init => field = value ?? []; } = [];

    /// <summary>webhook: URL; <c>{token}</c> in it stands for <see cref="Token"/>.</summary>
    public string Url { get; init; } = "";

    /// <summary>webhook: secret part of the URL; a URL without <c>{token}</c> gets it as bearer token. A secret.</summary>
    public string Token { get; init; } = "";

    /// <summary>webhook: key of the signature; empty = not signed. A secret.</summary>
    public string SigningKey { get; init; } = "";

    /// <summary>webhook: form of the body. Default <c>generic</c>.</summary>
    public WebhookTemplate Template { get; init; }

    /// <summary>syslog: transport. Default <c>udp</c>.</summary>
    public SyslogTransport Transport { get; init; }

    /// <summary>syslog: facility. Default 16 (local0); 0 … 23.</summary>
    public int Facility { get; init; } = 16;

    /// <summary>command: absolute path of the program, run without a shell.</summary>
    public string Command { get; init; } = "";

    /// <summary>command: arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init => field = value ?? []; } = [];

    /// <summary>SHA-256 of the only certificate that is accepted, 64 hexadecimal digits; empty = one that the system trusts, with the right name.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>Seconds until an attempt counts as failed. Default 10; 1 … 60.</summary>
    public double Timeout { get; init; } = 10;

    /// <summary>Begin of the quiet hours, <c>HH:mm</c>; empty = none.</summary>
    public string QuietFrom { get; init; } = "";

    /// <summary>End of the quiet hours, <c>HH:mm</c>.</summary>
    public string QuietTo { get; init; } = "";

    /// <summary>Time zone of the quiet hours, such as <c>Europe/Paris</c>; empty = UTC.</summary>
    public string QuietZone { get; init; } = "";

    /// <summary>Alarms are delivered in the quiet hours, too. Default on.</summary>
    public bool AlarmsInQuietHours { get; init; } = true;
}

/// <summary>What is told, and where. Seconds are decimal numbers.</summary>
public sealed record NotificationRule
{
    /// <summary>Unique name: letters, digits, <c>-</c>, <c>_</c>, <c>.</c></summary>
    public string Name { get; init; } = "";

    /// <summary>It is used. Default on.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Kinds of events and codes of lasting states, <c>*</c> for any text: <c>role-changed</c>, <c>configuration-*</c>. Empty: all.</summary>
    public IReadOnlyList<string> Events { get; init => field = value ?? []; } = [];

    /// <summary>Least severity. Default <c>warning</c>.</summary>
    public NotifiedSeverity Severity { get; init; } = NotifiedSeverity.Warning;

    /// <summary>Names of the channels. Empty: all.</summary>
    public IReadOnlyList<string> Channels { get; init => field = value ?? []; } = [];

    /// <summary>Seconds that events are gathered for one message; 0 = each at once. Default 0; … 86400.</summary>
    public double Digest { get; init; }

    /// <summary>Seconds after which a state that lasts is told again, and again; 0 = never. Default 0; 60 … 604800.</summary>
    public double Repeat { get; init; }
}

/// <summary>Who is told what, and how: the same on both servers.</summary>
public sealed record NotificationSettings
{
    /// <summary>Nobody is told anything.</summary>
    public static NotificationSettings Empty { get; } = new();

    /// <summary>Ways to reach people.</summary>
    public IReadOnlyList<NotificationChannel> Channels { get; init => field = value ?? []; } = [];

    /// <summary>What is told.</summary>
    public IReadOnlyList<NotificationRule> Rules { get; init => field = value ?? []; } = [];

    /// <summary>There is nothing in it.</summary>
    [JsonIgnore]
    public bool IsEmpty => Channels.Count + Rules.Count == 0;

    /// <summary>A copy in which passwords, tokens and keys are empty.</summary>
    public NotificationSettings WithoutSecrets()
        => this with { Channels = [.. Channels.Select(c => c with { Password = "", Token = "", SigningKey = "" })] };

    /// <summary>A copy in which secrets that are empty are those of the channel of the same name and type before.</summary>
    public NotificationSettings KeepSecretsOf(NotificationSettings before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return this with { Channels = [.. Channels.Select(c => Kept(c, before.Channels.FirstOrDefault(b => b.Name.Equals(c.Name, StringComparison.OrdinalIgnoreCase))))] };
    }

    private static NotificationChannel Kept(NotificationChannel channel, NotificationChannel? before)
        => before is null || before.Type != channel.Type ? channel : channel with
        {
            Password = channel.Password.Length > 0 || channel.User.Length == 0 ? channel.Password : before.Password,
            Token = channel.Token.Length > 0 ? channel.Token : before.Token,
            SigningKey = channel.SigningKey.Length > 0 ? channel.SigningKey : before.SigningKey,
        };
}
