using HaConsole.Failover;

namespace HaConsole.Simulation.Checks;

/// <summary>One server as somebody outside would see it at one moment.</summary>
internal readonly record struct ServerFacts
{
    /// <summary>The process exists (it may be frozen).</summary>
    public bool Exists { get; init; }

    /// <summary>The process stands still.</summary>
    public bool Frozen { get; init; }

    /// <summary>Role; only means something while the process exists.</summary>
    public Role Role { get; init; }

    /// <summary><c>mod=FT</c> answers ACTIVE.</summary>
    public bool AnswersActive { get; init; }

    /// <summary>A forced failover has overridden the vote.</summary>
    public bool VoteOverridden { get; init; }

    /// <summary>What the managed services do.</summary>
    public ServicesState Services { get; init; }

    /// <summary>The last word to the managed services was "stop".</summary>
    public bool ToldToStop { get; init; }

    /// <summary>The own monitor URL is well in the sense of the pair's settings.</summary>
    public bool MonitorWell { get; init; }

    /// <summary>Off the LAN.</summary>
    public bool Isolated { get; init; }

    /// <summary>Connections that this server opens to the other one fail.</summary>
    public bool CutOff { get; init; }

    /// <summary>Highest epoch that the server knows.</summary>
    public Epoch HighestEpoch { get; init; }

    /// <summary>Configuration in force.</summary>
    public Revision Configuration { get; init; }

    /// <summary>Hash of the configuration in force.</summary>
    public long ConfigurationHash { get; init; }

    /// <summary>Pause and holds in force.</summary>
    public Revision Controls { get; init; }

    /// <summary>The process exists and goes on.</summary>
    public bool Runs => Exists && !Frozen;

    public bool CountsAsActive => Runs && Role == Role.Active;

    /// <summary>Services run or are about to, whatever the process does.</summary>
    public bool Serves => Services is ServicesState.Running or ServicesState.Starting;

    /// <summary>Something of the services may still run.</summary>
    public bool MayServe => Services is not (ServicesState.Stopped or ServicesState.Unknown);

    /// <summary>Role for people.</summary>
    public string Seen => Frozen ? "frozen" : Exists ? Role.ToString() : "not running";
}

/// <summary>Everything that the invariants speak of, at one moment.</summary>
internal readonly record struct WorldFacts
{
    public ServerFacts One { get; init; }

    public ServerFacts Two { get; init; }

    /// <summary>Requests are lost at random.</summary>
    public bool Lossy { get; init; }

    public bool WitnessDown { get; init; }

    /// <summary>An operator's pause is in force on a server.</summary>
    public bool Paused { get; init; }

    /// <summary>Messages can pass, at least on the connections of one server.</summary>
    public bool LinkedOneWay => One.Runs && Two.Runs && !Lossy && !One.Isolated && !Two.Isolated && !(One.CutOff && Two.CutOff);

    /// <summary>Messages can pass on the connections of both servers.</summary>
    public bool Linked => LinkedOneWay && !One.CutOff && !Two.CutOff;

    /// <summary>A healthy pair with a working link.</summary>
    public bool Clean => Linked && One.MonitorWell && Two.MonitorWell;
}
