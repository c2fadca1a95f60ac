using System.Text.Json.Serialization;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Failover;

namespace HaConsole.Engine.Notifications;

/// <summary>
/// One message to one channel: an event, or several that were gathered. Its id is that of its first event, the same on both servers and at
/// every attempt, so that a receiver can tell a second copy.
/// </summary>
public sealed record NotificationMessage
{
    /// <summary><c>epoch.sequence.server.seconds</c> of the first event, seconds since 1970 in hexadecimal.</summary>
    public required string Id { get; init; }

    /// <summary>Server whose journal it comes from.</summary>
    public int Origin { get; init; }

    /// <summary>Name of the rule; empty when none had to say it.</summary>
    public string Rule { get; init; } = "";

    /// <summary>What happened, oldest first; at least one.</summary>
    public IReadOnlyList<HaEvent> Events { get; init; } = [];

    /// <summary>Not before then (end of a digest or of the quiet hours).</summary>
    public DateTimeOffset Due { get; init; }

    /// <summary>Further events are gathered under this name until it is due; empty = it is closed.</summary>
    public string Gathers { get; init; } = "";

    /// <summary>The channel as it was, for what must go out in the old way; null: as it is configured.</summary>
    public NotificationChannel? Frozen { get; init; }

    /// <summary>The other server is about to say the same, and goes first.</summary>
    public bool IsBackup { get; init; }

    /// <summary>It only proves that the channel works.</summary>
    public bool IsTest { get; init; }

    /// <summary>Highest severity of its events.</summary>
    [JsonIgnore]
    public Severity Severity => Events.Count == 0 ? Severity.Info : Events.Max(e => e.Severity);

    /// <summary>Pair it belongs to.</summary>
    [JsonIgnore]
    public string Pair => Events.Count == 0 ? "default" : Events[0].Pair;

    /// <summary>One line for people.</summary>
    [JsonIgnore]
    public string Title => Events.Count switch
    {
        0 => "",
        1 => Events[0].Sentence,
        _ => $"{Events.Count} events, the last: {Events[^1].Sentence}",
    };

    /// <summary>Id of an event, the same on both servers.</summary>
    public static string IdOf(HaEvent entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return FormattableString.Invariant($"{entry.Epoch}.{entry.Sequence}.{entry.Server}.{entry.At.ToUnixTimeSeconds():x}");
    }
}

/// <summary>What became of a message.</summary>
public enum DeliveryState
{
    /// <summary>Not tried yet, or gathers further events.</summary>
    Waiting,

    /// <summary>Tried in vain; it is tried again.</summary>
    Failing,

    /// <summary>The receiver took it.</summary>
    Delivered,

    /// <summary>Too old; given up.</summary>
    Expired,

    /// <summary>Its channel was removed or switched off.</summary>
    Dropped,
}

/// <summary>A line of the delivery log.</summary>
public sealed record Delivery
{
    /// <summary>Id of the message.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the channel.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Name of the rule; empty when none had to say it.</summary>
    public string Rule { get; init; } = "";

    /// <summary>Server whose journal it comes from.</summary>
    public int Origin { get; init; }

    /// <summary>When the first event happened.</summary>
    public DateTimeOffset Happened { get; init; }

    /// <summary>Kind of the first event.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Highest severity.</summary>
    public Severity Severity { get; init; }

    /// <summary>One line for people.</summary>
    public string Title { get; init; } = "";

    /// <summary>How many events it holds.</summary>
    public int Events { get; init; } = 1;

    /// <summary>What became of it.</summary>
    public DeliveryState State { get; init; }

    /// <summary>When that was; of what waits, when it is tried next.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Server that delivered it; 0 = none.</summary>
    public int By { get; init; }

    /// <summary>Attempts so far.</summary>
    public int Attempts { get; init; }

    /// <summary>What the receiver answered last, or why it did not.</summary>
    public string Answer { get; init; } = "";

    /// <summary>The line of a message.</summary>
    public static Delivery Of(NotificationMessage message, string channel)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new Delivery
        {
            Id = message.Id,
            Channel = channel,
            Rule = message.Rule,
            Origin = message.Origin,
            Happened = message.Events.Count == 0 ? message.Due : message.Events[0].At,
            Kind = message.Events.Count == 0 ? "" : message.Events[0].Kind,
            Severity = message.Severity,
            Title = message.Title,
            Events = message.Events.Count,
        };
    }
}

/// <summary>What came of one attempt.</summary>
/// <param name="Succeeded">The receiver took the message.</param>
/// <param name="Answer">Its answer in one line, or why there is none.</param>
/// <param name="Refused">The receiver is there and does not want this message: others may pass it.</param>
/// <param name="Dialogue">What was said, line by line, without secrets.</param>
public sealed record DeliveryResult(bool Succeeded, string Answer, bool Refused, IReadOnlyList<string> Dialogue);

/// <summary>How a channel is doing, seen from one server.</summary>
public sealed record ChannelStatus
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Messages of this server that wait.</summary>
    public int Waiting { get; init; }

    /// <summary>Messages of the other server that this one holds for it.</summary>
    public int WaitingForPeer { get; init; }

    /// <summary>Since when attempts fail; null: they do not.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Last attempt from this server; null: none since the start.</summary>
    public DateTimeOffset? LastAttempt { get; init; }

    /// <summary>Next attempt; null: nothing waits.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>What the receiver answered last, or why it did not.</summary>
    public string Answer { get; init; } = "";

    /// <summary>Messages delivered, among those that the log still has.</summary>
    public int Delivered { get; init; }
}

/// <summary>Notifications as one server sees them.</summary>
/// <param name="Server">Its number.</param>
/// <param name="Channels">Channels in the order of the configuration.</param>
/// <param name="Log">What waits and what has ended, newest first.</param>
public sealed record NotificationStatus(int Server, IReadOnlyList<ChannelStatus> Channels, IReadOnlyList<Delivery> Log);

/// <summary>Times and bounds.</summary>
public sealed record NotificationTiming
{
    /// <summary>Pause after the first failure; doubled by each. Default 1 s.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause. Default 5 minutes.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Age at which a message is given up. Default 72 h.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(72);

    /// <summary>How long the other server must be gone before its messages are delivered here. Default 15 s.</summary>
    public TimeSpan TakeOverAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long messages from before the start wait for the other server to say what it has delivered. Default 20 s.</summary>
    public TimeSpan StartGrace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Look at lasting states, at the peer, at what is due. Default 1 s.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Messages of a channel in memory; further events stay in the journal until there is room. Default 1000.</summary>
    public int MostWaiting { get; init; } = 1000;
}
