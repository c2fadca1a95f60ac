using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>
/// The managed services of one pair on this server: order, watchdog, budget, lease. The same code runs in the supervisor process
/// and, without one, in the engine's own process.
/// </summary>
public sealed class ServiceSet : IAsyncDisposable
{
    private readonly ServiceSetOptions _options;
    private readonly string _dataDirectory;
    private readonly ServiceLedger _ledger;
    private readonly List<ServiceUnit> _units = [];
    private readonly List<ServiceUnit> _leaving = [];
    private readonly List<(Func<bool> Condition, TaskCompletionSource Done)> _waiters = [];
    private readonly Dictionary<string, RotatingLog> _logs = new(StringComparer.Ordinal);
    private readonly ITimer _leaseTimer;
    private (long At, TimeSpan ValidFor)? _lease;
    private Epoch _epoch;
    private bool _wanted;
    private bool _holdPublishing;

    /// <summary>
    /// Takes over the record of what runs: processes that a previous run left behind are killed before it returns, services of
    /// other types that it left running are being stopped.
    /// </summary>
    /// <exception cref="IOException">Another process manages services in this data directory.</exception>
    public ServiceSet(ServiceSetOptions options)
    {
        _options = options;
        _dataDirectory = Path.GetFullPath(options.DataDirectory).TrimEnd('/');
        _ledger = ServiceLedger.Open(_dataDirectory, options.Pair);
        _ledger.KillLeftovers(_dataDirectory, options.Pair);
        _leaseTimer = options.Time.CreateTimer(_ => LeaseExpired(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (Gate)
        {
            _units.AddRange(_ledger.Entries.Select(entry => Create(entry.Definition)));
            Current = Build();
            _units.ForEach(unit => unit.Order(wanted: false, Epoch.None, "left over from a previous run"));
        }
    }

    /// <summary>Last report.</summary>
    public ServicesReport Current { get; private set; } = ServicesReport.Unknown;

    /// <summary>Raised after each change of <see cref="Current"/>, in order, under the set's lock: must return at once.</summary>
    public event Action<ServicesReport>? Changed;

    internal Lock Gate { get; } = new();

    internal bool LeaseValid => _lease is not { } lease || _options.Time.GetElapsedTime(lease.At) < lease.ValidFor;

    /// <summary>The services to run from now on, in start order. What runs with an unchanged definition keeps running.</summary>
    public void Configure(IReadOnlyList<ServiceDefinition> services)
    {
        lock (Gate)
        {
            _holdPublishing = true;
            var before = _units.ToList();
            _units.Clear();
            foreach (var definition in services)
            {
                var hash = ServiceLedger.Hash(definition);
                var same = before.Find(unit => unit.Definition.Name == definition.Name && unit.Hash == hash);
                _units.Add(same ?? Create(definition));
            }

            foreach (var unit in before.Except(_units))
            {
                _leaving.Add(unit);
                unit.Order(wanted: false, _epoch, "removed from the configuration");
            }

            DropGone();
            // Not wanted: only those that a previous run left unkillable have something to do.
            foreach (var unit in _units.Where(unit => _wanted || unit.State is ServicesState.StopFailed))
            {
                unit.Order(_wanted, _epoch);
            }

            _holdPublishing = false;
            Publish();
        }
    }

    /// <summary>This server is Active: start what does not run.</summary>
    public void Start(Epoch epoch) => Order(wanted: true, epoch, "");

    /// <summary>This server is not Active: stop all. Without anything to stop, <see cref="Current"/> is Stopped when it returns.</summary>
    public void Stop(Epoch epoch) => Order(wanted: false, epoch, "");

    /// <summary>Keep the services for that long from now; without another call they are stopped then.</summary>
    public void Renew(TimeSpan validFor)
    {
        lock (Gate)
        {
            var expired = !LeaseValid;
            _lease = (_options.Time.GetTimestamp(), validFor);
            _leaseTimer.Change(validFor, Timeout.InfiniteTimeSpan);
            if (expired)
            {
                CheckWaiters();
            }
        }
    }

    /// <summary>Gives a lease to services that were started without one, because whoever ordered them is gone.</summary>
    /// <param name="validFor">Time until they are stopped.</param>
    public void RenewIfNever(TimeSpan validFor)
    {
        lock (Gate)
        {
            if (_lease is null)
            {
                Renew(validFor);
            }
        }
    }

    /// <summary>Completes when everything is stopped, or cannot be stopped.</summary>
    public Task WhenStoppedAsync(CancellationToken cancellationToken) =>
        WhenAsync(() => _units.Concat(_leaving).All(unit => unit.State is ServicesState.Stopped or ServicesState.StopFailed), cancellationToken);

    /// <summary>Stops everything, for as long as that takes by the services' own timeouts.</summary>
    public async ValueTask DisposeAsync()
    {
        Stop(_epoch);
        await WhenStoppedAsync(CancellationToken.None);
        await _leaseTimer.DisposeAsync();
        _ledger.Dispose();
        foreach (var log in _logs.Values)
        {
            log.Dispose();
        }
    }

    /// <summary>Completes as soon as the condition, which is looked at under the gate after each change, holds.</summary>
    internal async Task WhenAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (Gate)
        {
            if (condition())
            {
                return;
            }

            _waiters.Add((condition, done));
        }

        try
        {
            await done.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (Gate)
            {
                _waiters.RemoveAll(waiter => waiter.Done == done);
            }
        }
    }

    internal bool Runs(ServiceUnit unit)
    {
        lock (Gate)
        {
            return unit.State is ServicesState.Running;
        }
    }

    /// <summary>All before it run, the optional ones aside, and nothing with its name is still being stopped.</summary>
    internal bool MayStart(ServiceUnit unit) =>
        _units.TakeWhile(other => other != unit).All(other => other.Definition.Optional || other.State is ServicesState.Running)
        && !_leaving.Any(other => other.Definition.Name == unit.Definition.Name);

    /// <summary>All after it are stopped, or will not stop.</summary>
    internal bool MayStop(ServiceUnit unit) =>
        !_units.Contains(unit)
        || _units.SkipWhile(other => other != unit).Skip(1).All(other => other.Wanted || other.State is ServicesState.Stopped or ServicesState.StopFailed);

    /// <summary>Called under the gate after each change of a unit.</summary>
    internal void Publish()
    {
        if (_holdPublishing)
        {
            return;
        }

        DropGone();
        Current = Build();
        CheckWaiters();
        Changed?.Invoke(Current);
    }

    private void Order(bool wanted, Epoch epoch, string why)
    {
        lock (Gate)
        {
            (_wanted, _epoch) = (wanted, epoch);
            _holdPublishing = true;
            _units.ForEach(unit => unit.Order(wanted, epoch, why));
            _holdPublishing = false;
            Publish();
        }
    }

    private void LeaseExpired()
    {
        lock (Gate)
        {
            if (_wanted && !LeaseValid)
            {
                Order(wanted: false, _epoch, "stopped because the engine did not renew its lease");
            }
            else if (_lease is { } lease && LeaseValid)
            {
                // The timer was early by its resolution, or a renewal came just now.
                var left = lease.ValidFor - _options.Time.GetElapsedTime(lease.At);
                _leaseTimer.Change(left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void CheckWaiters()
    {
        foreach (var (condition, done) in _waiters)
        {
            if (condition())
            {
                done.TrySetResult();
            }
        }
    }

    private void DropGone() => _leaving.RemoveAll(unit => unit.Settled && unit.State is ServicesState.Stopped);

    private ServiceUnit Create(ServiceDefinition definition)
    {
        if (!_logs.TryGetValue(definition.Name, out var log))
        {
            var prefix = _options.Pair == "default" ? "" : _options.Pair + "-";
            log = _logs[definition.Name] = new RotatingLog(Path.Combine(_dataDirectory, "logs", $"service-{prefix}{definition.Name}.log"));
        }

        return new ServiceUnit(this, definition, ServiceLedger.Hash(definition), new DriverContext(_options, _dataDirectory, _ledger, log));
    }

    private ServicesReport Build()
    {
        var all = _units.Concat(_leaving).ToList();
        return new ServicesReport(
            Together(all, _wanted),
            [.. all.Select(unit => unit.Status)],
            [.. all.Where(unit => unit.OverBudget && !unit.Definition.Optional).Select(unit => unit.Definition.Name)]);
    }

    // What is worse for the pair comes first; an optional service never gives the role back, but must be stopped like the others.
    private static ServicesState Together(List<ServiceUnit> all, bool wanted)
    {
        bool Any(ServicesState state, bool optionalToo) => all.Exists(unit => unit.State == state && (optionalToo || !unit.Definition.Optional));
        return Any(ServicesState.StopFailed, true) ? ServicesState.StopFailed
            : Any(ServicesState.StartFailed, false) ? ServicesState.StartFailed
            : Any(ServicesState.Stopping, true) ? ServicesState.Stopping
            : Any(ServicesState.Starting, false) ? ServicesState.Starting
            : wanted ? ServicesState.Running : ServicesState.Stopped;
    }
}
