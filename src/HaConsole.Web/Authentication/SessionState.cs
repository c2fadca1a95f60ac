using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace HaConsole.Web.Authentication;

/// <summary>
/// Who sits before an open page, as long as the session lasts: an ended one makes the page nobody's at once, and every
/// <see cref="RevalidationInterval"/> it is looked at anyway.
/// </summary>
public sealed class SessionState : RevalidatingServerAuthenticationStateProvider
{
    private static readonly AuthenticationState Nobody = new(new ClaimsPrincipal(new ClaimsIdentity()));
    private readonly SessionRegistry sessions;

    /// <summary>The state of one circuit.</summary>
    public SessionState(ILoggerFactory loggers, SessionRegistry sessions)
        : base(loggers)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        this.sessions = sessions;
        sessions.Changed += Look;
    }

    /// <inheritdoc/>
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public override async Task<AuthenticationState> GetAuthenticationStateAsync()
    {
        var state = await base.GetAuthenticationStateAsync().ConfigureAwait(false);
        return IsOver(state) ? Nobody : state;
    }

    /// <summary>Somebody works on the page.</summary>
    public async Task TouchAsync()
    {
        if ((await base.GetAuthenticationStateAsync().ConfigureAwait(false)).User.FindFirstValue(AccessNames.SessionClaim) is { } id)
        {
            sessions.Touch(id);
        }
    }

    /// <inheritdoc/>
    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
        => Task.FromResult(!IsOver(authenticationState));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        sessions.Changed -= Look;
        base.Dispose(disposing);
    }

    private bool IsOver(AuthenticationState state)
        => state?.User.Identity?.IsAuthenticated == true && sessions.Find(state.User.FindFirstValue(AccessNames.SessionClaim)) is null;

    private void Look() => _ = LookAsync();

    private async Task LookAsync()
    {
        try
        {
            if (IsOver(await base.GetAuthenticationStateAsync().ConfigureAwait(false)))
            {
                SetAuthenticationState(Task.FromResult(Nobody));
            }
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
        {
            // The circuit is not open yet, or not any more: it asks when it needs to know.
        }
    }
}

/// <summary>Keeps the session of somebody who works on an open page from becoming idle; the live picture alone does not.</summary>
public sealed class SessionActivity(SessionState state) : CircuitHandler
{
    /// <inheritdoc/>
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        await state.TouchAsync().ConfigureAwait(false);
        await next(context).ConfigureAwait(false);
    };
}
