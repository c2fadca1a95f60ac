using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>What a driver needs to know of its surroundings.</summary>
/// <param name="Options">Where and for whom.</param>
/// <param name="DataDirectory">Full path of the data directory.</param>
/// <param name="Ledger">Record of what runs.</param>
/// <param name="Log">Output of the service.</param>
internal sealed record DriverContext(ServiceSetOptions Options, string DataDirectory, ServiceLedger Ledger, RotatingLog Log);

/// <summary>How services of one type are started, watched and stopped. Calls on one driver never overlap.</summary>
internal abstract class ServiceDriver(ServiceDefinition definition, string hash, DriverContext context)
{
    protected ServiceDefinition Definition { get; } = definition;

    protected string Hash { get; } = hash;

    protected DriverContext Context { get; } = context;

    protected TimeProvider Time => Context.Options.Time;

    protected TimeSpan StartTimeout { get; } = TimeSpan.FromSeconds(definition.StartTimeout);

    protected TimeSpan StopTimeout { get; } = TimeSpan.FromSeconds(definition.StopTimeout);

    /// <summary>Process, when there is one.</summary>
    internal virtual int? ProcessId => null;

    /// <summary>Whether it is known to be stopped, so that a stop has nothing to do.</summary>
    internal abstract bool Stopped { get; }

    /// <summary>Null: the watchdog's pauses and budget. Else a failed start is shown at once and tried again after this time, without end.</summary>
    internal virtual TimeSpan? RetryPause => null;

    /// <summary>Whether a service that runs wants to hear of a new epoch.</summary>
    internal virtual bool WantsEpoch => false;

    internal static ServiceDriver Create(ServiceDefinition definition, string hash, DriverContext context) => definition.Type switch
    {
        ServiceType.Process => new ProcessDriver(definition, hash, context),
        ServiceType.Systemd => new SystemdDriver(definition, hash, context),
        ServiceType.Command => new CommandDriver(definition, hash, context),
        ServiceType.Http => new HttpDriver(definition, hash, context),
        _ => throw new ArgumentOutOfRangeException(nameof(definition), definition.Type, "unknown type of service"),
    };

    /// <summary>Makes it run, or finds that it does; returns as soon as it runs.</summary>
    /// <exception cref="ServiceException">It does not within its start timeout.</exception>
    internal abstract Task StartAsync(Epoch epoch, CancellationToken cancellationToken);

    /// <summary>Returns, with the reason, when it does not run any more.</summary>
    internal abstract Task<string> WatchAsync(CancellationToken cancellationToken);

    /// <summary>Stops it and confirms that.</summary>
    /// <param name="epoch">Epoch of the order.</param>
    /// <param name="gently">False when it failed and only remains must go.</param>
    /// <exception cref="ServiceException">It may still run.</exception>
    internal abstract Task StopAsync(Epoch epoch, bool gently);

    /// <summary>Kills what is being stopped, as far as that is possible, without waiting for it. May be called at any time.</summary>
    internal virtual void Hurry()
    {
    }

    protected void Note(int pid = 0, long startTime = 0) => Context.Ledger.Put(new LedgerEntry(Definition, Hash, pid, startTime, ProcFs.BootId));

    protected void Forget() => Context.Ledger.Remove(Definition.Name);

    /// <summary>Working directory, checked.</summary>
    protected string WorkingDirectory()
    {
        var path = Path.Combine(Context.DataDirectory, Definition.WorkingDirectory);
        return Directory.Exists(path) ? path : throw new ServiceException($"working directory {path} does not exist");
    }

    /// <summary>Environment of its programs.</summary>
    protected Dictionary<string, string?> EnvironmentFor(Epoch epoch, string role)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["HACONSOLE_ROLE"] = role,
            ["HACONSOLE_EPOCH"] = epoch.ToString(),
            ["HACONSOLE_PAIR"] = Context.Options.Pair,
            [SupervisorLink.Variable] = null,
            [ProcFs.MarkerVariable] = null,
        };
        if (Context.Options.LocalAddress.Length > 0)
        {
            environment["HACONSOLE_LOCAL_ADDRESS"] = Context.Options.LocalAddress;
        }

        if (Context.Options.Server is { } server)
        {
            environment["HACONSOLE_SERVER"] = server.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in Definition.Environment)
        {
            environment[name] = value;
        }

        return environment;
    }

    /// <summary>Pauses between looks: short at first, because most services are fast.</summary>
    protected Task PauseAsync(ref TimeSpan pause, TimeSpan longest, CancellationToken cancellationToken)
    {
        var now = pause;
        pause = pause * 1.5 < longest ? pause * 1.5 : longest;
        return Task.Delay(now, Time, cancellationToken);
    }

    /// <summary>Runs a program to its end and kills its group when that takes too long.</summary>
    protected async Task<(int Code, string LastLine)> RunAsync(LaunchRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var process = await ProcessLauncher.StartAsync(request);
        try
        {
            var code = await process.Exited.WaitAsync(timeout, Time, cancellationToken);
            await DrainAsync(process, TimeSpan.FromMilliseconds(request.Output is null ? 1000 : code == 0 ? 0 : 200));
            return (code, process.LastLine);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            process.Signal(ProcessCalls.SigKill);
            throw;
        }
    }

    /// <summary>Gives the reader of its output a moment for the last line.</summary>
    protected async Task DrainAsync(LaunchedProcess process, TimeSpan patience) =>
        await process.Drained.WaitAsync(patience, Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
