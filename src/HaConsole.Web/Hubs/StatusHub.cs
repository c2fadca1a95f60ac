using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace HaConsole.Web.Hubs;

/// <summary>
/// SignalR hub <c>/hubs/status</c>: after connecting, and on every change, clients get the message <c>status</c> with the same snapshot as
/// <c>GET /api/v1/status</c>. Versions only grow; a slow client skips intermediate ones. There is nothing to call.
/// </summary>
[Authorize(Policy = nameof(Right.View))]
public sealed class StatusHub(LiveStatus live) : Hub
{
    /// <summary>Path of the hub.</summary>
    public const string Path = "/hubs/status";

    /// <summary>Name of the message.</summary>
    public const string Message = "status";

    /// <inheritdoc/>
    public override Task OnConnectedAsync() => Clients.Caller.SendAsync(Message, live.Current);
}

/// <summary>Sends every change to all clients of <see cref="StatusHub"/>.</summary>
public sealed class StatusBroadcast : IDisposable
{
    private readonly LiveStatus live;
    private readonly IHubContext<StatusHub> hub;
    private long sent = -1;
    private int sending;

    /// <summary>Begins to send.</summary>
    public StatusBroadcast(LiveStatus live, IHubContext<StatusHub> hub)
    {
        ArgumentNullException.ThrowIfNull(live);
        this.live = live;
        this.hub = hub;
        live.Changed += Send;
    }

    /// <inheritdoc/>
    public void Dispose() => live.Changed -= Send;

    /// <summary>One at a time, so that versions only grow on their way; what comes meanwhile is in the next.</summary>
    private void Send(StatusSnapshot snapshot)
    {
        if (Interlocked.Increment(ref sending) == 1)
        {
            _ = Task.Run(SendAllAsync);
        }
    }

    private async Task SendAllAsync()
    {
        // Counted instead of flagged: a change that comes while the last message is on its way out is never left lying.
        int seen;
        do
        {
            seen = Volatile.Read(ref sending);
            var latest = live.Current;
            if (latest.Version > sent)
            {
                sent = latest.Version;
                await hub.Clients.All.SendAsync(StatusHub.Message, latest).ConfigureAwait(false);
            }
        }
        while (Interlocked.CompareExchange(ref sending, 0, seen) != seen);
    }
}
