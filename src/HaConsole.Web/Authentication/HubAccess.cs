using System.Collections.Concurrent;
using System.Security.Claims;
using HaConsole.Web.Live;
using Microsoft.AspNetCore.SignalR;

namespace HaConsole.Web.Authentication;

/// <summary>
/// Ends live connections of a hub whose session is over or whose token is revoked: at once when users have changed, and looked at every
/// <see cref="Interval"/> anyway.
/// </summary>
public sealed class HubAccess : IHubFilter, IDisposable
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, HubCallerContext> open = new(StringComparer.Ordinal);
    private readonly SessionRegistry sessions;
    private readonly ConsoleEngine engine;
    private readonly TimeProvider time;
    private readonly ITimer timer;

    /// <summary>Begins to look.</summary>
    public HubAccess(SessionRegistry sessions, ConsoleEngine engine, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(time);
        (this.sessions, this.engine, this.time) = (sessions, engine, time);
        sessions.Changed += Look;
        timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <inheritdoc/>
    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        open[context.Context.ConnectionId] = context.Context;
        await next(context).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        open.TryRemove(context.Context.ConnectionId, out _);
        await next(context, exception).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        sessions.Changed -= Look;
        timer.Dispose();
    }

    private void Look()
    {
        foreach (var connection in open.Values.Where(IsOver))
        {
            connection.Abort();
        }
    }

    private bool IsOver(HubCallerContext connection)
    {
        var user = connection.User;
        if (user?.FindFirstValue(AccessNames.SessionClaim) is { } session)
        {
            return sessions.Find(session) is null;
        }

        return user?.FindFirstValue(AccessNames.TokenClaim) is { } id
            && !engine.Engine.Configuration.Content.Access.Tokens.Any(t => t.Id == id && !t.Disabled && !(t.ExpiresAt <= time.GetUtcNow()));
    }
}
