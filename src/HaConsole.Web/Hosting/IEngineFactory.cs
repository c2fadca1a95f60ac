using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Status;

namespace HaConsole.Web.Hosting;

/// <summary>What the host gives to the engine.</summary>
/// <param name="Configuration">All configuration sources, merged.</param>
/// <param name="Node">Settings of this server.</param>
/// <param name="Time">Clock.</param>
/// <param name="Loggers">Loggers of the host.</param>
/// <param name="Dispatch">Carries out an operator's command that arrives by way of the peer.</param>
public sealed record EngineContext(
    IConfiguration Configuration,
    NodeOptions Node,
    TimeProvider Time,
    ILoggerFactory Loggers,
    Func<ForwardedRequest, CancellationToken, Task<ForwardedResponse>> Dispatch)
{
    /// <summary>
    /// Ends this process, so that its supervisor starts it again, without stopping the engine: exit code
    /// <see cref="Engine.Services.SupervisorProcess.RestartExitCode"/>. Must return at once. Null: the engine does it by itself when there is a supervisor.
    /// </summary>
    public Action? Restart { get; init; }
}

/// <summary>Makes the engine. Problems that forbid a start are thrown as <see cref="StartRefusedException"/>.</summary>
public interface IEngineFactory
{
    /// <summary>Checks the configuration before anything is opened or made.</summary>
    void Check(IConfiguration configuration)
    {
    }

    /// <summary>Reads and checks the configuration and makes an engine that does not turn yet.</summary>
    Task<IEngineRun> CreateAsync(EngineContext context, CancellationToken cancellationToken);
}

/// <summary>An engine and what the host needs beside it.</summary>
public interface IEngineRun : IAsyncDisposable
{
    /// <summary>The engine.</summary>
    IHaEngine Engine { get; }

    /// <summary>Answers of the health URLs.</summary>
    HealthBoard Health { get; }

    /// <summary>Events.</summary>
    IJournal Journal { get; }

    /// <summary>Who did what on this server.</summary>
    IAuditLog Audit { get; }

    /// <summary>Lets the loop turn; called when the listeners are up.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>A health URL was asked with this nonce.</summary>
    void NonceArrived(string nonce);

    /// <summary>New certificate of the peer link; null on success, else why not.</summary>
    Task<string?> RotateCertificateAsync(CancellationToken cancellationToken);

    /// <summary>Has the peer carry out an API call; null when it cannot be reached.</summary>
    Task<ForwardedResponse?> ForwardToPeerAsync(ForwardedRequest request, CancellationToken cancellationToken);
}

/// <summary>The server must not start: every problem in one line each.</summary>
public sealed class StartRefusedException : Exception
{
    /// <summary>A start that one problem forbids.</summary>
    public StartRefusedException(string problem, int exitCode = Cli.ExitCode.Failure)
        : base(problem) => ExitCode = exitCode;

    /// <summary>A start that a configuration forbids.</summary>
    public StartRefusedException(IReadOnlyList<ConfigurationProblem> problems)
        : base(string.Join("; ", (problems ?? []).Where(p => !p.IsWarning).Select(p => p.Sentence))) => ExitCode = Cli.ExitCode.Invalid;

    /// <summary>Exit code of the process.</summary>
    public int ExitCode { get; }
}
