using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>A service that is a systemd unit.</summary>
internal sealed class SystemdDriver(ServiceDefinition definition, string hash, DriverContext context) : ServiceDriver(definition, hash, context)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(10);
    private bool stopped;
    private int? processId;

    internal override int? ProcessId => processId;

    internal override bool Stopped => stopped;

    internal override async Task StartAsync(Epoch epoch, CancellationToken cancellationToken)
    {
        stopped = false;
        Note();
        await SystemctlAsync("start", StartTimeout, cancellationToken);
        var (active, result) = await LookAsync(cancellationToken);
        if (!active)
        {
            throw new ServiceException($"unit {Definition.Unit} is {result} after its start");
        }
    }

    internal override async Task<string> WatchAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(LookInterval, Time, cancellationToken);
            try
            {
                var (active, state) = await LookAsync(cancellationToken);
                if (!active)
                {
                    return $"unit {Definition.Unit} is {state}";
                }
            }
            catch (ServiceException)
            {
                // A systemctl that does not answer is no evidence that the unit ended.
            }
        }
    }

    internal override async Task StopAsync(Epoch epoch, bool gently)
    {
        try
        {
            await StopUnitAsync();
        }
        catch (ServiceException) when (Context.Ledger.Find(Definition.Name) is null)
        {
            // Never started from here and systemd cannot be asked: that must not keep the peer from serving.
        }

        Forget();
        stopped = true;
        processId = null;
    }

    private async Task StopUnitAsync()
    {
        var (_, state) = await LookAsync(CancellationToken.None);
        if (state is not ("inactive" or "failed"))
        {
            await SystemctlAsync("stop", StopTimeout, CancellationToken.None);
            (_, state) = await LookAsync(CancellationToken.None);
        }

        if (state is not ("inactive" or "failed"))
        {
            throw new ServiceException($"unit {Definition.Unit} is {state} after its stop");
        }
    }

    private string? FindSystemctl() => Context.Options.SystemctlCommand is var command && command.Contains('/')
        ? (ProcessLauncher.IsExecutable(command) ? command : null)
        : ProcessLauncher.FindProgram(command, null);

    private async Task<(bool Active, string State)> LookAsync(CancellationToken cancellationToken)
    {
        var state = await SystemctlAsync("show", LookTimeout, cancellationToken, "--property=ActiveState", "--value");
        var active = state is "active" or "reloading";
        var mainPid = active ? await SystemctlAsync("show", LookTimeout, cancellationToken, "--property=MainPID", "--value") : "";
        processId = int.TryParse(mainPid, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0 ? pid : null;
        return (active, state);
    }

    private async Task<string> SystemctlAsync(string verb, TimeSpan timeout, CancellationToken cancellationToken, params string[] options)
    {
        var program = FindSystemctl() ?? throw new ServiceException("systemctl not found");
        try
        {
            var request = new LaunchRequest(program, [verb, .. options, "--", Definition.Unit], Context.DataDirectory, new Dictionary<string, string?>(), Output: null);
            var (code, line) = await RunAsync(request, timeout, cancellationToken);
            return code == 0 ? line : throw new ServiceException(string.Create(CultureInfo.InvariantCulture, $"systemctl {verb} {Definition.Unit} failed ({code}): {line}"));
        }
        catch (TimeoutException)
        {
            throw new ServiceException(string.Create(CultureInfo.InvariantCulture, $"systemctl {verb} {Definition.Unit} did not end within {timeout.TotalSeconds} s"));
        }
    }
}
