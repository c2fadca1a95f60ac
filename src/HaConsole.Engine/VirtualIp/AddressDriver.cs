using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Services;
using HaConsole.Failover;

namespace HaConsole.Engine.VirtualIp;

/// <summary>
/// An address as a unit of the managed services: "running" is on the interface and announced. It is ordered, leased, recorded and cleaned
/// up like a service, so that it outlives the worker exactly as long as they do.
/// </summary>
internal sealed class AddressDriver : ServiceDriver
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>Looks between two questions whether somebody else answers too.</summary>
    private const int LooksPerQuestion = 5;
    private readonly AddressDefinition definition;
    private readonly CidrAddress address;
    private readonly Func<string> peerAddress;
    private readonly Action changed;
    private readonly AddressAnnouncer announcer;
    private volatile bool stopped;
    private volatile string contestedBy = "";
    private volatile string note = "";
    private volatile string on = "";
    private volatile bool linkDown;
    private volatile NeighbourLook? lastLook;
    private bool unconfirmed;

    /// <summary>Makes it; nothing is changed.</summary>
    /// <param name="definition">What to hold.</param>
    /// <param name="unit">The same as a service of the ledger.</param>
    /// <param name="hash">Hash of the definition.</param>
    /// <param name="context">Surroundings.</param>
    /// <param name="peerAddress">Own address of the other server now; empty when there is none.</param>
    /// <param name="changed">Called after each change of what is shown.</param>
    internal AddressDriver(AddressDefinition definition, ServiceDefinition unit, string hash, DriverContext context, Func<string> peerAddress, Action changed)
        : base(unit, hash, context)
    {
        this.definition = definition;
        this.peerAddress = peerAddress;
        this.changed = changed;
        // A definition that is not valid was refused; one from a damaged ledger names nothing that could be held.
        address = CidrAddress.TryParse(definition.Address, out var parsed) ? parsed : new CidrAddress(IPAddress.None, 32);
        announcer = new AddressAnnouncer(definition, address.Address, context.Options.Time);
        var all = LocalInterfaces.All();
        on = LocalInterfaces.Find(all, definition.Interface, address)?.Name ?? definition.Interface;
        stopped = context.Ledger.Find(unit.Name) is null && LocalInterfaces.Carrier(all, address.Address) is null;
    }

    internal override bool Stopped => stopped;

    internal override TimeSpan? RetryPause { get; } = TimeSpan.FromSeconds(3);

    /// <summary>What is shown of it.</summary>
    internal AddressStatus Status(ServicesState state, DateTimeOffset since, string detail)
    {
        var shown = contestedBy.Length > 0 ? AddressState.Conflict
            : state is ServicesState.StartFailed or ServicesState.StopFailed ? AddressState.Failed
            : linkDown && state is ServicesState.Running ? AddressState.LinkDown
            : state is ServicesState.Running or ServicesState.Stopping ? AddressState.Held
            : AddressState.Absent;
        return new AddressStatus(definition.Name, definition.Address, on, shown, since, detail.Length > 0 ? detail : note);
    }

    /// <summary>Tells the network again who has it, when it is held.</summary>
    internal void Announce() => announcer.Again();

    /// <summary>
    /// Asks the network who has it while this server does not, so that a takeover need not wait for the answer. Nothing when it is held.
    /// </summary>
    internal async Task LookOutAsync()
    {
        if (lastLook is { } last && Time.GetElapsedTime(last.At) < NeighbourLook.Interval)
        {
            return;
        }

        if (!stopped || LocalInterfaces.Find(definition.Interface, address) is not { IsUp: true, IsEthernet: true } target || !AddressSurvey.MayUseFrames())
        {
            lastLook = null;
            return;
        }

        try
        {
            var asked = Time.GetTimestamp();
            var (foreign, _) = await AskAsync(target);
            lastLook = new NeighbourLook(asked, foreign.Count == 0);
        }
        catch (IOException)
        {
            lastLook = null;
        }
    }

    internal override async Task StartAsync(Epoch epoch, CancellationToken cancellationToken)
    {
        var target = LocalInterfaces.Find(definition.Interface, address)
            ?? throw new ServiceException(definition.Interface.Length > 0 ? $"there is no interface {definition.Interface}" : $"no interface has a subnet that holds {address}");
        on = target.Name;
        if (LocalInterfaces.Carrier(LocalInterfaces.All(), address.Address) is { } carrier)
        {
            // Put there by somebody else: from now on it goes as if it had been added here.
            Record(carrier.Name);
        }
        else
        {
            var wasContested = contestedBy.Length > 0;
            // On an interface that is off nobody can be asked before; once somebody had it, it is switched on first.
            unconfirmed = (definition.SwitchInterface && !wasContested) || (lastLook is { Free: true } look && Time.GetElapsedTime(look.At) < NeighbourLook.GoodFor);
            lastLook = null;
            if (unconfirmed)
            {
                contestedBy = "";
            }
            else
            {
                if (definition.SwitchInterface)
                {
                    Record(target.Name);
                    await ShellAsync("switching its interface on", AddressCommands.Up(target.Name), "Active", epoch);
                    target = LocalInterfaces.Find(definition.Interface, address) ?? target;
                }

                await RefuseConflictAsync(target);
            }

            cancellationToken.ThrowIfCancellationRequested();
            Record(target.Name);
            await AddAsync(target, epoch);
            if (definition.AddCommand.Length == 0 && LocalInterfaces.Carrier(LocalInterfaces.All(), address.Address) is null)
            {
                throw new ServiceException($"it was added to {target.Name} and is not there");
            }

            Log(wasContested ? $"added to {target.Name}; nobody else answers for it any more" : $"added to {target.Name}");
        }

        target = definition.SwitchInterface ? LocalInterfaces.Find(definition.Interface, address) ?? target : target;
        linkDown = !target.IsUp;
        announcer.Begin(target, cancellationToken);
    }

    internal override async Task<string> WatchAsync(CancellationToken cancellationToken)
    {
        for (var looks = 1; ; looks++)
        {
            if (await IntruderAsync(cancellationToken) is { Length: > 0 } intruder)
            {
                return intruder;
            }

            await Task.Delay(LookInterval, Time, cancellationToken);
            var all = LocalInterfaces.All();
            if (LocalInterfaces.Find(all, definition.Interface, address) is not { } target)
            {
                return $"interface {on} is gone";
            }

            if (linkDown == target.IsUp)
            {
                linkDown = !target.IsUp;
                Log(linkDown ? $"the link of {target.Name} is down" : $"the link of {target.Name} is up again");
                changed();
                announcer.Begin(target, cancellationToken);
            }

            if (target.IsUp && definition.AddCommand.Length == 0 && LocalInterfaces.Carrier(all, address.Address) is null)
            {
                // IPv6 addresses go with the link; others when somebody removes them.
                return $"{target.Name} has lost it";
            }

            if (looks % LooksPerQuestion == 0 && target.IsUp)
            {
                await LookForOthersAsync(target, cancellationToken);
            }
        }
    }

    internal override async Task StopAsync(Epoch epoch, bool gently)
    {
        // First, so that nothing is announced that is not so any more.
        await announcer.EndAsync();
        var carrier = LocalInterfaces.Carrier(LocalInterfaces.All(), address.Address);
        if (carrier is not null || ((definition.RemoveCommand.Length > 0 || definition.SwitchInterface) && Context.Ledger.Find(Definition.Name) is not null))
        {
            await RemoveAsync(carrier, epoch);
            if (LocalInterfaces.Carrier(LocalInterfaces.All(), address.Address) is { } still)
            {
                throw new ServiceException($"{still.Name} still has it");
            }

            Log($"removed from {carrier?.Name ?? on}");
        }

        Forget();
        GroupGuardian.RemoveCommand(Definition.Name);
        if (gently)
        {
            // Not on a Standby: what another machine does with the address is shown where it is wanted.
            contestedBy = "";
            note = "";
        }

        stopped = true;
    }

    /// <summary>Whatever ends this process, the address is removed.</summary>
    private void Record(string interfaceName)
    {
        stopped = false;
        Context.Ledger.Put(new LedgerEntry(Definition, Hash, 0, 0, ProcFs.BootId) { Address = definition });
        GroupGuardian.AddCommand(Definition.Name, AddressCommands.Remove(definition, address, interfaceName));
    }

    /// <summary>
    /// Another machine that answers keeps it. The other server does not: it was asked to give the address up, or is dead with only its
    /// kernel alive, and the announcements draw the clients here.
    /// </summary>
    private async Task RefuseConflictAsync(LocalInterface target)
    {
        var foreign = await ForeignAsync(target);
        if (foreign.Length > 0)
        {
            contestedBy = foreign;
            throw new ServiceException($"another machine, {foreign}, answers for it on {target.Name}: it is not taken");
        }

        contestedBy = "";
    }

    /// <summary>What was taken without asking is asked for now; who has come to it within the last seconds keeps it.</summary>
    private async Task<string> IntruderAsync(CancellationToken cancellationToken)
    {
        if (!unconfirmed || LocalInterfaces.Find(definition.Interface, address) is not { IsUp: true } target)
        {
            return "";
        }

        unconfirmed = false;
        var foreign = await ForeignAsync(target);
        cancellationToken.ThrowIfCancellationRequested();
        if (note.Length > 0)
        {
            Log(note);
            changed();
            announcer.Begin(target, cancellationToken);
        }

        contestedBy = foreign;
        return foreign.Length == 0 ? "" : $"another machine, {foreign}, answers for it on {target.Name}: it is given up";
    }

    private async Task LookForOthersAsync(LocalInterface target, CancellationToken cancellationToken)
    {
        var (was, noteWas) = (contestedBy, note);
        var foreign = await ForeignAsync(target);
        if (cancellationToken.IsCancellationRequested)
        {
            // It was given up meanwhile: who answers now has it.
            note = "";
            return;
        }

        if (foreign.Length > 0)
        {
            note = $"another machine, {foreign}, answers for it on {target.Name} too";
        }

        contestedBy = foreign;
        if (foreign != was || note != noteWas)
        {
            Log(note.Length > 0 ? note : "nobody else answers for it any more");
            changed();
        }

        if (foreign.Length > 0 || was.Length > 0 || note.Length > 0 || noteWas.Length > 0)
        {
            announcer.Begin(target, cancellationToken);
        }
    }

    // The hardware address of a stranger that answers; empty when nobody does, or only the other server.
    private async Task<string> ForeignAsync(LocalInterface target)
    {
        if (!target.IsEthernet || !target.IsUp || !AddressSurvey.MayUseFrames())
        {
            note = "";
            return "";
        }

        try
        {
            var (foreign, peer) = await AskAsync(target);
            note = foreign.Count == 0 && peer is not null ? $"the other server, {Neighbours.Text(peer)}, still answers for it" : "";
            return string.Join(", ", foreign.Select(Neighbours.Text));
        }
        catch (IOException e)
        {
            // Not being able to ask is no answer.
            Log($"nobody could be asked for it: {e.Message}");
            note = "";
            return "";
        }
    }

    // Strangers that answer, and the other server when it does.
    private async Task<(IReadOnlyList<PhysicalAddress> Foreign, PhysicalAddress? Peer)> AskAsync(LocalInterface target)
    {
        var owners = await Neighbours.OwnersAsync(target, address.Address, Time);
        if (owners.Count == 0)
        {
            return ([], null);
        }

        var peer = IPAddress.TryParse(peerAddress(), out var other) ? await Neighbours.OwnersAsync(target, other, Time) : [];
        return ([.. owners.Except(peer)], owners.Intersect(peer).FirstOrDefault());
    }

    private bool IsBuiltIn => definition.AddCommand.Length == 0 && !definition.SwitchInterface && OperatingSystem.IsLinux();

    private Task AddAsync(LocalInterface target, Epoch epoch)
        => IsBuiltIn ? Kernel("adding it", () => KernelAddresses.Add(address, target.Index, definition.Label))
            : ShellAsync("adding it", AddressCommands.Add(definition, address, target.Name), "Active", epoch);

    private Task RemoveAsync(LocalInterface? carrier, Epoch epoch)
        => IsBuiltIn && carrier is not null ? Kernel("removing it", () => KernelAddresses.Remove(address, carrier.Index))
            : ShellAsync("removing it", AddressCommands.Remove(definition, address, carrier?.Name ?? on), "Standby", epoch);

    private static Task Kernel(string what, Action call)
    {
        try
        {
            call();
            return Task.CompletedTask;
        }
        catch (IOException e)
        {
            throw new ServiceException($"{what} failed: {e.Message}");
        }
    }

    private async Task ShellAsync(string what, string command, string role, Epoch epoch)
    {
        try
        {
            var request = new LaunchRequest("/bin/sh", ["-c", command], Context.DataDirectory, EnvironmentFor(epoch, role), Context.Log);
            var (code, line) = await RunAsync(request, AddressCommands.Patience, CancellationToken.None);
            if (code != 0)
            {
                throw new ServiceException(string.Create(CultureInfo.InvariantCulture, $"{what} failed with code {code}{(line.Length > 0 ? ": " + line : "")}"));
            }
        }
        catch (TimeoutException)
        {
            throw new ServiceException(string.Create(CultureInfo.InvariantCulture, $"{what} did not end within {AddressCommands.Patience.TotalSeconds} s"));
        }
    }

    private void Log(string message)
        => Context.Log.Append(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"[haconsole {Time.GetUtcNow():O}] address {definition.Name} {address}: {message}\n")));
}
