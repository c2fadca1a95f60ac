using HaConsole.Engine.Configuration;
using HaConsole.Web.Authentication;

namespace HaConsole.Web.Operations;

/// <summary>A setup token.</summary>
/// <param name="Token">Shown once.</param>
public sealed record SetupSecret(string Token);

/// <summary>The first steps of a new pair: the token, and the admin that it allows to make.</summary>
public sealed class SetupOperations(SetupToken token, UserOperations users, OperationGate gate, SignInBrake brake, SignInNotes notes)
{
    private const string Account = "setup";

    /// <summary>Makes a fresh setup token; refused when there are users already.</summary>
    public Task<OperationResult<SetupSecret>> NewTokenAsync(Actor actor) => gate.RunAsync(
        actor,
        new Operation("setup-token", "", "haconsole setup-token", Right.Administer),
        () => Task.FromResult(token.IsWanted
            ? new OperationResult<SetupSecret>(OperationEnd.Done, "The token can be used once, within an hour.", new SetupSecret(token.Create()))
            : new OperationResult<SetupSecret>(OperationEnd.Refused, "The setup is over: there are users. Forgotten passwords: haconsole user reset-password NAME.", null)),
        (end, sentence) => new OperationResult<SetupSecret>(end, sentence, null));

    /// <summary>Makes the first admin. The token is used up only when that works.</summary>
    public async Task<OperationResult> MakeAdminAsync(string given, string name, string password, string address)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(password);
        if (brake.Wait(Account, address) > TimeSpan.Zero || !token.IsRight(given))
        {
            brake.Failed(Account, address);
            notes.SignInFailed(Account, address, "wrong setup token");
            return new OperationResult(OperationEnd.Forbidden, "The setup token is wrong, used or older than an hour.");
        }

        if ((AccessText.NameProblem(name) ?? PasswordRules.Problem(password, name)) is { } problem)
        {
            return OperationResult.Invalid(problem);
        }

        // From here on a second one with the same token is too late.
        if (!token.Take(given))
        {
            return new OperationResult(OperationEnd.Forbidden, "The setup token is used up.");
        }

        var actor = new Actor(Account, Right.Administer, Origin.Console, address);
        return await users.AddAsync(actor, name, AccessRole.Admin, password).ConfigureAwait(false);
    }
}
