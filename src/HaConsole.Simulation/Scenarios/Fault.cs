using System.Globalization;

namespace HaConsole.Simulation.Scenarios;

/// <summary>What happens to the world at a given time.</summary>
public enum FaultKind
{
    /// <summary>The process of a server is killed.</summary>
    Crash,

    /// <summary>The process of a server is started (killed first when it runs).</summary>
    Restart,

    /// <summary>The monitor URL of a server fails; its engine and peer link live.</summary>
    FrameworkDown,

    /// <summary>The monitor URL answers again.</summary>
    FrameworkUp,

    /// <summary>The application checks of a server fail.</summary>
    ApplicationError,

    /// <summary>The application checks succeed again.</summary>
    ApplicationOk,

    /// <summary>Connections that one server opens to the other fail.</summary>
    Cut,

    /// <summary>They work again.</summary>
    Heal,

    /// <summary>A server is off the LAN; its own LAN check fails too.</summary>
    Isolate,

    /// <summary>It is back on the LAN.</summary>
    Reconnect,

    /// <summary>A server stands still.</summary>
    Freeze,

    /// <summary>It goes on.</summary>
    Thaw,

    /// <summary>The virtual IP address points to a server from now on.</summary>
    Vip,

    /// <summary>An operator wants a server to be the Active.</summary>
    Switch,

    /// <summary>An operator pauses the automation of the pair.</summary>
    Pause,

    /// <summary>An operator ends the pause.</summary>
    Resume,

    /// <summary>Each request fails with a probability.</summary>
    Loss,

    /// <summary>The witness does not answer.</summary>
    WitnessDown,

    /// <summary>The witness answers again.</summary>
    WitnessUp,

    /// <summary>An operator saves another configuration at a server, which forwards it to the Active when it reaches it.</summary>
    Settings,
}

/// <summary>One entry of a scenario's <c>faults</c>.</summary>
/// <param name="At">Virtual time since the start.</param>
/// <param name="Kind">What happens.</param>
public sealed record Fault(TimeSpan At, FaultKind Kind)
{
    /// <summary>Server 1 or 2; 0 when the kind does not concern one server.</summary>
    public int Server { get; init; }

    /// <summary>Cut and heal: the server that opens the connections.</summary>
    public int From { get; init; }

    /// <summary>Cut and heal: the other server. Vip and switch: the server wanted.</summary>
    public int To { get; init; }

    /// <summary>Loss: 0 … 100.</summary>
    public double Percent { get; init; }

    /// <summary>Switch: forced failover. Default false.</summary>
    public bool Force { get; init; }

    /// <summary>The fault in words.</summary>
    public string Sentence => Kind switch
    {
        FaultKind.Crash => $"Server {Server}: the process is killed",
        FaultKind.Restart => $"Server {Server}: the process is started",
        FaultKind.FrameworkDown => $"Server {Server}: the monitor URL fails",
        FaultKind.FrameworkUp => $"Server {Server}: the monitor URL answers",
        FaultKind.ApplicationError => $"Server {Server}: application error",
        FaultKind.ApplicationOk => $"Server {Server}: application well",
        FaultKind.Cut => $"Connections from server {From} to server {To} are cut",
        FaultKind.Heal => $"Connections from server {From} to server {To} work",
        FaultKind.Isolate => $"Server {Server}: off the LAN",
        FaultKind.Reconnect => $"Server {Server}: back on the LAN",
        FaultKind.Freeze => $"Server {Server}: frozen",
        FaultKind.Thaw => $"Server {Server}: thawed",
        FaultKind.Vip => $"The VIP points to server {To}",
        FaultKind.Switch => Force ? $"Operator: forced failover to server {To}" : $"Operator: switch to server {To}",
        FaultKind.Pause => "Operator: pause",
        FaultKind.Resume => "Operator: resume",
        FaultKind.Loss => string.Create(CultureInfo.InvariantCulture, $"Each request fails with a probability of {Percent:0.###} %"),
        FaultKind.WitnessDown => "The witness does not answer",
        FaultKind.Settings => $"Operator: saves another configuration at server {Server}",
        _ => "The witness answers",
    };
}

/// <summary>Names and members of the faults in a scenario file.</summary>
public static class FaultNames
{
    private static readonly (FaultKind Kind, string Name, string[] Members)[] Table =
    [
        (FaultKind.Crash, "crash", ["server"]),
        (FaultKind.Restart, "restart", ["server"]),
        (FaultKind.FrameworkDown, "framework-down", ["server"]),
        (FaultKind.FrameworkUp, "framework-up", ["server"]),
        (FaultKind.ApplicationError, "application-error", ["server"]),
        (FaultKind.ApplicationOk, "application-ok", ["server"]),
        (FaultKind.Cut, "cut", ["from", "to"]),
        (FaultKind.Heal, "heal", ["from", "to"]),
        (FaultKind.Isolate, "isolate", ["server"]),
        (FaultKind.Reconnect, "reconnect", ["server"]),
        (FaultKind.Freeze, "freeze", ["server"]),
        (FaultKind.Thaw, "thaw", ["server"]),
        (FaultKind.Vip, "vip", ["to"]),
        (FaultKind.Switch, "switch", ["to", "force"]),
        (FaultKind.Pause, "pause", []),
        (FaultKind.Resume, "resume", []),
        (FaultKind.Loss, "loss", ["percent"]),
        (FaultKind.WitnessDown, "witness-down", []),
        (FaultKind.WitnessUp, "witness-up", []),
        (FaultKind.Settings, "settings", ["server"]),
    ];

    /// <summary>All names, for error messages.</summary>
    public static string All { get; } = string.Join(", ", Table.Select(row => row.Name));

    /// <summary>Kinds in the order of the documentation.</summary>
    public static IReadOnlyList<FaultKind> Kinds { get; } = [.. Table.Select(row => row.Kind)];

    /// <summary>Members of a fault besides <c>at</c> and <c>fault</c>.</summary>
    public static IReadOnlyList<string> MembersOf(FaultKind kind) => Table.First(row => row.Kind == kind).Members;

    /// <summary>Name in a scenario file.</summary>
    public static string Of(FaultKind kind) => Table.First(row => row.Kind == kind).Name;

    /// <summary>The kind of that name, with the members that it has.</summary>
    public static bool TryFind(string name, out FaultKind kind, out IReadOnlyList<string> members)
    {
        foreach (var row in Table)
        {
            if (row.Name == name)
            {
                (kind, members) = (row.Kind, row.Members);
                return true;
            }
        }

        (kind, members) = (default, []);
        return false;
    }
}
