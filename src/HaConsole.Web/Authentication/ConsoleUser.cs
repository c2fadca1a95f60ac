using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Authentication;

/// <summary>A user as the identity framework wants it: something that can be changed before it is saved as a whole.</summary>
/// <param name="definition">The user as the replicated document has it.</param>
public sealed class ConsoleUser(UserDefinition definition)
{
    /// <summary>The user as it is, or shall be, in the replicated document.</summary>
    public UserDefinition Definition { get; set; } = definition;
}

/// <summary>Names of claims, roles and schemes.</summary>
public static class AccessNames
{
    /// <summary>Scheme that picks one of the others for each request.</summary>
    public const string Scheme = "Access";

    /// <summary>Scheme of the signed-in browser.</summary>
    public const string CookieScheme = "Cookie";

    /// <summary>Scheme of programs with a token.</summary>
    public const string TokenScheme = "Bearer";

    /// <summary>Scheme of the control socket.</summary>
    public const string ControlScheme = "Control";

    /// <summary>Claim: identifier of the session on this server.</summary>
    public const string SessionClaim = "session";

    /// <summary>Claim: name of the token that a program has sent.</summary>
    public const string TokenClaim = "token";

    /// <summary>Claim: network address.</summary>
    public const string AddressClaim = "address";

    /// <summary>Claim: where commands of this principal come from, a name of <see cref="Operations.Origin"/>.</summary>
    public const string OriginClaim = "origin";

    /// <summary>Name of a role in claims: <c>viewer</c>, <c>operator</c>, <c>admin</c>.</summary>
    public static string Of(AccessRole role) => role switch
    {
        AccessRole.Admin => "admin",
        AccessRole.Operator => "operator",
        _ => "viewer",
    };

    /// <summary>Role whose rights a scope gives.</summary>
    public static AccessRole Role(TokenScope scope) => scope switch
    {
        TokenScope.Admin => AccessRole.Admin,
        TokenScope.Operate => AccessRole.Operator,
        _ => AccessRole.Viewer,
    };
}
