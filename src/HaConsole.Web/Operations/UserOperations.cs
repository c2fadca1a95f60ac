using HaConsole.Engine.Configuration;
using HaConsole.Web.Authentication;
using HaConsole.Web.Live;
using Microsoft.AspNetCore.Identity;
using static HaConsole.Web.Operations.AccessEdit;

namespace HaConsole.Web.Operations;

/// <summary>A password that was made for somebody: shown once, kept nowhere.</summary>
/// <param name="User">Login.</param>
/// <param name="Password">The password; null when it was given, not made.</param>
public sealed record UserSecret(string User, string? Password);

/// <summary>What is done to users, the same for pages, API and command line. At least one enabled admin always remains.</summary>
public sealed class UserOperations(ConsoleEngine engine, OperationGate gate, SessionRegistry sessions, SignInBrake brake, IPasswordHasher<ConsoleUser> hasher, TimeProvider time)
{
    private static readonly ConsoleUser Anybody = new(new());

    /// <summary>Adds a user. Without a password one is made and returned.</summary>
    public Task<OperationResult<UserSecret>> AddAsync(Actor actor, string name, AccessRole role, string? password = null, string displayName = "")
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(name);
        var line = $"haconsole user add {PairOperations.ShellWord(name)} --role {AccessNames.Of(role)}";
        return gate.RunAsync(actor, new Operation("user-add", name, line, Right.Administer) { After = AccessNames.Of(role), NeedsProof = true }, () => AddAsync(actor.Name, name, role, password, displayName), Nothing);
    }

    /// <summary>Gives a user a new password; without one it is made and returned. His sessions end.</summary>
    public Task<OperationResult<UserSecret>> ResetPasswordAsync(Actor actor, string name, string? password = null)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(name);
        return gate.RunAsync(actor, new Operation("user-reset-password", name, $"haconsole user reset-password {PairOperations.ShellWord(name)}", Right.Administer) { NeedsProof = true }, () => ResetAsync(actor.Name, name, password), Nothing);
    }

    /// <summary>Gives a user another role. His sessions end.</summary>
    public Task<OperationResult> SetRoleAsync(Actor actor, string name, AccessRole role)
        => ChangeAsync(actor, "user-role", name, $"haconsole user role {PairOperations.ShellWord(name)} --role {AccessNames.Of(role)}", user => user with { Role = role }, $"{name} is {AccessNames.Of(role)} now.");

    /// <summary>Lets a user sign in, or not. His sessions end.</summary>
    public Task<OperationResult> SetDisabledAsync(Actor actor, string name, bool disabled)
        => ChangeAsync(actor, disabled ? "user-disable" : "user-enable", name, $"haconsole user {(disabled ? "disable" : "enable")} {PairOperations.ShellWord(name)}", user => user with { Disabled = disabled }, $"{name} {(disabled ? "cannot sign in any more; open sessions have ended" : "can sign in again")}.");

    /// <summary>Removes a user. His sessions end.</summary>
    public Task<OperationResult> RemoveAsync(Actor actor, string name)
        => ChangeAsync(actor, "user-remove", name, $"haconsole user remove {PairOperations.ShellWord(name)}", _ => null, $"{name} is removed; open sessions have ended.");

    /// <summary>Changes the own password. The other sessions of the user end; the one that changes it goes on.</summary>
    public Task<OperationResult> ChangeOwnPasswordAsync(Actor actor, string? session, string password)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(password);
        return gate.RunAsync(actor, new Operation("user-own-password", actor.Name, $"haconsole user reset-password {PairOperations.ShellWord(actor.Name)}", Right.View) { Audited = true }, async () =>
        {
            if (PasswordRules.Problem(password, actor.Name) is { } problem)
            {
                return OperationResult.Invalid(problem);
            }

            var (hash, stamp) = (hasher.HashPassword(Anybody, password), NewStamp());
            var result = await ApplyAsync(engine.Engine, actor.Name, access => Change(access, actor.Name, user => Stamped(user with { PasswordHash = hash }, stamp)), "The password is changed; other sessions have ended.").ConfigureAwait(false);
            if (result.Succeeded)
            {
                if (session is not null)
                {
                    sessions.Restamp(session, stamp);
                    sessions.Proven(session);
                }

                sessions.Review();
            }

            return result;
        });
    }

    /// <summary>Ends a session of this server: one's own, or any when one is admin.</summary>
    public Task<OperationResult> EndSessionAsync(Actor actor, string id)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var session = sessions.Find(id);
        var own = session is not null && string.Equals(session.User, actor.Name, StringComparison.OrdinalIgnoreCase);
        return gate.RunAsync(actor, new Operation("session-end", session?.User ?? "", "haconsole user sessions --end " + (id.Length > 8 ? id[..8] : id), own ? Right.View : Right.Administer) { Audited = true }, () => Task.FromResult(
            sessions.End(id) ? OperationResult.Done("The session has ended.") : OperationResult.Refused("There is no such session any more.")));
    }

    private static OperationResult<UserSecret> Nothing(OperationEnd end, string sentence) => new(end, sentence, null);

    private async Task<OperationResult<UserSecret>> AddAsync(string owner, string name, AccessRole role, string? password, string displayName)
    {
        var secret = password ?? PasswordRules.Generate();
        var problem = AccessText.NameProblem(name)
            ?? (displayName.Length > AccessText.LongestText ? $"A shown name has at most {AccessText.LongestText} characters." : null)
            ?? PasswordRules.Problem(secret, name);
        if (problem is not null)
        {
            return Nothing(OperationEnd.Invalid, problem);
        }

        var now = time.GetUtcNow();
        var user = new UserDefinition { Name = name, DisplayName = displayName, Role = role, PasswordHash = hasher.HashPassword(Anybody, secret), SecurityStamp = NewStamp(), CreatedAt = now, ChangedAt = now };
        var result = await ApplyAsync(
            engine.Engine,
            owner,
            access => access.Users.Any(u => Same(u.Name, name)) ? throw new RefusedException(OperationEnd.Refused, $"There is a user {name} already.") : access with { Users = [.. access.Users, user] },
            $"{name} is added as {AccessNames.Of(role)}.").ConfigureAwait(false);
        brake.Clear(name);
        return new OperationResult<UserSecret>(result.End, result.Sentence, result.Succeeded ? new UserSecret(name, password is null ? secret : null) : null) { Problems = result.Problems };
    }

    private async Task<OperationResult<UserSecret>> ResetAsync(string owner, string name, string? password)
    {
        var secret = password ?? PasswordRules.Generate();
        if (PasswordRules.Problem(secret, name) is { } problem)
        {
            return Nothing(OperationEnd.Invalid, problem);
        }

        var hash = hasher.HashPassword(Anybody, secret);
        var result = await ApplyAsync(engine.Engine, owner, access => Change(access, name, user => Stamped(user with { PasswordHash = hash }, NewStamp())), $"{name} has a new password; open sessions have ended.").ConfigureAwait(false);
        brake.Clear(name);
        sessions.Review();
        return new OperationResult<UserSecret>(result.End, result.Sentence, result.Succeeded ? new UserSecret(name, password is null ? secret : null) : null) { Problems = result.Problems };
    }

    private Task<OperationResult> ChangeAsync(Actor actor, string action, string name, string line, Func<UserDefinition, UserDefinition?> change, string sentence)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(name);
        return gate.RunAsync(actor, new Operation(action, name, line, Right.Administer) { NeedsProof = true }, async () =>
        {
            var result = await ApplyAsync(engine.Engine, actor.Name, access => Change(access, name, user => change(user) is { } changed ? Stamped(changed, NewStamp()) : null), sentence).ConfigureAwait(false);
            brake.Clear(name);
            sessions.Review();
            return result;
        });
    }

    /// <summary>Changes or removes one user; refuses to leave nobody who could administer.</summary>
    private static AccessConfiguration Change(AccessConfiguration access, string name, Func<UserDefinition, UserDefinition?> change)
    {
        var user = access.Users.FirstOrDefault(u => Same(u.Name, name)) ?? throw new RefusedException(OperationEnd.Refused, $"There is no user {name}.");
        var changed = change(user);
        IReadOnlyList<UserDefinition> users = [.. access.Users.Select(u => u == user ? changed : u).OfType<UserDefinition>()];
        var had = access.Users.Any(IsAdmin);
        return had && !users.Any(IsAdmin)
            ? throw new RefusedException(OperationEnd.Refused, $"{name} is the last admin who can sign in: make another one first.")
            : access with { Users = users };
    }

    private static bool IsAdmin(UserDefinition user) => user is { Role: AccessRole.Admin, Disabled: false };

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static string NewStamp() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));

    private UserDefinition Stamped(UserDefinition user, string stamp) => user with { SecurityStamp = stamp, ChangedAt = time.GetUtcNow() };
}
