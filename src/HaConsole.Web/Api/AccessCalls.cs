using HaConsole.Engine.Configuration;
using HaConsole.Web.Authentication;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Antiforgery;

namespace HaConsole.Web.Api;

/// <summary>Body of <c>POST users</c>.</summary>
public sealed record UserRequest
{
    /// <summary>Login.</summary>
    public string Name { get; set; } = "";

    /// <summary>Name as it is shown; empty = the login.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>What the user may do.</summary>
    public AccessRole Role { get; set; }

    /// <summary>Password; null = one is made and answered once.</summary>
    public string? Password { get; init; }
}

/// <summary>Body of <c>POST users/NAME/password</c>.</summary>
public sealed record PasswordRequest
{
    /// <summary>New password; null = one is made and answered once.</summary>
    public string? Password { get; init; }
}

/// <summary>Body of <c>PUT users/NAME</c>: what shall change.</summary>
public sealed record UserChange
{
    /// <summary>New role; null = as it is.</summary>
    public AccessRole? Role { get; init; }

    /// <summary>May not sign in; null = as it is.</summary>
    public bool? Disabled { get; init; }
}

/// <summary>Body of <c>POST tokens</c>.</summary>
public sealed record TokenRequest
{
    /// <summary>Name in lists.</summary>
    public string Name { get; set; } = "";

    /// <summary>What it allows.</summary>
    public TokenScope Scope { get; set; }

    /// <summary>Seconds until it ends; null = never.</summary>
    public double? Expires { get; init; }
}

/// <summary>A user without secrets.</summary>
public sealed record UserInfo(string Name, string DisplayName, AccessRole Role, bool Disabled, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt, int Sessions);

/// <summary>A token without its secret; the last use is that on the answering server.</summary>
public sealed record TokenInfo(string Name, TokenScope Scope, string Owner, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, bool Disabled, DateTimeOffset? LastUsedAt, string? LastUsedFrom);

/// <summary>Answer of a call that makes a secret.</summary>
/// <param name="Sentence">For people.</param>
/// <param name="Secret">Password or token, shown only now; null when the caller has given it.</param>
public sealed record SecretResult(string Sentence, string? Secret);

/// <summary>Calls about users and tokens.</summary>
internal static class AccessCalls
{
    public static Task ListUsersAsync(HttpContext context, ApiServices services)
    {
        var sessions = context.RequestServices.GetRequiredService<SessionRegistry>().Sessions;
        IReadOnlyList<UserInfo> users = [.. services.Engine.Configuration.Content.Access.Users.Select(user => new UserInfo(
            user.Name, user.DisplayName, user.Role, user.Disabled, user.CreatedAt, user.ChangedAt, sessions.Count(s => s.User == user.Name)))];
        return ApiExchange.WriteAsync(context, users, ApiJson.Default.IReadOnlyListUserInfo);
    }

    public static async Task AddUserAsync(HttpContext context, ApiServices services)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.UserRequest).ConfigureAwait(false);
        var result = await Users(context).AddAsync(Actor(context), request.Name, request.Role, request.Password, request.DisplayName).ConfigureAwait(false);
        await WriteAsync(context, result, result.Value?.Password).ConfigureAwait(false);
    }

    public static async Task ChangeUserAsync(HttpContext context, ApiServices services)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.UserChange).ConfigureAwait(false);
        if (request.Role is null && request.Disabled is null)
        {
            throw ApiErrors.Of(StatusCodes.Status400BadRequest, "role or disabled is missing");
        }

        var (actor, name) = (Actor(context), Name(context));
        OperationResult result = OperationResult.Done("");
        if (request.Role is { } role)
        {
            result = await Users(context).SetRoleAsync(actor, name, role).ConfigureAwait(false);
        }

        if (result.Succeeded && request.Disabled is { } disabled)
        {
            result = await Users(context).SetDisabledAsync(actor, name, disabled).ConfigureAwait(false);
        }

        await WriteAsync(context, result).ConfigureAwait(false);
    }

    public static async Task ResetPasswordAsync(HttpContext context, ApiServices services)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.PasswordRequest).ConfigureAwait(false);
        var result = await Users(context).ResetPasswordAsync(Actor(context), Name(context), request.Password).ConfigureAwait(false);
        await WriteAsync(context, result, result.Value?.Password).ConfigureAwait(false);
    }

    public static async Task RemoveUserAsync(HttpContext context, ApiServices services)
        => await WriteAsync(context, await Users(context).RemoveAsync(Actor(context), Name(context)).ConfigureAwait(false)).ConfigureAwait(false);

    public static Task ListTokensAsync(HttpContext context, ApiServices services)
    {
        var use = context.RequestServices.GetRequiredService<TokenUse>();
        IReadOnlyList<TokenInfo> tokens = [.. services.Engine.Configuration.Content.Access.Tokens.Select(token => new TokenInfo(
            token.Id, token.Scope, token.Owner, token.CreatedAt, token.ExpiresAt, token.Disabled, use.Last(token.Id)?.At, use.Last(token.Id)?.Address))];
        return ApiExchange.WriteAsync(context, tokens, ApiJson.Default.IReadOnlyListTokenInfo);
    }

    public static async Task CreateTokenAsync(HttpContext context, ApiServices services)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.TokenRequest).ConfigureAwait(false);
        var result = await Tokens(context).CreateAsync(Actor(context), request.Name, request.Scope, request.Expires).ConfigureAwait(false);
        await WriteAsync(context, result, result.Value?.Token).ConfigureAwait(false);
    }

    public static async Task RevokeTokenAsync(HttpContext context, ApiServices services)
        => await WriteAsync(context, await Tokens(context).RevokeAsync(Actor(context), Name(context)).ConfigureAwait(false)).ConfigureAwait(false);

    public static Task ListSessionsAsync(HttpContext context)
    {
        // The identifiers are cut: they are for ending a session, not for having one.
        IReadOnlyList<SessionInfo> sessions = [.. context.RequestServices.GetRequiredService<SessionRegistry>().Sessions.Select(s => new SessionInfo(s.Id[..8], s.User, s.Address, s.Browser, s.StartedAt, s.SeenAt))];
        return ApiExchange.WriteAsync(context, sessions, ApiJson.Default.IReadOnlyListSessionInfo);
    }

    public static async Task EndSessionAsync(HttpContext context)
    {
        var known = context.RequestServices.GetRequiredService<SessionRegistry>().Sessions.FirstOrDefault(s => s.Id[..8] == Name(context));
        await WriteAsync(context, await Users(context).EndSessionAsync(Actor(context), known?.Id ?? "").ConfigureAwait(false)).ConfigureAwait(false);
    }

    public static Task AntiforgeryAsync(HttpContext context)
    {
        var tokens = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        return ApiExchange.WriteAsync(context, new AntiforgeryToken(tokens.HeaderName!, tokens.RequestToken!), ApiJson.Default.AntiforgeryToken);
    }

    public static async Task SetupTokenAsync(HttpContext context)
    {
        await ApiExchange.ReadAsync(context, ApiJson.Default.EmptyRequest).ConfigureAwait(false);
        var result = await context.RequestServices.GetRequiredService<SetupOperations>().NewTokenAsync(Actor(context)).ConfigureAwait(false);
        await WriteAsync(context, result, result.Value?.Token).ConfigureAwait(false);
    }

    private static UserOperations Users(HttpContext context) => context.RequestServices.GetRequiredService<UserOperations>();

    private static TokenOperations Tokens(HttpContext context) => context.RequestServices.GetRequiredService<TokenOperations>();

    private static Actor Actor(HttpContext context) => ApiExchange.Actor(context);

    private static string Name(HttpContext context) => (string)context.Request.RouteValues["name"]!;

    private static Task WriteAsync(HttpContext context, OperationResult result, string? secret)
        => ApiExchange.WriteAsync(context, new SecretResult(ApiErrors.Require(result).Sentence, secret), ApiJson.Default.SecretResult);

    private static Task WriteAsync(HttpContext context, OperationResult result)
        => ApiExchange.WriteAsync(context, new CommandResult(ApiErrors.Require(result).Sentence), ApiJson.Default.CommandResult);
}
