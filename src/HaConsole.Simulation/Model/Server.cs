using HaConsole.Failover;

namespace HaConsole.Simulation.Model;

/// <summary>One simulated server: its process, what is around it, and what its disk holds.</summary>
internal sealed class Server(int number, FailoverSettings settings)
{
    /// <summary>Requests that wait in the sockets of a server that stands still; what comes on top is lost.</summary>
    private const int FrozenBacklog = 8;

    private readonly List<WorldEvent> backlog = [];
    private int backlogRequests;

    /// <summary>1 or 2.</summary>
    public int Number { get; } = number;

    public Rank Rank { get; } = (Rank)number;

    /// <summary>State of the real decision core; only valid while the process exists.</summary>
    public NodeState State;

    public FailoverSettings Settings { get; set; } = settings;

    /// <summary>The process exists (it may be frozen).</summary>
    public bool Exists { get; set; }

    /// <summary>The process stands still.</summary>
    public bool Frozen { get; set; }

    /// <summary>The process exists and goes on.</summary>
    public bool Runs => Exists && !Frozen;

    /// <summary>Grows with every start and crash: what an earlier process was waiting for never arrives.</summary>
    public int Generation { get; set; }

    /// <summary>The monitor URL has been started by this process.</summary>
    public bool FrameworkStarted { get; set; }

    /// <summary>A fault keeps the monitor URL from answering.</summary>
    public bool FrameworkFails { get; set; }

    /// <summary>The monitor URL answers, as far as the process does.</summary>
    public bool FrameworkUp => FrameworkStarted && !FrameworkFails;

    public bool ApplicationFails { get; set; }

    public bool Isolated { get; set; }

    /// <summary>Connections that this server opens to the other one fail.</summary>
    public bool CutOff { get; set; }

    /// <summary>When the core must be called again.</summary>
    public long WakeAt { get; set; } = long.MaxValue;

    /// <summary>When the loop turned last.</summary>
    public long LastTurn { get; set; }

    /// <summary>On disk.</summary>
    public StoredState Stored { get; set; } = StoredState.Fresh;

    /// <summary>On disk.</summary>
    public PairControls Controls { get; set; } = PairControls.None;

    /// <summary>What it said of itself last.</summary>
    public PeerReport? Said { get; set; }

    /// <summary>The last exchange that it began failed.</summary>
    public bool ExchangeFailed { get; set; }

    public ManagedServices Services { get; } = new();

    /// <summary>Role as others see it: none when the process does not run.</summary>
    public Role VisibleRole => Runs ? State.Role : Role.Unknown;

    public bool CountsAsActive => Runs && State.Role == Role.Active;

    /// <summary>The own monitor URL is well in the sense of the pair's settings.</summary>
    public bool MonitorWell => FrameworkUp && !(Settings.SwitchOnApplicationError && ApplicationFails);

    /// <summary>Keeps what happens to a server that stands still; false when its sockets are full.</summary>
    public bool Keep(in WorldEvent item)
    {
        if (item.Kind == EventKind.ExchangeArrives && ++backlogRequests > FrozenBacklog)
        {
            return false;
        }

        backlog.Add(item);
        return true;
    }

    /// <summary>What has been kept, in order; empty afterwards.</summary>
    public WorldEvent[] TakeBacklog()
    {
        var all = backlog.ToArray();
        backlog.Clear();
        backlogRequests = 0;
        return all;
    }
}

/// <summary>The managed services of one server, with a supervisor that does not depend on the server's process.</summary>
internal sealed class ManagedServices
{
    /// <summary>What they do, whatever anybody has been told.</summary>
    public ServicesState State { get; set; } = ServicesState.Stopped;

    /// <summary>Order in force: to run.</summary>
    public bool Wanted { get; set; }

    /// <summary>The last word to them was "stop".</summary>
    public bool ToldToStop { get; set; }

    /// <summary>When the supervisor stops them unless the engine renews them; <see cref="long.MaxValue"/> while it does.</summary>
    public long KeptUntil { get; set; } = long.MaxValue;

    /// <summary>Grows with every order, so that the end of a superseded one is ignored.</summary>
    public int Order { get; set; }

    /// <summary>Something of them may still run.</summary>
    public bool MayRun => State is not (ServicesState.Stopped or ServicesState.Unknown);
}

/// <summary>The third vote: one lease.</summary>
internal sealed class Witness
{
    /// <summary>Server that holds the lease; 0 when none.</summary>
    public int Holder { get; private set; }

    /// <summary>Until when, in ticks of virtual time.</summary>
    public long Until { get; private set; }

    public bool Down { get; set; }

    public bool Ask(int server, long now, long duration)
    {
        if (Holder != 0 && Holder != server && now < Until)
        {
            return false;
        }

        Holder = server;
        Until = now + duration;
        return true;
    }

    public void Release(int server)
    {
        if (Holder == server)
        {
            Holder = 0;
        }
    }
}
