using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Failover;

namespace HaConsole.Engine.Notifications;

/// <summary>
/// Tells people what happens. Each server delivers what its own journal says, and holds what the other one has not delivered yet, for when that
/// is gone. Nothing here is waited for by the engine.
/// </summary>
internal sealed class NotificationCenter : IAsyncDisposable
{
    public const string NotesPath = "/engine/notification-notes";
    public const string RelayPath = "/engine/notification-relay";
    public const string TestPath = "/engine/notification-test";
    public const string StatusPath = "/engine/notification-status";

    private const int MostNotes = 50;
    private const int LookEvery = 5;
    private const int MostLog = 1000;
    private static readonly TimeSpan AskBound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BackupDelay = TimeSpan.FromSeconds(10);

    private readonly NotificationContext context;
    private readonly LastingStates lasting;
    private readonly ConcurrentDictionary<string, ChannelWorker> workers = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource end = new();
    private readonly SemaphoreSlim signal = new(0, 1);
    private readonly Lock configuring = new();
    private Task? task;
    private long lastConnected;

    public NotificationCenter(NotificationContext context)
    {
        // What a worker changes is told to the other server at once.
        this.context = context with
        {
            Changed = () =>
            {
                Nudge();
                context.Changed();
            },
        };
        lasting = new LastingStates(context);
        lastConnected = context.Time.GetTimestamp();
    }

    /// <summary>Goes on with what was left at the last end.</summary>
    public void Start()
    {
        foreach (var path in Directory.Exists(context.Folder) ? Directory.EnumerateFiles(context.Folder, ChannelWorker.OldMark + "*.jsonl") : [])
        {
            WorkerOf(Path.GetFileNameWithoutExtension(path));
        }

        Configure(context.Settings());
        task = Task.Run(RunAsync);
        foreach (var worker in workers.Values)
        {
            worker.Start();
        }
    }

    /// <summary>These settings are in force.</summary>
    public void Configure(NotificationSettings settings)
    {
        lock (configuring)
        {
            foreach (var channel in settings.Channels)
            {
                if (channel.Enabled)
                {
                    WorkerOf(channel.Name)!.Begin();
                }
                else if (workers.TryGetValue(channel.Name, out var off))
                {
                    off.Drop();
                }
            }

            foreach (var worker in workers.Values.Where(w => w.Name[0] != ChannelWorker.OldMark && !settings.Channels.Any(c => c.Name.Equals(w.Name, StringComparison.OrdinalIgnoreCase))))
            {
                worker.Drop();
            }
        }

        Wake();
    }

    /// <summary>There is a new event. Returns at once.</summary>
    public void Wake()
    {
        foreach (var worker in workers.Values)
        {
            worker.Wake();
        }
    }

    /// <summary>
    /// The settings are about to change: every channel that is in use is told in the way that is still in force, before another one is. What
    /// cannot be delivered at once goes on being tried in the old way.
    /// </summary>
    public async Task HearAsync(PairConfiguration before, PairConfiguration after, CancellationToken cancellationToken)
    {
        var (old, now) = (before.Notifications, after.Notifications);
        if (SettingsChange.Sentence(old, now) is not { } sentence)
        {
            return;
        }

        var snapshot = context.Snapshot();
        var isBackup = context.PeerConnected() && snapshot.Servers.FirstOrDefault(s => s.Local)?.Role != "Active";
        var entry = new HaEvent
        {
            Kind = "notification-settings",
            Sentence = sentence,
            Severity = Severity.Warning,
            Server = context.Server,
            Pair = snapshot.Pair,
            At = context.Time.GetUtcNow(),
        };
        var attempts = old.Channels.Where(c => c.Enabled).Select(channel => WorkerOf(ChannelWorker.OldMark + channel.Name)!.Add(new NotificationMessage
        {
            Id = $"settings.{SettingsChange.Mark(old)}.{SettingsChange.Mark(now)}.{channel.Name.ToLowerInvariant()}",
            Origin = context.Server,
            Events = [entry],
            Due = isBackup ? entry.At + BackupDelay : entry.At,
            Frozen = channel,
            IsBackup = isBackup,
        })).ToList();
        if (!isBackup)
        {
            await Task.WhenAll(attempts).WaitAsync(cancellationToken);
        }
    }

    /// <summary>Sends a message that only proves that a channel works.</summary>
    public async Task<DeliveryResult> TestAsync(string name, string owner, CancellationToken cancellationToken)
    {
        if (context.Settings().Channels.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } channel)
        {
            return new DeliveryResult(false, $"There is no channel {name}.", true, []);
        }

        var now = context.Time.GetUtcNow();
        var entry = new HaEvent
        {
            Kind = "notification-test",
            Sentence = $"Test of channel {channel.Name} from server #{context.Server}, asked for by {owner}. Nothing has happened.",
            Server = context.Server,
            Pair = context.Snapshot().Pair,
            At = now,
        };
        var message = new NotificationMessage { Id = FormattableString.Invariant($"test.{context.Server}.{now.ToUnixTimeMilliseconds():x}"), Origin = context.Server, Events = [entry], IsTest = true };
        return await context.SenderOf(channel.Type).SendAsync(channel, message, cancellationToken);
    }

    /// <summary>As this server sees it.</summary>
    public NotificationStatus Status()
    {
        var now = context.Time.GetUtcNow();
        var channels = new List<ChannelStatus>();
        foreach (var channel in context.Settings().Channels)
        {
            var waiting = workers.TryGetValue(channel.Name, out var worker) ? worker.Outbox.Waiting : [];
            channels.Add(new ChannelStatus
            {
                Name = channel.Name,
                Waiting = waiting.Count(w => w.Own),
                WaitingForPeer = waiting.Count(w => !w.Own),
                FailingSince = worker?.FailingSince,
                LastAttempt = worker?.LastAttempt,
                NextAttempt = waiting.Count == 0 || worker is null ? null : waiting.Select(w => Later(Later(w.Message.Due, w.NextAttempt), worker.PausedUntil)).Min(),
                Answer = worker?.Answer ?? "",
                Delivered = worker?.Outbox.Ended.Count(e => e.State == DeliveryState.Delivered) ?? 0,
            });
        }

        var log = workers.Values.SelectMany(w => w.Outbox.Waiting.Select(m => Line(w, m)).Concat(w.Outbox.Ended));
        return new NotificationStatus(context.Server, channels, [.. log.OrderByDescending(d => d.State <= DeliveryState.Failing).ThenByDescending(d => d.Happened).Take(MostLog)]);
    }

    /// <summary>Answers the other server; null when it asks for something else.</summary>
    public async Task<string?> AnswerAsync(string path, string body, CancellationToken cancellationToken)
    {
        switch (path)
        {
            case NotesPath:
                return JsonSerializer.Serialize(Take(Needed(body, NotificationJson.Default.NotePack)), NotificationJson.Default.NotePack);
            case RelayPath:
                var note = Needed(body, NotificationJson.Default.NotePack).Notes.FirstOrDefault(n => n.Message is not null) ?? throw new JsonException("no message is named");
                var worker = WorkerOf(note.Channel) ?? throw new JsonException("no channel is named");
                return JsonSerializer.Serialize(await worker.RelayAsync(note.Message!, cancellationToken), NotificationJson.Default.DeliveryResult);
            case TestPath:
                var call = Needed(body, NotificationJson.Default.TestCall);
                return JsonSerializer.Serialize(await TestAsync(call.Channel, call.Owner, cancellationToken), NotificationJson.Default.DeliveryResult);
            case StatusPath:
                return JsonSerializer.Serialize(Status(), NotificationJson.Default.NotificationStatus);
            default:
                return null;
        }
    }

    /// <summary>Reads an answer; null when there is none, or it is of another version.</summary>
    public static T? Read<T>(string? answer, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return answer is null ? null : JsonSerializer.Deserialize(answer, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        if (task is not null)
        {
            await task;
        }

        await Task.WhenAll(workers.Values.Select(w => w.DisposeAsync().AsTask()));
        end.Dispose();
    }

    private static T Needed<T>(string body, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(body, type) ?? throw new JsonException("the body is empty");

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static Delivery Line(ChannelWorker worker, WaitingMessage waiting) => Delivery.Of(waiting.Message, worker.Shown) with
    {
        State = waiting.Answer.Length > 0 ? DeliveryState.Failing : DeliveryState.Waiting,
        At = Later(Later(waiting.Message.Due, waiting.NextAttempt), worker.PausedUntil),
        Attempts = waiting.Attempts,
        Answer = waiting.Answer,
    };

    /// <summary>The worker of a channel, made when there is none; null when the name is none.</summary>
    private ChannelWorker? WorkerOf(string name)
    {
        if (DefinitionRules.Name(name.TrimStart(ChannelWorker.OldMark)) is not null || name.LastIndexOf(ChannelWorker.OldMark) > 0)
        {
            return null;
        }

        lock (configuring)
        {
            if (!workers.TryGetValue(name, out var worker))
            {
                worker = new ChannelWorker(name, context);
                workers[name] = worker;
                if (task is not null)
                {
                    worker.Start();
                }
            }

            return worker;
        }
    }

    private void Nudge()
    {
        try
        {
            signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    private async Task RunAsync()
    {
        var token = end.Token;
        for (var round = 0; !token.IsCancellationRequested; round++)
        {
            try
            {
                var connected = context.PeerConnected();
                if (connected)
                {
                    Volatile.Write(ref lastConnected, context.Time.GetTimestamp());
                }

                foreach (var worker in workers.Values)
                {
                    worker.PeerGoneFor = context.Time.GetElapsedTime(lastConnected);
                    if (connected)
                    {
                        await TellPeerAsync(worker, token);
                    }
                }

                if (round % LookEvery == 0)
                {
                    lasting.Look();
                }

                await signal.WaitAsync(context.Timing.Tick, token);
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                context.Failed(e);
                await Task.Delay(context.Timing.Tick, context.Time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>What the other server does not know yet; it says what it has delivered already.</summary>
    private async Task TellPeerAsync(ChannelWorker worker, CancellationToken cancellationToken)
    {
        var (messages, ended) = worker.Outbox.Untold(MostNotes);
        if (messages.Count + ended.Count == 0)
        {
            return;
        }

        var sent = messages.Select(w => (Waiting: w, w.Message)).ToList();
        var pack = new NotePack(context.Server, [.. sent.Select(s => new Note(worker.Name, s.Message, null)), .. ended.Select(e => new Note(worker.Name, null, e))], []);
        var body = JsonSerializer.Serialize(pack, NotificationJson.Default.NotePack);
        if (Read(await context.AskPeer(NotesPath, body, AskBound, cancellationToken), NotificationJson.Default.NotePack) is not { } answer)
        {
            return;
        }

        foreach (var known in answer.Notes.Select(n => n.Ended).OfType<Delivery>().Where(e => worker.Outbox.Find(e.Id) is { Busy: false }))
        {
            worker.Outbox.Change(new OutboxLine { Ended = known });
        }

        foreach (var (waiting, message) in sent.Where(s => !answer.Later.Contains(s.Message.Id)))
        {
            // It may have gathered another event meanwhile.
            waiting.Told = ReferenceEquals(waiting.Message, message);
        }

        foreach (var told in ended)
        {
            worker.Outbox.ToldEnd(told.Id);
        }

        if (pack.Notes.Count >= MostNotes)
        {
            Nudge();
        }
    }

    private NotePack Take(NotePack pack)
    {
        var (known, later) = (new List<Note>(), new List<string>());
        foreach (var note in pack.Notes)
        {
            if (WorkerOf(note.Channel) is not { } worker)
            {
                continue;
            }

            if (note.Ended is { } ended)
            {
                worker.Outbox.Change(new OutboxLine { Ended = ended });
                worker.Outbox.ToldEnd(ended.Id);
            }
            else if (note.Message is { } message)
            {
                TakeMessage(worker, message, known, later);
            }
        }

        return new NotePack(context.Server, known, later);
    }

    private void TakeMessage(ChannelWorker worker, NotificationMessage message, List<Note> known, List<string> later)
    {
        if (worker.Outbox.EndOf(message.Id) is { } ended)
        {
            known.Add(new Note(worker.Name, null, ended));
        }
        else if (worker.Outbox.Find(message.Id) is { } there && (there.Busy || there.Own))
        {
            if (there is { Busy: false, Message.IsBackup: true } && !message.IsBackup)
            {
                worker.Outbox.Change(new OutboxLine { Peer = message });
            }
            else
            {
                later.Add(message.Id);
            }
        }
        else if (worker.Outbox.Waiting.Count(w => !w.Own) >= context.Timing.MostWaiting)
        {
            later.Add(message.Id);
        }
        else
        {
            worker.Outbox.Change(new OutboxLine { Peer = message });
        }
    }
}
