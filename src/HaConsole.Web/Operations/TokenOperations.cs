using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Authentication;
using HaConsole.Web.Live;
using static HaConsole.Web.Operations.AccessEdit;

namespace HaConsole.Web.Operations;

/// <summary>A new token: shown once, kept nowhere.</summary>
/// <param name="Id">Its name in lists.</param>
/// <param name="Token">The whole text that a program sends.</param>
public sealed record TokenSecret(string Id, string Token);

/// <summary>What is done to the tokens of programs.</summary>
public sealed class TokenOperations(ConsoleEngine engine, OperationGate gate, SignInBrake brake, TimeProvider time)
{
    /// <summary>Makes a token.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="name">Its name: letters, digits, dots, underscores, hyphens.</param>
    /// <param name="scope">What it allows.</param>
    /// <param name="seconds">Seconds until it ends; null: never.</param>
    public Task<OperationResult<TokenSecret>> CreateAsync(Actor actor, string name, TokenScope scope, double? seconds)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(name);
        var line = string.Create(CultureInfo.InvariantCulture, $"haconsole token create {PairOperations.ShellWord(name)} --scope {ScopeName(scope)}{(seconds is { } s ? $" --expires {s}s" : "")}");
        return gate.RunAsync(actor, new Operation("token-create", name, line, Right.Administer) { After = ScopeName(scope), NeedsProof = true }, () => CreateAsync(actor.Name, name, scope, seconds), (end, sentence) => new OperationResult<TokenSecret>(end, sentence, null));
    }

    /// <summary>Revokes a token for good.</summary>
    public Task<OperationResult> RevokeAsync(Actor actor, string name)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(name);
        return gate.RunAsync(actor, new Operation("token-revoke", name, $"haconsole token revoke {PairOperations.ShellWord(name)}", Right.Administer), () => ApplyAsync(
            engine.Engine,
            actor.Name,
            access => access.Tokens.Any(t => t.Id == name) ? access with { Tokens = [.. access.Tokens.Where(t => t.Id != name)] } : throw new RefusedException(OperationEnd.Refused, $"There is no token {name}."),
            $"Token {name} is revoked."));
    }

    /// <summary>Name of a scope: <c>read</c>, <c>operate</c>, <c>admin</c>.</summary>
    public static string ScopeName(TokenScope scope) => scope switch
    {
        TokenScope.Admin => "admin",
        TokenScope.Operate => "operate",
        _ => "read",
    };

    private async Task<OperationResult<TokenSecret>> CreateAsync(string owner, string name, TokenScope scope, double? seconds)
    {
        var problem = AccessText.TokenProblem(name) ?? (seconds is not null and not (>= 1 and <= 3660 * 86400.0) ? "A token ends after 1 second to 3660 days, or never." : null);
        if (problem is not null)
        {
            return new OperationResult<TokenSecret>(OperationEnd.Invalid, problem, null);
        }

        var (secret, now) = (TokenText.NewSecret(), time.GetUtcNow());
        var token = new TokenDefinition { Id = name, Name = name, Hash = TokenText.Hash(secret), Scope = scope, Owner = owner, CreatedAt = now, ExpiresAt = seconds is { } s ? now.AddSeconds(s) : null };
        var result = await ApplyAsync(
            engine.Engine,
            owner,
            access => access.Tokens.Any(t => string.Equals(t.Id, name, StringComparison.OrdinalIgnoreCase)) ? throw new RefusedException(OperationEnd.Refused, $"There is a token {name} already.") : access with { Tokens = [.. access.Tokens, token] },
            $"Token {name} is made; it is shown only now.").ConfigureAwait(false);
        brake.Clear("token:" + name);
        return new OperationResult<TokenSecret>(result.End, result.Sentence, result.Succeeded ? new TokenSecret(name, TokenText.Join(name, secret)) : null) { Problems = result.Problems };
    }
}
