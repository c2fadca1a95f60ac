using System.Security.Claims;
using HaConsole.Web.Authentication;
using Microsoft.AspNetCore.Components.Authorization;

namespace HaConsole.Web.Operations;

/// <summary>Who sits before the page of this circuit.</summary>
public sealed class CurrentActor(AuthenticationStateProvider authentication, SessionRegistry? sessions = null)
{
    /// <summary>The signed-in operator; asked anew for each command, because a role can be taken away while a page is open.</summary>
    public async Task<Actor> GetAsync() => Of((await authentication.GetAuthenticationStateAsync().ConfigureAwait(false)).User, sessions);

    /// <summary>The actor that a principal stands for; nobody may do nothing, not even see.</summary>
    public static Actor Of(ClaimsPrincipal user, SessionRegistry? sessions = null)
    {
        ArgumentNullException.ThrowIfNull(user);
        var may = user.Identity?.IsAuthenticated != true ? Right.None
            : user.IsInRole("admin") ? Right.Administer
            : user.IsInRole("operator") ? Right.Operate
            : user.IsInRole("viewer") ? Right.View
            : Right.None;
        var origin = Enum.TryParse<Origin>(user.FindFirstValue(AccessNames.OriginClaim), out var given) ? given : Origin.Console;
        var session = user.FindFirstValue(AccessNames.SessionClaim);
        return new Actor(user.Identity?.Name ?? "", may, origin, user.FindFirstValue(AccessNames.AddressClaim) ?? "") { IsProven = session is null || sessions is null || sessions.IsFresh(session) };
    }
}
