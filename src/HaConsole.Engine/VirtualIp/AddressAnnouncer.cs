using System.Diagnostics.CodeAnalysis;
using System.Net;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.VirtualIp;

/// <summary>Tells the network who has an address, some times in a row: a single frame can be lost.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source of cancellation without a timer holds nothing that needs freeing.")]
internal sealed class AddressAnnouncer(AddressDefinition definition, IPAddress address, TimeProvider time)
{
    private readonly Lock gate = new();
    private CancellationTokenSource? running;
    private Task last = Task.CompletedTask;
    private LocalInterface? target;

    /// <summary>It is on this interface now; the first announcement has been sent when it returns. Nothing when that was taken back meanwhile.</summary>
    public void Begin(LocalInterface on, CancellationToken cancelled)
    {
        lock (gate)
        {
            if (cancelled.IsCancellationRequested)
            {
                return;
            }

            target = on;
            Restart();
        }
    }

    /// <summary>The same once more; nothing when it is not held.</summary>
    public void Again()
    {
        lock (gate)
        {
            if (target is not null)
            {
                Restart();
            }
        }
    }

    /// <summary>Nothing is sent after it returns.</summary>
    public async Task EndAsync()
    {
        Task ended;
        lock (gate)
        {
            target = null;
            running?.Cancel();
            ended = last;
        }

        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Restart()
    {
        running?.Cancel();
        running = new CancellationTokenSource();
        last = RunAsync(target!, last, running.Token);
    }

    private async Task RunAsync(LocalInterface on, Task before, CancellationToken cancelled)
    {
        Send(on);
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var sent = 1; sent < definition.Announcements; sent++)
        {
            await Task.Delay(TimeSpan.FromSeconds(definition.AnnounceInterval), time, cancelled);
            Send(on);
        }
    }

    private static void Send(LocalInterface on, IPAddress address)
    {
        if (!on.IsEthernet || !AddressSurvey.MayUseFrames())
        {
            return;
        }

        try
        {
            Neighbours.Announce(on, address);
        }
        catch (IOException)
        {
            // The link is down: it is announced again when it is up.
        }
    }

    private void Send(LocalInterface on)
    {
        lock (gate)
        {
            if (target is not null)
            {
                Send(on, address);
            }
        }
    }
}
