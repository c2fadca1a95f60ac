namespace HaConsole.Engine.Services;

/// <summary>Where and for whom managed services run.</summary>
public sealed record ServiceSetOptions
{
    /// <summary>Data directory; holds <c>services/run.json</c> and <c>logs/</c>. Services run in it unless told otherwise.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Name of the pair. Default <c>default</c>.</summary>
    public string Pair { get; init; } = "default";

    /// <summary>Number of this server, 1 or 2; null when not known yet.</summary>
    public int? Server { get; init; }

    /// <summary>IP address of this server, told to the services; empty when not known.</summary>
    public string LocalAddress { get; init; } = "";

    /// <summary>Clock. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Last sign of life of the engine, wherever it can be seen without waiting for a message; null: nowhere.</summary>
    internal Func<LeaseSign?>? LatestSign { get; init; }

    /// <summary>The program that talks to systemd. Default <c>systemctl</c>, found by the search path.</summary>
    public string SystemctlCommand { get; init; } = "systemctl";
}
