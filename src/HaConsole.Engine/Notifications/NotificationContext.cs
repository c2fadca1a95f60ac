using System.Text.Json.Serialization;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Notifications.Senders;
using HaConsole.Engine.Status;
using HaConsole.Failover;

namespace HaConsole.Engine.Notifications;

/// <summary>What notifications need of the engine.</summary>
internal sealed record NotificationContext
{
    /// <summary>Number of this server.</summary>
    public required int Server { get; init; }

    /// <summary>Where the outboxes are.</summary>
    public required string Folder { get; init; }

    public required TimeProvider Time { get; init; }

    public required IJournal Journal { get; init; }

    public NotificationTiming Timing { get; init; } = new();

    /// <summary>Who is told what, now.</summary>
    public required Func<NotificationSettings> Settings { get; init; }

    public required Func<ChannelType, ISender> SenderOf { get; init; }

    /// <summary>There is a second server.</summary>
    public required bool HasPeer { get; init; }

    /// <summary>The link to it is up.</summary>
    public required Func<bool> PeerConnected { get; init; }

    /// <summary>It is seen alive, by whatever way.</summary>
    public required Func<bool> PeerHealthy { get; init; }

    /// <summary>Asks the other server; path, body, bound. Null: no answer.</summary>
    public required Func<string, string, TimeSpan, CancellationToken, Task<string?>> AskPeer { get; init; }

    /// <summary>Records an event of this server's journal.</summary>
    public required Action<HaEvent> Record { get; init; }

    public required Func<StatusSnapshot> Snapshot { get; init; }

    /// <summary>Something that is shown has changed.</summary>
    public required Action Changed { get; init; }

    /// <summary>Something went wrong that is no delivery.</summary>
    public required Action<Exception> Failed { get; init; }

    /// <summary>The channel in use under a name; null when there is none.</summary>
    public NotificationChannel? ChannelOf(string name) => Settings().Channels.FirstOrDefault(c => c.Enabled && c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Records an event about a channel.</summary>
    public void Tell(string kind, string channel, string sentence, Severity severity)
        => Record(new HaEvent { Kind = kind, Sentence = sentence, Severity = severity, Evidence = new Dictionary<string, string> { ["channel"] = channel } });
}

/// <summary>A message or its end, told to the other server.</summary>
internal sealed record Note(string Channel, NotificationMessage? Message, Delivery? Ended);

/// <summary>What one server tells the other.</summary>
/// <param name="Server">Who says it.</param>
/// <param name="Notes">What.</param>
/// <param name="Later">In an answer: ids that are being delivered at this moment, or for which there is no room; ask again.</param>
internal sealed record NotePack(int Server, IReadOnlyList<Note> Notes, IReadOnlyList<string> Later);

/// <summary>A channel to try, and who wants it.</summary>
internal sealed record TestCall(string Channel, string Owner);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NotePack))]
[JsonSerializable(typeof(DeliveryResult))]
[JsonSerializable(typeof(TestCall))]
[JsonSerializable(typeof(NotificationStatus))]
internal sealed partial class NotificationJson : JsonSerializerContext;
