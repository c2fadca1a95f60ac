using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>A service with commands that start, stop and look at it.</summary>
internal sealed class CommandDriver(ServiceDefinition definition, string hash, DriverContext context) : ServiceDriver(definition, hash, context)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(10);
    private bool stopped;

    internal override bool Stopped => stopped;

    internal override async Task StartAsync(Epoch epoch, CancellationToken cancellationToken)
    {
        stopped = false;
        Note();
        if (Definition.StatusCommand.Length > 0 && await RunsAsync(epoch, cancellationToken) is true)
        {
            return;
        }

        using var limit = new CancellationTokenSource(StartTimeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await ShellAsync("start command", Definition.StartCommand, "Active", epoch, StartTimeout, either.Token);
            for (var pause = TimeSpan.FromMilliseconds(10); await RunsAsync(epoch, either.Token) is not true;)
            {
                await PauseAsync(ref pause, TimeSpan.FromMilliseconds(500), either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServiceException(string.Create(CultureInfo.InvariantCulture, $"does not run {Definition.StartTimeout} s after its start"));
        }
    }

    internal override async Task<string> WatchAsync(CancellationToken cancellationToken)
    {
        if (Definition.StatusCommand.Length == 0)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellationToken);
        }

        bool? runs;
        do
        {
            await Task.Delay(LookInterval, Time, cancellationToken);
            runs = await RunsAsync(Epoch.None, cancellationToken);
        }
        while (runs is true);

        return runs is null ? "the status command does not end" : "the status command says that it does not run";
    }

    internal override async Task StopAsync(Epoch epoch, bool gently)
    {
        var known = Context.Ledger.Find(Definition.Name) is not null;
        var runs = Definition.StatusCommand.Length > 0 ? await RunsAsync(epoch, CancellationToken.None) is not false : known;
        // A start command that was cut short may have left something half started, whatever the status says.
        if (runs || (known && Definition.StopCommand.Length > 0))
        {
            await StopByCommandAsync(epoch);
        }

        Forget();
        stopped = true;
    }

    private async Task StopByCommandAsync(Epoch epoch)
    {
        if (Definition.StopCommand.Length == 0)
        {
            throw new ServiceException("it runs and has no stop command");
        }

        using var limit = new CancellationTokenSource(StopTimeout, Time);
        try
        {
            await ShellAsync("stop command", Definition.StopCommand, "Standby", epoch, StopTimeout, limit.Token);
            for (var pause = TimeSpan.FromMilliseconds(10); Definition.StatusCommand.Length > 0 && await RunsAsync(epoch, limit.Token) is not false;)
            {
                await PauseAsync(ref pause, TimeSpan.FromMilliseconds(500), limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            throw new ServiceException(string.Create(CultureInfo.InvariantCulture, $"has not stopped within {Definition.StopTimeout} s"));
        }
    }

    // Null: the status command did not end in time, which says nothing.
    private async Task<bool?> RunsAsync(Epoch epoch, CancellationToken cancellationToken)
    {
        if (Definition.StatusCommand.Length == 0)
        {
            return true;
        }

        try
        {
            var (code, _) = await RunAsync(Request(Definition.StatusCommand, "", epoch), LookTimeout, cancellationToken);
            return code == 0;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task ShellAsync(string what, string command, string role, Epoch epoch, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var (code, line) = await RunAsync(Request(command, role, epoch), timeout, cancellationToken);
            if (code != 0)
            {
                throw new ServiceException(string.Create(CultureInfo.InvariantCulture, $"{what} exited with code {code}{(line.Length > 0 ? ": " + line : "")}"));
            }
        }
        catch (TimeoutException)
        {
            throw new ServiceException(string.Create(CultureInfo.InvariantCulture, $"{what} did not end within {timeout.TotalSeconds} s"));
        }
    }

    private LaunchRequest Request(string command, string role, Epoch epoch) =>
        new("/bin/sh", ["-c", command], WorkingDirectory(), EnvironmentFor(epoch, role), Context.Log);
}
