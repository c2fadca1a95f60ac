using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace HaConsole.Web.Authentication;

/// <summary>How a try to sign in ended.</summary>
/// <param name="Succeeded">The browser has its cookie.</param>
/// <param name="Wait">Time until the next try is looked at; zero when it may be at once.</param>
public sealed record SignInEnd(bool Succeeded, TimeSpan Wait);

/// <summary>Signs a browser in and out.</summary>
public sealed class SignIn(SignInManager<ConsoleUser> manager, UserStore store, SessionRegistry sessions, SignInBrake brake, SignInNotes notes, IPasswordHasher<ConsoleUser> hasher)
{
    private static readonly ConsoleUser Nobody = new(new());
    private static readonly string NoHash = new PasswordHasher<ConsoleUser>().HashPassword(Nobody, PasswordRules.Generate());

    /// <summary>Checks the password and begins a session. Says nothing about whether the user exists.</summary>
    public async Task<SignInEnd> InAsync(HttpContext context, string name, string password)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(password);
        var address = Address(context);
        if (!await IsRightAsync(name, password, address).ConfigureAwait(false))
        {
            return new SignInEnd(false, brake.Wait(name, address));
        }

        var user = store.Find(name)!;
        if (context.User.FindFirst(AccessNames.SessionClaim) is { } old)
        {
            sessions.End(old.Value);
        }

        var session = sessions.Start(user, address, context.Request.Headers.UserAgent.ToString());
        await context.SignInAsync(AccessNames.CookieScheme, SessionCookie.Principal(session)).ConfigureAwait(false);
        notes.SignedIn(user.Name, address);
        return new SignInEnd(true, TimeSpan.Zero);
    }

    /// <summary>Ends the session of a browser.</summary>
    public async Task OutAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.User.FindFirst(AccessNames.SessionClaim) is { } session)
        {
            sessions.End(session.Value);
        }

        await context.SignOutAsync(AccessNames.CookieScheme).ConfigureAwait(false);
    }

    /// <summary>Whether the password is that of an enabled user, with everything that makes guessing slow.</summary>
    /// <param name="name">User name.</param>
    /// <param name="password">Password.</param>
    /// <param name="address">Network address that it comes from.</param>
    /// <param name="failed">Told why it failed. Default: noted as a failed sign-in.</param>
    public async Task<bool> IsRightAsync(string name, string password, string address, Action<string>? failed = null)
    {
        ArgumentNullException.ThrowIfNull(password);
        failed ??= why => notes.SignInFailed(name, address, why);
        if (brake.Wait(name, address) > TimeSpan.Zero)
        {
            failed("too many failures before");
            return false;
        }

        var user = store.Find(name) is { Disabled: false } found ? new ConsoleUser(found) : null;

        // An unknown user costs as much time as a wrong password, so that the answer's age tells nothing.
        var right = password.Length <= PasswordRules.Longest && (user is null
            ? hasher.VerifyHashedPassword(Nobody, NoHash, password) != PasswordVerificationResult.Failed && false
            : (await manager.CheckPasswordSignInAsync(user, password, lockoutOnFailure: false).ConfigureAwait(false)).Succeeded);
        if (right)
        {
            brake.Succeeded(name, address);
        }
        else
        {
            brake.Failed(name, address);
            failed("wrong user name or password");
        }

        return right;
    }

    /// <summary>Network address of a request.</summary>
    public static string Address(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : "";
    }
}
