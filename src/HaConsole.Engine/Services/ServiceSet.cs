using HaConsole.Engine.Configuration;
using HaConsole.Engine.VirtualIp;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>
/// The managed services of one pair on this server: order, watchdog, budget, lease. The same code runs in the supervisor process
/// and, without one, in the engine's own process.
/// </summary>
public sealed partial class ServiceSet : IAsyncDisposable
{
    private const string AddressPrefix = "address:";
    private readonly ServiceSetOptions options;
    private readonly string dataDirectory;
    private readonly ServiceLedger ledger;
    private readonly List<ServiceUnit> units = [];
    private readonly List<ServiceUnit> leaving = [];
    private readonly List<(Func<bool> Condition, TaskCompletionSource Done)> waiters = [];
    private readonly Dictionary<string, RotatingLog> logs = new(StringComparer.Ordinal);
    private AddressLookout? lookout;
    private HashSet<string> up = [];
    private Epoch epoch;
    private bool wanted;
    private bool holdPublishing;
    private volatile string peerAddress = "";

    /// <summary>
    /// Takes over the record of what runs: processes that a previous run left behind are killed before it returns, services of
    /// other types that it left running are being stopped.
    /// </summary>
    /// <exception cref="IOException">Another process manages services in this data directory.</exception>
    public ServiceSet(ServiceSetOptions options)
    {
        this.options = options;
        dataDirectory = Path.GetFullPath(options.DataDirectory).TrimEnd('/');
        ledger = ServiceLedger.Open(dataDirectory, options.Pair);
        ledger.KillLeftovers(dataDirectory, options.Pair);
        AddressLeftovers.Remove(ledger, dataDirectory);
        leaseTimer = options.Time.CreateTimer(_ => LookAtLease(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (Gate)
        {
            units.AddRange(ledger.Entries.Select(entry => entry.Address is { } address ? Create(address) : Create(entry.Definition)));
            Current = Build();
            units.ForEach(unit => unit.Order(wanted: false, Epoch.None, "left over from a previous run"));
        }
    }

    /// <summary>Last report.</summary>
    public ServicesReport Current { get; private set; } = ServicesReport.Unknown;

    /// <summary>Raised after each change of <see cref="Current"/>, in order, under the set's lock: must return at once.</summary>
    public event Action<ServicesReport>? Changed;

    internal Lock Gate { get; } = new();

    /// <summary>The services and addresses to have from now on, in start order but for what they need. What runs with an unchanged definition keeps running.</summary>
    public void Configure(IReadOnlyList<ServiceDefinition> services, AddressPlan? addresses = null)
    {
        lock (Gate)
        {
            holdPublishing = true;
            var before = units.ToList();
            units.Clear();
            var plan = addresses ?? AddressPlan.None;
            peerAddress = plan.PeerAddress;
            units.AddRange(plan.Addresses.Where(address => address.Order == AddressOrder.BeforeServices).Select(address => Same(before, address) ?? Create(address)));
            foreach (var definition in ServiceOrder.Of(services))
            {
                var hash = ServiceLedger.Hash(definition);
                var same = before.Find(unit => unit.Definition.Name == definition.Name && unit.Hash == hash);
                units.Add(same ?? Create(definition));
            }

            units.AddRange(plan.Addresses.Where(address => address.Order == AddressOrder.AfterServices).Select(address => Same(before, address) ?? Create(address)));

            foreach (var unit in before.Except(units))
            {
                leaving.Add(unit);
                unit.Order(wanted: false, this.epoch, "removed from the configuration");
            }

            DropGone();
            // Not wanted: only those that a previous run left unkillable have something to do.
            foreach (var unit in units.Where(unit => (this.wanted && unit.HeldBy is null) || unit.State is ServicesState.StopFailed || unit.IsLeftover))
            {
                unit.Order(this.wanted && unit.HeldBy is null, this.epoch);
            }

            lookout ??= plan.Addresses.Count > 0 ? new AddressLookout(options.Time, AddressDrivers) : null;
            holdPublishing = false;
            Publish();
        }
    }

    /// <summary>This server is Active: start what does not run.</summary>
    public void Start(Epoch epoch) => Order(wanted: true, epoch, "");

    /// <summary>This server is not Active: stop all. Without anything to stop, <see cref="Current"/> is Stopped when it returns.</summary>
    public void Stop(Epoch epoch) => Order(wanted: false, epoch, "");

    /// <summary>
    /// Starts, stops or restarts one service by hand; only while the services are wanted. What is stopped by hand counts for nothing until it
    /// is started by hand, or all services are started anew.
    /// </summary>
    public void Command(string service, ServiceCommand command, string owner)
    {
        lock (Gate)
        {
            if (this.wanted && units.Find(unit => unit.Definition.Name == service) is { } unit)
            {
                unit.Command(command, owner, this.epoch);
                Publish();
            }
        }
    }

    /// <summary>Tells the network again which addresses are held here.</summary>
    public void Announce()
    {
        lock (Gate)
        {
            units.ForEach(unit => unit.Announce());
        }
    }

    /// <summary>Completes when everything is stopped, or cannot be stopped.</summary>
    public Task WhenStoppedAsync(CancellationToken cancellationToken) =>
        WhenAsync(() => units.Concat(leaving).All(unit => unit.State is ServicesState.Stopped or ServicesState.StopFailed), cancellationToken);

    /// <summary>Stops everything, for as long as that takes by the services' own timeouts.</summary>
    public async ValueTask DisposeAsync()
    {
        Stop(this.epoch);
        await WhenStoppedAsync(CancellationToken.None);
        await leaseTimer.DisposeAsync();
        if (lookout is not null)
        {
            await lookout.DisposeAsync();
        }

        ledger.Dispose();
        foreach (var log in logs.Values)
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

            waiters.Add((condition, done));
        }

        try
        {
            await done.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (Gate)
            {
                waiters.RemoveAll(waiter => waiter.Done == done);
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

    /// <summary>Application checks that are up on this server.</summary>
    public void ChecksAre(IReadOnlyList<string> up)
    {
        lock (Gate)
        {
            this.up = new HashSet<string>(up, StringComparer.OrdinalIgnoreCase);
            CheckWaiters();
        }
    }

    /// <summary>A check that it needs and that is not up; null when there is none.</summary>
    internal string? MissingCheck(ServiceUnit unit) => unit.Definition.Needs.FirstOrDefault(need => Named(need) is null && !up.Contains(need));

    /// <summary>All before it run, the optional ones aside unless it needs them, and nothing with its name is still being stopped.</summary>
    internal bool MayStart(ServiceUnit unit) =>
        unit.Definition.Needs.All(need => Named(need) is not { } needed || needed.HeldBy is not null || needed.State is ServicesState.Running)
        && units.TakeWhile(other => other != unit).All(other => other.Definition.Optional || other.HeldBy is not null || other.State is ServicesState.Running)
        && !leaving.Any(other => other.Definition.Name == unit.Definition.Name);

    /// <summary>All after it are stopped, or will not stop.</summary>
    internal bool MayStop(ServiceUnit unit) =>
        hurried
        || !units.Contains(unit)
        || units.SkipWhile(other => other != unit).Skip(1).All(other => other.Wanted || other.State is ServicesState.Stopped or ServicesState.StopFailed);

    /// <summary>Called under the gate after each change of a unit.</summary>
    internal void Publish()
    {
        if (holdPublishing)
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
            var anew = wanted != this.wanted;
            (this.wanted, this.epoch, hurried) = (wanted, epoch, false);
            holdPublishing = true;
            foreach (var unit in units.Where(unit => anew || unit.HeldBy is null))
            {
                unit.HeldBy = null;
                unit.Order(wanted, epoch, why);
            }

            holdPublishing = false;
            Publish();
        }
    }

    private ServiceUnit? Named(string name) => units.Find(unit => unit.Definition.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private void CheckWaiters()
    {
        foreach (var (condition, done) in waiters)
        {
            if (condition())
            {
                done.TrySetResult();
            }
        }
    }

    private void DropGone() => leaving.RemoveAll(unit => unit.Settled && unit.State is ServicesState.Stopped);

    private ServiceUnit Create(ServiceDefinition definition)
    {
        if (!logs.TryGetValue(definition.Name, out var log))
        {
            var prefix = options.Pair == "default" ? "" : options.Pair + "-";
            log = logs[definition.Name] = new RotatingLog(Path.Combine(dataDirectory, "logs", $"service-{prefix}{definition.Name}.log"));
        }

        var hash = ServiceLedger.Hash(definition);
        var context = new DriverContext(options, dataDirectory, ledger, log);
        return new ServiceUnit(this, definition, hash, context, ServiceDriver.Create(definition, hash, context));
    }

    // The name is none that a service can have, so that the two never meet in the ledger.
    private ServiceUnit Create(AddressDefinition address)
    {
        var definition = new ServiceDefinition { Name = AddressPrefix + address.Name, StopTimeout = AddressCommands.Patience.TotalSeconds };
        if (!logs.TryGetValue(AddressPrefix, out var log))
        {
            log = logs[AddressPrefix] = new RotatingLog(Path.Combine(dataDirectory, "logs", options.Pair == "default" ? "addresses.log" : $"addresses-{options.Pair}.log"));
        }

        var hash = ServiceLedger.Hash(address);
        var context = new DriverContext(options, dataDirectory, ledger, log);
        return new ServiceUnit(this, definition, hash, context, new AddressDriver(address, definition, hash, context, () => peerAddress, Changing));
    }

    private static ServiceUnit? Same(List<ServiceUnit> before, AddressDefinition address)
    {
        var hash = ServiceLedger.Hash(address);
        return before.Find(unit => unit.IsAddress && unit.Definition.Name == AddressPrefix + address.Name && unit.Hash == hash);
    }

    private List<AddressDriver> AddressDrivers()
    {
        lock (Gate)
        {
            return [.. units.Select(unit => unit.Address).OfType<AddressDriver>()];
        }
    }

    private void Changing()
    {
        lock (Gate)
        {
            Publish();
        }
    }

    private ServicesReport Build()
    {
        var all = units.Concat(leaving).ToList();
        return new ServicesReport(
            // What is stopped by hand is neither on its way nor missing.
            Together(this.wanted ? all.FindAll(unit => unit.HeldBy is null) : all, this.wanted),
            [.. all.Where(unit => !unit.IsAddress).Select(unit => unit.Status)],
            [.. all.Where(unit => unit.OverBudget && !unit.Definition.Optional).Select(unit => unit.IsAddress ? unit.Definition.Name.Replace(':', '-') : unit.Definition.Name)])
        {
            Addresses = [.. all.Select(unit => unit.AddressStatus).OfType<AddressStatus>()],
            Guard = guard,
        };
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
