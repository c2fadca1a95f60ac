using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;

namespace HaConsole.Web.Authentication;

/// <summary>What came of a password that was asked for once more.</summary>
/// <param name="Succeeded">The session counts as signed in just now.</param>
/// <param name="Wait">Time until the next try is looked at; zero when it may be at once.</param>
public sealed record StepUpEnd(bool Succeeded, TimeSpan Wait);

/// <summary>
/// Asks whoever sits before an open page for the password once more, for what needs one that was given within
/// <see cref="SessionRegistry.Fresh"/>. Guessing is as slow as at the sign-in, and counts together with it. Only for a session of a browser:
/// programs with a token have none.
/// </summary>
public sealed class StepUp(AuthenticationStateProvider authentication, SessionRegistry sessions, SignIn signIn, SignInBrake brake, SignInNotes notes)
{
    /// <summary>Looks at the password of the signed-in user. A right one makes the session fresh; a wrong one is an event and an audit entry.</summary>
    public async Task<StepUpEnd> ConfirmAsync(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (await SessionAsync().ConfigureAwait(false) is not { } session)
        {
            return new StepUpEnd(false, TimeSpan.Zero);
        }

        if (!await signIn.IsRightAsync(session.User, password, session.Address, why => notes.ConfirmationFailed(session.User, session.Address, why)).ConfigureAwait(false))
        {
            return new StepUpEnd(false, brake.Wait(session.User, session.Address));
        }

        // One that has ended meanwhile does not come back.
        sessions.Proven(session.Id);
        notes.Confirmed(session.User, session.Address);
        return new StepUpEnd(sessions.IsFresh(session.Id), TimeSpan.Zero);
    }

    private async Task<Session?> SessionAsync()
        => sessions.Find((await authentication.GetAuthenticationStateAsync().ConfigureAwait(false)).User.FindFirstValue(AccessNames.SessionClaim));
}
