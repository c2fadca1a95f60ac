using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>A service that always runs and is told its role.</summary>
internal sealed class HttpDriver(ServiceDefinition definition, string hash, DriverContext context) : ServiceDriver(definition, hash, context)
{
    private bool toldStandby;

    internal override bool Stopped => toldStandby;

    internal override bool WantsEpoch => true;

    internal override async Task StartAsync(Epoch epoch, CancellationToken cancellationToken)
    {
        // Noted first: when the answer is lost it may act as Active.
        Note();
        toldStandby = false;
        using var limit = new CancellationTokenSource(StartTimeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var answer = await TellAsync("Active", epoch, retry: true, either.Token);
        cancellationToken.ThrowIfCancellationRequested();
        if (answer.Length > 0)
        {
            throw new ServiceException($"did not accept its role Active: {answer}");
        }
    }

    internal override async Task<string> WatchAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellationToken);
        return "";
    }

    internal override async Task StopAsync(Epoch epoch, bool gently)
    {
        // Never told that it is Active since the machine started: unreachable is as good as stopped.
        var toldActive = Context.Ledger.Find(Definition.Name) is { } entry && entry.BootId == ProcFs.BootId;
        using var limit = new CancellationTokenSource(StopTimeout, Time);
        var answer = await TellAsync("Standby", epoch, toldActive, limit.Token);
        if (answer.Length > 0 && toldActive)
        {
            throw new ServiceException($"did not accept its role Standby, it may still act as Active: {answer}");
        }

        Forget();
        toldStandby = true;
    }

    private async Task<string> TellAsync(string role, Epoch epoch, bool retry, CancellationToken cancellationToken)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $$"""{"role":"{{role}}","epoch":{{epoch.Value}}}""");
        var answer = "no answer";
        try
        {
            for (var pause = TimeSpan.FromMilliseconds(20); ; await PauseAsync(ref pause, TimeSpan.FromSeconds(1), cancellationToken))
            {
                answer = await ServiceHttp.PostAsync(Definition.Url, body, cancellationToken);
                if (answer.Length == 0 || !retry)
                {
                    return answer;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return answer;
        }
    }
}
