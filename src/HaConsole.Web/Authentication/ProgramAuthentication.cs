using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Api;
using HaConsole.Web.Hosting;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace HaConsole.Web.Authentication;

/// <summary>The secret texts of tokens: <c>hac_ID_SECRET</c>. Only the hash of the secret is kept.</summary>
public static class TokenText
{
    private const string Start = "hac_";
    private const int SecretLength = 43;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <summary>A new secret, about 256 bits.</summary>
    public static string NewSecret() => RandomNumberGenerator.GetString(Alphabet, SecretLength);

    /// <summary>The whole token.</summary>
    public static string Join(string id, string secret) => $"{Start}{id}_{secret}";

    /// <summary>Its parts; null when it is no token. The identifier may hold underscores, the secret does not.</summary>
    public static (string Id, string Secret)? Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.LastIndexOf('_');
        return text.StartsWith(Start, StringComparison.Ordinal) && at > Start.Length && text.Length - at - 1 == SecretLength ? (text[Start.Length..at], text[(at + 1)..]) : null;
    }

    /// <summary>What is kept of a secret. It is random and long: one round is enough.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whether the secret is that of the hash, in a time that says nothing about where they differ.</summary>
    public static bool Matches(string secret, string hash)
        => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(secret)), Encoding.ASCII.GetBytes(hash));
}

/// <summary>When each token was used last, and from where, on this server since it started.</summary>
public sealed class TokenUse(TimeProvider time)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, (DateTimeOffset At, string Address)> uses = new(StringComparer.Ordinal);

    /// <summary>Notes a use.</summary>
    public void Note(string id, string address) => uses[id] = (time.GetUtcNow(), address);

    /// <summary>The last one; null when there was none.</summary>
    public (DateTimeOffset At, string Address)? Last(string id) => uses.TryGetValue(id, out var use) ? use : null;
}

/// <summary>Programs with a token.</summary>
public sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ConsoleEngine engine, TokenUse use, SignInBrake brake, SignInNotes notes, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Prefix = "Bearer ";

    // Of the same length as a hash: an unknown token takes as long as a wrong one.
    private static readonly string NoHash = new('0', 64);

    /// <summary>The token text of a request; null when there is none. A WebSocket of a browser cannot send a header: its address may carry it, for the hubs alone.</summary>
    public static string? Of(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return header[Prefix.Length..].Trim();
        }

        return request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase) && request.Query["access_token"].ToString() is { Length: > 0 } query ? query : null;
    }

    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Of(Request) is not { } text)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var address = Context.Connection.RemoteIpAddress?.ToString() ?? "";
        var parts = TokenText.Split(text);
        var account = "token:" + parts?.Id;
        if (brake.Wait(account, address) > TimeSpan.Zero)
        {
            return Task.FromResult(AuthenticateResult.Fail("Too many wrong tokens; try again later."));
        }

        var token = engine.Engine.Configuration.Content.Access.Tokens.FirstOrDefault(t => t.Id == parts?.Id);
        var matches = TokenText.Matches(parts?.Secret ?? "", token?.Hash ?? NoHash);
        if (token is null || !matches || token.Disabled || token.ExpiresAt <= time.GetUtcNow())
        {
            brake.Failed(account, address);
            notes.TokenRefused(token is not null && matches ? token.Id : "unknown", address, token is not null && matches ? "it has expired or is revoked" : "wrong token");
            return Task.FromResult(AuthenticateResult.Fail("The token is wrong, expired or revoked."));
        }

        use.Note(token.Id, address);
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.Name, "token " + token.Id),
                new Claim(ClaimTypes.Role, AccessNames.Of(AccessNames.Role(token.Scope))),
                new Claim(AccessNames.TokenClaim, token.Id),
                new Claim(AccessNames.AddressClaim, address),
                new Claim(AccessNames.OriginClaim, nameof(Origin.Api)),
            ],
            Scheme.Name);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
    }
}

/// <summary>The control socket: only this server's owner can connect to it, and its word about who types is taken.</summary>
public sealed class ControlAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!ControlConnection.Carries(Context))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.Name, ApiExchange.Owner(Context)),
                new Claim(ClaimTypes.Role, AccessNames.Of(AccessRole.Admin)),
                new Claim(AccessNames.OriginClaim, nameof(Origin.Cli)),
            ],
            Scheme.Name);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
    }
}
