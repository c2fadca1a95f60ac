using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.VirtualIp;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>
/// One managed service of a <see cref="ServiceSet"/>: carries out the last order (run, or be stopped) and keeps it so. Its fields are
/// guarded by the set's gate; one loop at a time works for it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A source of cancellation without a timer holds nothing that needs freeing.")]
internal sealed class ServiceUnit
{
    private static readonly TimeSpan BudgetWindow = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopRetry = TimeSpan.FromSeconds(2);
    private readonly ServiceSet set;
    private readonly ServiceDriver driver;
    private readonly TimeProvider time;
    private readonly RotatingLog log;
    private readonly Queue<long> restarts = new();
    private CancellationTokenSource order = new();
    private Epoch epoch;
    private string why = "";
    private bool busy;
    private bool hasRun;
    private TaskCompletionSource<string>? byHand;
    private DateTimeOffset? nextRestart;

    internal ServiceUnit(ServiceSet set, ServiceDefinition definition, string hash, DriverContext context, ServiceDriver driver)
    {
        this.set = set;
        time = context.Options.Time;
        log = context.Log;
        Definition = definition;
        Hash = hash;
        this.driver = driver;
        Since = time.GetUtcNow();
        State = driver is ProcessDriver { Stopped: false } ? ServicesState.StopFailed : ServicesState.Stopped;
    }

    internal ServiceDefinition Definition { get; }

    internal string Hash { get; }

    /// <summary>It is an address, not a service.</summary>
    internal bool IsAddress => driver is AddressDriver;

    /// <summary>An address that is there, or may be, although nobody wants it.</summary>
    internal bool IsLeftover => IsAddress && !Wanted && !busy && !driver.Stopped;

    /// <summary>The address; null when it is a service.</summary>
    internal AddressDriver? Address => driver as AddressDriver;

    /// <summary>What is shown of the address; null when it is a service.</summary>
    internal AddressStatus? AddressStatus => (driver as AddressDriver)?.Status(State, Since, Detail);

    internal ServicesState State { get; private set; }

    internal bool Wanted { get; private set; }

    internal bool OverBudget { get; private set; }

    /// <summary>Who stopped it by hand; null when nobody did.</summary>
    internal string? HeldBy { get; set; }

    /// <summary>No loop works for it and it has nothing to do.</summary>
    internal bool Settled => !busy;

    private string Detail { get; set; } = "";

    private DateTimeOffset Since { get; set; }

    private int Restarts { get; set; }

    internal ServiceStatus Status => new(Definition.Name, State, Restarts, driver.ProcessId, Since, Detail, Definition.Optional)
    {
        Type = Definition.Type,
        StartDelay = Definition.StartDelay,
        RestartAt = Definition.RestartAt,
        NextRestart = State is ServicesState.Running ? nextRestart : null,
        Held = HeldBy,
    };

    /// <summary>Gives an order. Called under the gate; what is already so is so when it returns.</summary>
    /// <param name="wanted">Run, or be stopped.</param>
    /// <param name="epoch">Epoch of the order.</param>
    /// <param name="why">Shown when it is stopped for a special reason; else empty.</param>
    internal void Order(bool wanted, Epoch epoch, string why = "")
    {
        var news = epoch != this.epoch && (driver.WantsEpoch || State is ServicesState.StartFailed or ServicesState.StopFailed);
        if (wanted == Wanted && (wanted ? !news : busy || (driver.Stopped && !news)))
        {
            return;
        }

        if (wanted && !Wanted)
        {
            restarts.Clear();
            Restarts = 0;
        }

        Wanted = wanted;
        OverBudget = false;
        this.epoch = epoch;
        this.why = why;
        _ = order.CancelAsync();
        order = new CancellationTokenSource();
        if (wanted ? State is not ServicesState.Running : !driver.Stopped && State is not ServicesState.StopFailed)
        {
            Become(wanted ? ServicesState.Starting : ServicesState.Stopping, why);
        }

        if (!busy && (wanted || !driver.Stopped || news))
        {
            busy = true;
            _ = Task.Run(LoopAsync);
        }
    }

    /// <summary>Tells the network again, when it is an address that is held.</summary>
    internal void Announce() => (driver as AddressDriver)?.Announce();

    /// <summary>An orderly stop takes too long: what can be killed is killed. Called under the gate.</summary>
    internal void Hurry() => driver.Hurry();

    /// <summary>Carries out what a person wants while the services are wanted. Called under the gate.</summary>
    internal void Command(ServiceCommand command, string owner, Epoch epoch)
    {
        if (command == ServiceCommand.Stop)
        {
            HeldBy = owner;
            Order(wanted: false, epoch, $"stopped by {owner}");
        }
        else if (command == ServiceCommand.Restart && State is ServicesState.Running && byHand is { } running)
        {
            running.TrySetResult($"restarted by {owner}");
        }
        else if (State is not ServicesState.Running || HeldBy is not null)
        {
            // What waits for the watchdog's next attempt starts at once, with its whole budget.
            HeldBy = null;
            Wanted = false;
            Order(wanted: true, epoch);
        }
    }

    private async Task LoopAsync()
    {
        while (true)
        {
            bool wanted;
            Epoch epoch;
            CancellationToken changed;
            lock (set.Gate)
            {
                (wanted, epoch, changed) = (Wanted, this.epoch, order.Token);
            }

            var done = false;
            try
            {
                if (wanted)
                {
                    await KeepAsync(epoch, changed);
                }
                else
                {
                    done = await StopAsync(epoch, changed);
                }
            }
            catch (OperationCanceledException) when (changed.IsCancellationRequested)
            {
                // Another order came.
            }

            lock (set.Gate)
            {
                if (done && !changed.IsCancellationRequested)
                {
                    busy = false;
                    Become(ServicesState.Stopped, why);
                    return;
                }
            }
        }
    }

    // Returns only by cancellation.
    private async Task KeepAsync(Epoch epoch, CancellationToken changed)
    {
        if (!set.Runs(this))
        {
            await set.WhenAsync(() => set.MayStart(this), changed);
            await AwaitChecksAsync(changed);
            if (Definition.StartDelay > 0)
            {
                Report(ServicesState.Starting, string.Create(CultureInfo.InvariantCulture, $"waits {Definition.StartDelay} s before its start"), changed);
                await Task.Delay(TimeSpan.FromSeconds(Definition.StartDelay), time, changed);
            }
        }

        while (true)
        {
            var (reason, planned) = await RunOnceAsync(epoch, changed);
            changed.ThrowIfCancellationRequested();
            Report(driver.RetryPause is not null && OverBudget ? State : ServicesState.Starting, planned || driver.RetryPause is not null ? reason : $"restarts: {reason}", changed);
            reason = await ClearAwayAsync(epoch, planned) ?? reason;
            if (!planned)
            {
                await BackOffAsync(reason, changed);
            }
        }
    }

    /// <summary>A check that it needs must be up within the start timeout; later it starts all the same, but until then it has failed to.</summary>
    private async Task AwaitChecksAsync(CancellationToken changed)
    {
        if (set.MissingCheck(this) is not { } missing)
        {
            return;
        }

        Report(ServicesState.Starting, $"waits for check {missing}", changed);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(Definition.StartTimeout), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(changed, limit.Token);
        try
        {
            await set.WhenAsync(() => set.MissingCheck(this) is null, either.Token);
        }
        catch (OperationCanceledException) when (!changed.IsCancellationRequested)
        {
            Report(ServicesState.StartFailed, $"check {missing} is not up", changed);
            await set.WhenAsync(() => set.MissingCheck(this) is null, changed);
            Report(ServicesState.Starting, "", changed);
        }
    }

    private async Task<(string Reason, bool Planned)> RunOnceAsync(Epoch epoch, CancellationToken changed)
    {
        try
        {
            // Without a lease nothing is started: the order to stop is on its way.
            await set.WhenAsync(() => set.LeaseValid, changed);
            changed.ThrowIfCancellationRequested();
            await driver.StartAsync(epoch, changed);
            lock (set.Gate)
            {
                OverBudget = false;
                hasRun = true;
                byHand = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                nextRestart = NextRestart();
                Report(ServicesState.Running, "", changed);
            }

            using var over = CancellationTokenSource.CreateLinkedTokenSource(changed);
            var lost = driver.WatchAsync(over.Token);
            var planned = PlannedRestartAsync(over.Token);
            var asked = byHand.Task;
            var first = await Task.WhenAny(lost, planned, asked);
            await over.CancelAsync();
            changed.ThrowIfCancellationRequested();
            return first == asked ? (await asked, true) : first == planned ? ($"planned restart at {Definition.RestartAt}", true) : (await lost, false);
        }
        catch (ServiceException e)
        {
            return (e.Message, false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Unexpected: shown like any other failure; the watchdog goes on.
            return (e.ToString(), false);
        }
    }

    private async Task<string?> ClearAwayAsync(Epoch epoch, bool gently)
    {
        try
        {
            await driver.StopAsync(epoch, gently);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return e.Message;
        }
    }

    // Waits until the watchdog may try again: at once the first time, then ever later, and not beyond its budget.
    private async Task BackOffAsync(string reason, CancellationToken changed)
    {
        var now = time.GetTimestamp();
        while (restarts.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) > BudgetWindow)
        {
            restarts.Dequeue();
        }

        Log($"{reason}");
        if (driver.RetryPause is { } retry)
        {
            if (hasRun)
            {
                // It was there and got lost: back at once.
                hasRun = false;
                return;
            }

            lock (set.Gate)
            {
                OverBudget = true;
                Report(ServicesState.StartFailed, reason, changed);
            }

            await Task.Delay(retry, time, changed);
            return;
        }

        if (restarts.Count >= Definition.RestartBudget)
        {
            lock (set.Gate)
            {
                OverBudget = true;
                Report(ServicesState.StartFailed, $"{reason} (restart budget of {Definition.RestartBudget} in 10 minutes used up)", changed);
            }

            var until = restarts.TryPeek(out var first) ? BudgetWindow - time.GetElapsedTime(first) : Timeout.InfiniteTimeSpan;
            await Task.Delay(until, time, changed);
            restarts.TryDequeue(out _);
        }
        else if (restarts.Count > 0)
        {
            var pause = Math.Min(Math.Pow(2, restarts.Count - 1), LongestBackOff.TotalSeconds);
            await Task.Delay(TimeSpan.FromSeconds(pause), time, changed);
        }

        restarts.Enqueue(time.GetTimestamp());
        lock (set.Gate)
        {
            Restarts++;
            Report(ServicesState.Starting, $"restarts: {reason}", changed);
        }
    }

    private async Task PlannedRestartAsync(CancellationToken cancellationToken)
    {
        var wait = nextRestart is { } next ? next - time.GetUtcNow() : Timeout.InfiniteTimeSpan;
        await Task.Delay(nextRestart is not null && wait < TimeSpan.Zero ? TimeSpan.Zero : wait, time, cancellationToken);
    }

    private DateTimeOffset? NextRestart()
    {
        if (!TimeOnly.TryParseExact(Definition.RestartAt, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at))
        {
            return null;
        }

        var now = time.GetLocalNow();
        var next = now.Date + at.ToTimeSpan();
        next = next > now.DateTime ? next : next.AddDays(1);
        return (now + (next - now.DateTime)).ToUniversalTime();
    }

    // True when it is confirmed stopped.
    private async Task<bool> StopAsync(Epoch epoch, CancellationToken changed)
    {
        await set.WhenAsync(() => set.MayStop(this), changed);
        while (true)
        {
            try
            {
                await driver.StopAsync(epoch, gently: true);
                return true;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log($"stop failed: {e.Message}");
                Report(ServicesState.StopFailed, e is ServiceException ? e.Message : e.ToString(), changed);
            }

            await Task.Delay(StopRetry, time, changed);
        }
    }

    private void Report(ServicesState state, string detail, CancellationToken changed)
    {
        lock (set.Gate)
        {
            if (!changed.IsCancellationRequested)
            {
                Become(state, detail);
            }
        }
    }

    private void Become(ServicesState state, string detail)
    {
        if (state != State)
        {
            Since = time.GetUtcNow();
        }

        (State, Detail) = (state, detail);
        set.Publish();
    }

    private void Log(string message) =>
        log.Append(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"[haconsole {time.GetUtcNow():O}] {Definition.Name}: {message}\n")));
}
