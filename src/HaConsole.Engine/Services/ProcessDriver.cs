using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>A service that is a child process in its own group.</summary>
internal sealed class ProcessDriver : ServiceDriver
{
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);
    private readonly string marker;
    private LaunchedProcess? process;
    private bool clean;

    internal ProcessDriver(ServiceDefinition definition, string hash, DriverContext context)
        : base(definition, hash, context)
    {
        this.marker = ProcFs.Marker(context.Options.Pair, definition.Name, context.DataDirectory);
        clean = !context.Ledger.Survivors.Contains(definition.Name);
    }

    internal override int? ProcessId => this.process is { Exited.IsCompleted: false } process ? process.Id : null;

    internal override bool Stopped => this.process is null && clean;

    internal override async Task StartAsync(Epoch epoch, CancellationToken cancellationToken)
    {
        if (this.process is { Exited.IsCompleted: false })
        {
            return;
        }

        if (!Stopped)
        {
            await StopAsync(epoch, gently: false);
        }

        var environment = EnvironmentFor(epoch, "Active");
        environment[ProcFs.MarkerVariable] = this.marker;
        var directory = WorkingDirectory();
        var request = new LaunchRequest(FindProgram(directory, environment), Definition.Arguments, directory, environment, Context.Log);
        Note();
        clean = false;
        this.process = await ProcessLauncher.StartAsync(request);
        GroupGuardian.Add(this.process.Id);
        Note(this.process.Id, this.process.StartTime);
        if (Definition.Url.Length > 0)
        {
            await AwaitReadyAsync(this.process, cancellationToken);
        }
    }

    internal override async Task<string> WatchAsync(CancellationToken cancellationToken)
    {
        var process = this.process ?? throw new InvalidOperationException("not started");
        await process.Exited.WaitAsync(cancellationToken);
        await DrainAsync(process, TimeSpan.FromMilliseconds(20));
        return process.Ending;
    }

    internal override void Hurry() => this.process?.Signal(ProcessCalls.SigKill);

    internal override async Task StopAsync(Epoch epoch, bool gently)
    {
        if (this.process is { } process)
        {
            if (gently && process.GroupAlive())
            {
                process.Signal(ProcessCalls.SigTerm);
                await GoneAsync(process, StopTimeout);
            }

            if (process.GroupAlive())
            {
                process.Signal(ProcessCalls.SigKill);
                if (!await GoneAsync(process, KillPatience))
                {
                    throw new ServiceException($"process group {process.Id} is still there after SIGKILL");
                }
            }

            GroupGuardian.Remove(process.Id);
        }

        // Processes that left the group are found by what they inherited.
        if (!clean && !await Task.Run(() => ServiceLedger.KillMarked(marker => marker == this.marker, KillPatience)))
        {
            throw new ServiceException("a process that left the service's group is still there after SIGKILL");
        }

        Forget();
        this.process = null;
        clean = true;
    }

    // The end of the leader is an event; only what outlives it has to be polled for.
    private async Task<bool> GoneAsync(LaunchedProcess process, TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout, Time);
        try
        {
            await process.Exited.WaitAsync(limit.Token);
            for (var pause = TimeSpan.FromMilliseconds(1); process.GroupAlive();)
            {
                await PauseAsync(ref pause, TimeSpan.FromMilliseconds(50), limit.Token);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task AwaitReadyAsync(LaunchedProcess process, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StartTimeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var answer = "no answer";
        try
        {
            for (var pause = TimeSpan.FromMilliseconds(5); !process.Exited.IsCompleted; await PauseAsync(ref pause, TimeSpan.FromMilliseconds(250), either.Token))
            {
                answer = await ServiceHttp.GetAsync(Definition.Url, either.Token);
                if (answer.Length == 0)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServiceException(string.Create(CultureInfo.InvariantCulture, $"not ready within {Definition.StartTimeout} s: {answer}"));
        }

        throw new ServiceException(process.Ending);
    }

    private string FindProgram(string directory, Dictionary<string, string?> environment)
    {
        if (Definition.Command.Contains('/'))
        {
            var path = Path.GetFullPath(Definition.Command, directory);
            return ProcessLauncher.IsExecutable(path) ? path : throw new ServiceException($"{path} is not there or not executable");
        }

        return ProcessLauncher.FindProgram(Definition.Command, environment.GetValueOrDefault("PATH"))
            ?? throw new ServiceException($"program {Definition.Command} not found in the search path");
    }
}
