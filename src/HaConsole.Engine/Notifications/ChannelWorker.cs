using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Failover;

namespace HaConsole.Engine.Notifications;

/// <summary>
/// Delivers the messages of one channel, one after the other, in a task of its own: a receiver that hangs keeps nobody else waiting. What goes
/// out in the way of earlier settings has a worker of its own, whose name begins with <see cref="OldMark"/>.
/// </summary>
internal sealed class ChannelWorker : IAsyncDisposable
{
    /// <summary>Begins the name of a worker for what must go out in the old way.</summary>
    public const char OldMark = '@';

    private const int MostGathered = 50;
    private const int MostRead = 200;
    private const int FailuresToTell = 3;
    private const string Quiet = "(quiet)";

    private readonly NotificationContext context;
    private readonly CancellationTokenSource end = new();
    private readonly SemaphoreSlim signal = new(0, 1);
    private readonly Dictionary<string, TaskCompletionSource> settled = [];
    private readonly long startedAt;
    private Task? task;
    private volatile bool unread = true;
    private int failures;
    private int skipped;

    public ChannelWorker(string name, NotificationContext context)
    {
        Name = name;
        this.context = context;
        startedAt = context.Time.GetTimestamp();
        Outbox = new Outbox(Path.Combine(context.Folder, name.ToLowerInvariant() + ".jsonl"));
    }

    public string Name { get; }

    public Outbox Outbox { get; }

    public DateTimeOffset? FailingSince { get; private set; }

    public DateTimeOffset? LastAttempt { get; private set; }

    public DateTimeOffset PausedUntil { get; private set; }

    public string Answer { get; private set; } = "";

    private bool IsOldWay => Name[0] == OldMark;

    private DateTimeOffset Now => context.Time.GetUtcNow();

    public void Start() => task ??= Task.Run(RunAsync);

    /// <summary>There may be something new in the journal.</summary>
    public void Wake()
    {
        unread = true;
        Nudge();
    }

    /// <summary>From now on: what is in the journal already is not delivered.</summary>
    public void Begin()
    {
        if (Outbox.Cursor is null or < 0)
        {
            Outbox.Change(new OutboxLine { Cursor = LastSequence() });
        }
    }

    /// <summary>The channel was switched off: what waits is given up.</summary>
    public void Drop()
    {
        var lines = Outbox.Waiting.Where(w => !w.Busy).Select(w => new OutboxLine { Ended = End(w, DeliveryState.Dropped, 0) }).ToList();
        if (lines.Count > 0 || Outbox.Cursor is >= 0)
        {
            Outbox.Change([.. lines, new OutboxLine { Cursor = -1 }]);
        }
    }

    /// <summary>Adds a message that comes from no journal. The task ends with its first attempt.</summary>
    public Task Add(NotificationMessage message)
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Outbox.EndOf(message.Id) is not null || Outbox.Find(message.Id) is not null)
        {
            return Task.CompletedTask;
        }

        lock (settled)
        {
            settled[message.Id] = first;
        }

        Outbox.Change(new OutboxLine { Own = message });
        Nudge();
        return first.Task;
    }

    /// <summary>An attempt for the other server, which cannot reach the receiver.</summary>
    public async Task<DeliveryResult> RelayAsync(NotificationMessage message, CancellationToken cancellationToken)
    {
        if (Outbox.EndOf(message.Id) is { } earlier)
        {
            return new DeliveryResult(earlier.State == DeliveryState.Delivered, earlier.Answer, false, []);
        }

        if ((message.Frozen ?? context.ChannelOf(Name)) is not { } channel)
        {
            return new DeliveryResult(false, "the channel is not known on this server", false, []);
        }

        var result = await context.SenderOf(channel.Type).SendAsync(channel, message, cancellationToken);
        if (result.Succeeded)
        {
            Outbox.Change(new OutboxLine { Ended = Delivery.Of(message, Shown) with { State = DeliveryState.Delivered, At = Now, By = context.Server, Attempts = 1, Answer = result.Answer } });
        }

        return result;
    }

    /// <summary>Name of the channel as people know it.</summary>
    public string Shown => IsOldWay ? Name[1..] : Name;

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        if (task is not null)
        {
            await task;
        }

        end.Dispose();
        signal.Dispose();
        Outbox.Dispose();
    }

    private void Nudge()
    {
        try
        {
            signal.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake already, or has ended.
        }
    }

    private async Task RunAsync()
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                TakeIn();
                Expire();
                if (Next() is { } next)
                {
                    await AttemptAsync(next);
                }
                else
                {
                    await WaitAsync();
                }
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // One message that cannot be handled must not end the channel.
                context.Failed(e);
                PausedUntil = Now + context.Timing.LongestPause;
                await Task.Delay(context.Timing.Tick, context.Time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WaitAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
        var tick = Task.Delay(context.Timing.Tick, context.Time, limit.Token);
        await Task.WhenAny(tick, signal.WaitAsync(limit.Token));
        await limit.CancelAsync();
        end.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Reads what is new in the journal, as long as there is room.</summary>
    private void TakeIn()
    {
        if (!unread || IsOldWay || Outbox.Cursor is not { } cursor || cursor < 0 || context.ChannelOf(Name) is not { } channel)
        {
            return;
        }

        unread = false;

        // A sequence that is not on the disk yet may be given again after a power cut: nothing is taken in before.
        context.Journal.Flush(TimeSpan.FromSeconds(2));
        if (cursor > LastSequence())
        {
            // The journal has begun anew.
            cursor = 0;
        }

        while (Outbox.Waiting.Count(w => w.Own) < context.Timing.MostWaiting)
        {
            var entries = context.Journal.Read(cursor, MostRead);
            if (entries.Count == 0)
            {
                return;
            }

            foreach (var entry in entries)
            {
                cursor = entry.Sequence;
                TakeIn(entry, channel);
            }
        }

        unread = true;
    }

    private void TakeIn(HaEvent entry, NotificationChannel channel)
    {
        var advanced = new OutboxLine { Cursor = entry.Sequence };
        if (RuleMatcher.RuleFor(entry, Name, context.Settings()) is not { } rule)
        {
            Outbox.Skip(entry.Sequence, write: ++skipped % MostRead == 0);
            return;
        }

        var now = Now;
        var quiet = QuietHours.EndFor(channel, entry.Severity, now);
        var gathers = quiet is not null ? Quiet : rule.Digest > 0 ? rule.Name : "";
        if (gathers.Length > 0 && Outbox.Gathering(gathers) is { Message: { Events.Count: < MostGathered } gathered })
        {
            Outbox.Change(advanced, new OutboxLine { Own = gathered with { Events = [.. gathered.Events, entry] } });
            return;
        }

        Outbox.Change(advanced, new OutboxLine
        {
            Own = new NotificationMessage
            {
                Id = NotificationMessage.IdOf(entry),
                Origin = context.Server,
                Rule = rule.Name,
                Events = [entry],
                Due = quiet ?? now + TimeSpan.FromSeconds(rule.Digest),
                Gathers = gathers,
            },
        });
        context.Changed();
    }

    private void Expire()
    {
        var oldest = Now - context.Timing.Retention;
        var old = Outbox.Waiting.Where(w => !w.Busy && w.Message.Events.Count > 0 && w.Message.Events[^1].At < oldest && w.Message.Due < oldest).ToList();
        if (old.Count == 0)
        {
            return;
        }

        Outbox.Change([.. old.Select(w => new OutboxLine { Ended = End(w, DeliveryState.Expired, 0) })]);
        if (old.Count(w => w.Own) is > 0 and var lost)
        {
            context.Tell(RuleMatcher.ExpiredKind, Shown, FormattableString.Invariant($"{lost} notifications by {Shown} were given up after {context.Timing.Retention.TotalHours:0} h: {Answer}"), Severity.Alarm);
        }
    }

    private WaitingMessage? Next()
    {
        var now = Now;
        return PausedUntil > now ? null : Outbox.Waiting.FirstOrDefault(w => !w.Busy && w.Message.Due <= now && w.NextAttempt <= now && IsOurs(w) && (w.Message.Frozen ?? context.ChannelOf(Name)) is not null);
    }

    /// <summary>Whether this server is to deliver it: its own at once, unless the other one may have done it; the other's only while that is gone.</summary>
    private bool IsOurs(WaitingMessage waiting)
    {
        if (!waiting.Own)
        {
            return !context.PeerConnected() && !context.PeerHealthy() && PeerGoneFor >= context.Timing.TakeOverAfter;
        }

        var running = context.Time.GetElapsedTime(startedAt);
        return !waiting.IsOld || !context.HasPeer || waiting.Told || running > 3 * context.Timing.StartGrace || (running > context.Timing.StartGrace && !context.PeerConnected());
    }

    /// <summary>How long the other server has not been connected.</summary>
    public TimeSpan PeerGoneFor { get; set; }

    private async Task AttemptAsync(WaitingMessage waiting)
    {
        waiting.Busy = true;
        try
        {
            var message = waiting.Message;
            if (message.Gathers.Length > 0)
            {
                // Closed on the disk before it is sent: a second attempt says the same.
                message = message with { Gathers = "" };
                Outbox.Change(waiting.Own ? new OutboxLine { Own = message } : new OutboxLine { Peer = message });
            }

            var channel = message.Frozen ?? context.ChannelOf(Name)!;
            LastAttempt = Now;
            waiting.Attempts++;
            var result = await context.SenderOf(channel.Type).SendAsync(channel, message, end.Token);
            var by = context.Server;
            if (!result.Succeeded && waiting.Own && context.PeerConnected() && await RelayedAsync(channel, message) is { Succeeded: true } relayed)
            {
                (result, by) = (relayed, 3 - context.Server);
            }

            Settle(waiting, result, by);
        }
        finally
        {
            waiting.Busy = false;
        }

        context.Changed();
    }

    private async Task<DeliveryResult?> RelayedAsync(NotificationChannel channel, NotificationMessage message)
    {
        var body = System.Text.Json.JsonSerializer.Serialize(new NotePack(context.Server, [new Note(Name, message, null)], []), NotificationJson.Default.NotePack);
        var answer = await context.AskPeer(NotificationCenter.RelayPath, body, TimeSpan.FromSeconds(channel.Timeout + 5), end.Token);
        return NotificationCenter.Read(answer, NotificationJson.Default.DeliveryResult);
    }

    private void Settle(WaitingMessage waiting, DeliveryResult result, int by)
    {
        (Answer, waiting.Answer) = (result.Answer, result.Answer);
        if (result.Succeeded)
        {
            Outbox.Change(new OutboxLine { Ended = End(waiting, DeliveryState.Delivered, by) });
            if (failures >= FailuresToTell)
            {
                context.Tell(RuleMatcher.WorksKind, Shown, $"Notifications by {Shown} work again; what has waited is delivered.", Severity.Info);
            }

            (failures, FailingSince, PausedUntil) = (0, null, default);
        }
        else
        {
            failures++;
            FailingSince ??= Now;
            if (result.Refused)
            {
                // The receiver is there: the others need not wait for this one.
                waiting.NextAttempt = Now + Pause(waiting.Attempts);
            }
            else
            {
                PausedUntil = Now + Pause(failures);
            }

            if (failures == FailuresToTell)
            {
                context.Tell(RuleMatcher.FailingKind, Shown, $"Notifications by {Shown} fail: {result.Answer}. They are kept and tried again.", Severity.Warning);
            }
        }

        lock (settled)
        {
            if (settled.Remove(waiting.Message.Id, out var first))
            {
                first.TrySetResult();
            }
        }
    }

    private TimeSpan Pause(int failed)
    {
        var pause = context.Timing.FirstPause * Math.Pow(2, Math.Min(failed - 1, 20));
        return pause < context.Timing.LongestPause ? pause : context.Timing.LongestPause;
    }

    private Delivery End(WaitingMessage waiting, DeliveryState state, int by)
        => Delivery.Of(waiting.Message, Shown) with { State = state, At = Now, By = by, Attempts = waiting.Attempts, Answer = waiting.Answer };

    private long LastSequence() => context.Journal.Latest(1) is [{ } last] ? last.Sequence : 0;
}
