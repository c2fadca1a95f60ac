using HaConsole.Engine.Services;
using HaConsole.Failover;

namespace HaConsole.Engine;

/// <content>Commands to the loop, and the end of the engine.</content>
public sealed partial class HaEngine
{
    /// <inheritdoc/>
    public async Task StopAsync(bool handOver, CancellationToken cancellationToken)
    {
        var settings = box.Settings;
        try
        {
            await CommandAsync(
                new NodeCommand(CommandKind.Stop) { HandOver = handOver },
                settings.LongestStop + (3 * settings.HeartbeatTimeout) + TimeSpan.FromSeconds(5),
                cancellationToken);
        }
        catch (TimeoutException)
        {
            Event("stop-timeout", "The orderly stop did not end in time; the process stops all the same.", Severity.Alarm);
        }

        if (parts.Services.Current.State is not ServicesState.Stopped)
        {
            // The loop stands still or has ended: nobody else tells them.
            await StopServicesAsync(settings.LongestStop + settings.HeartbeatTimeout, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
        {
            return;
        }

        rounds.Dispose();
        loop.Stop();
        standby.Dispose();
        effects.Dispose();
        parts.Services.Changed -= OnServices;
        parts.Checks.Changed -= OnChecks;
        if (parts.Audit is { } audit)
        {
            audit.Appended -= OnAudit;
        }

        await notifications.DisposeAsync();
        await files.DisposeAsync();
        await addresses.DisposeAsync();
        await DisposeBalancerAsync();
        if (parts.Link is { } link)
        {
            await link.DisposeAsync();
        }

        await certificates.DisposeAsync();
        await parts.Checks.DisposeAsync();
        await parts.Services.DisposeAsync();
        keeper.Dispose();
        parts.Journal.Flush(TimeSpan.FromSeconds(2));
        await parts.Journal.DisposeAsync();
    }

    private async Task<NodeEffect.CommandEnded> CommandAsync(NodeCommand command, TimeSpan bound, CancellationToken cancellationToken)
    {
        var (id, ended) = pending.Next();
        try
        {
            loop.Order((now, utc) => pending.IsAwaited(id) ? NodeInput.Command(now, utc, command with { Id = id }) : NodeInput.Wake(now, utc));
            return await ended.WaitAsync(bound, parts.Time, cancellationToken);
        }
        finally
        {
            pending.Forget(id);
        }
    }

    private async Task StopServicesAsync(TimeSpan bound, CancellationToken cancellationToken)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(ServicesReport services)
        {
            if (services.State is ServicesState.Stopped or ServicesState.StopFailed)
            {
                gone.TrySetResult();
            }
        }

        parts.Services.Changed += Look;
        try
        {
            parts.Services.Stop(box.State.Epoch);
            Look(parts.Services.Current);
            await gone.Task.WaitAsync(bound, parts.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            Event("stop-timeout", "The managed services did not stop in time.", Severity.Alarm);
        }
        finally
        {
            parts.Services.Changed -= Look;
        }
    }
}
