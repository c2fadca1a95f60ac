using HaConsole.Engine.Configuration;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Services;
using HaConsole.Engine.Status;
using HaConsole.Failover;

namespace HaConsole.Engine.VirtualIp;

/// <summary>
/// What the engine shows of the managed addresses: the reports of who holds them, the links of their interfaces on both servers, and events
/// for what changes. Has them announced again when the peer is back.
/// </summary>
internal sealed class AddressWatch(IServiceHost services, EngineClock clock) : IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly Dictionary<string, (AddressState State, DateTimeOffset Since)> last = new(StringComparer.Ordinal);
    private ITimer? timer;
    private HashSet<string> down = [];
    private volatile IReadOnlyList<AddressInfo> shown = [];
    private HashSet<string> heldThere = [];
    private bool connected;

    /// <summary>The addresses in force.</summary>
    public required Func<IReadOnlyList<AddressDefinition>> Definitions { get; init; }

    /// <summary>Records an event.</summary>
    public required Action<string, string, Severity> Event { get; init; }

    /// <summary>What is shown has changed.</summary>
    public required Action Changed { get; init; }

    /// <summary>The addresses of this server as they are shown.</summary>
    public IReadOnlyList<AddressInfo> Shown => shown;

    /// <summary>What is wrong with them.</summary>
    public static IEnumerable<ReasonStatus> Alarms(IReadOnlyList<AddressInfo> addresses)
        => addresses.Where(address => address.State is nameof(AddressState.Conflict) or nameof(AddressState.Failed) or nameof(AddressState.LinkDown))
            .Select(address => new ReasonStatus(CodeOf(address.State), SentenceOf(address)));

    /// <summary>Looks at the links from now on.</summary>
    public void Start() => timer = clock.Time.CreateTimer(_ => LookAtLinks(), null, TimeSpan.Zero, LookInterval);

    /// <summary>The peer link as it is now: after a cut both servers may have held an address, so the one that does says so again.</summary>
    /// <param name="connectedNow">It is connected.</param>
    /// <param name="peer">The addresses of the other server as it says.</param>
    public void Look(bool connectedNow, IReadOnlyList<AddressInfo> peer)
    {
        var back = connectedNow && !connected;
        connected = connectedNow;
        var there = peer.Where(address => address.State is nameof(AddressState.Held)).Select(address => address.Name).ToHashSet(StringComparer.Ordinal);
        // The other one has just given one up: clients that went to it go on doing so until they are told.
        back |= connectedNow && heldThere.Any(name => !there.Contains(name));
        heldThere = connectedNow || there.Count > 0 ? there : heldThere;
        if (back && shown.Any(address => address.State == nameof(AddressState.Held)))
        {
            services.Announce();
        }
    }

    /// <summary>There is a new report of the services.</summary>
    public void Reported()
    {
        var changes = new List<(AddressInfo Info, AddressState Before)>();
        bool changed;
        lock (gate)
        {
            var made = services.Current.Addresses.Select(address => Combined(address, changes)).ToList();
            changed = !made.SequenceEqual(shown);
            shown = made;
        }

        foreach (var (info, before) in changes)
        {
            Tell(info, before);
        }

        if (changed)
        {
            Changed();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (timer is not null)
        {
            await timer.DisposeAsync();
        }
    }

    private AddressInfo Combined(AddressStatus address, List<(AddressInfo, AddressState)> changes)
    {
        var isDown = down.Contains(address.Name) && (address.State is AddressState.Held or AddressState.Absent);
        var state = isDown ? AddressState.LinkDown : address.State;
        var known = last.TryGetValue(address.Name, out var before);
        var since = known && before.State == state ? before.Since : known ? clock.Utc : address.Since;
        last[address.Name] = (state, since);
        var detail = address.Detail.Length > 0 || !isDown ? address.Detail
            : $"the link of {address.Interface} is down{(address.State == AddressState.Absent ? "" : "; this server has the address")}";
        var info = new AddressInfo(address.Name, address.Address, address.Interface, state.ToString(), since, detail);
        if (known && before.State != state)
        {
            changes.Add((info, before.State));
        }

        return info;
    }

    private void LookAtLinks()
    {
        var definitions = Definitions();
        if (definitions.Count == 0 && down.Count == 0)
        {
            return;
        }

        var all = LocalInterfaces.All();
        var now = definitions
            .Where(one => !one.SwitchInterface && CidrAddress.TryParse(one.Address, out var cidr) && LocalInterfaces.Find(all, one.Interface, cidr) is { IsUp: false })
            .Select(one => one.Name)
            .ToHashSet(StringComparer.Ordinal);
        lock (gate)
        {
            if (now.SetEquals(down))
            {
                return;
            }

            down = now;
        }

        Reported();
    }

    private void Tell(AddressInfo info, AddressState before)
    {
        var (kind, sentence, severity) = info.State switch
        {
            nameof(AddressState.Held) when before is AddressState.Conflict => ("address-held", $"Nobody else answers for address {info.Name} ({info.Address}) any more; this server has it.", Severity.Info),
            nameof(AddressState.Held) => ("address-held", $"This server has address {info.Name} ({info.Address}) on {info.Interface}.", Severity.Info),
            nameof(AddressState.Absent) => ("address-released", $"This server does not have address {info.Name} ({info.Address}).", Severity.Info),
            _ => (CodeOf(info.State), SentenceOf(info), Severity.Alarm),
        };
        Event(kind, sentence, severity);
    }

    private static string CodeOf(string state) => state switch
    {
        nameof(AddressState.Conflict) => "address-conflict",
        nameof(AddressState.LinkDown) => "address-link-down",
        _ => "address-failed",
    };

    private static string SentenceOf(AddressInfo address) => $"Address {address.Name} ({address.Address}): {address.Detail}.";
}
