namespace HaConsole.Web.Operations;

/// <summary>What somebody may do. Each includes the ones before.</summary>
public enum Right
{
    /// <summary>Nothing: somebody who is not signed in.</summary>
    None,

    /// <summary>See everything but secrets: role viewer, scope read.</summary>
    View,

    /// <summary>Switch, pause, maintain, start and stop services, acknowledge: role operator, scope operate.</summary>
    Operate,

    /// <summary>Parameters, users, tokens, pairing, certificates: role admin, scope admin.</summary>
    Administer,
}

/// <summary>Where a command was given.</summary>
public enum Origin
{
    /// <summary>A page.</summary>
    Console,

    /// <summary>The API, with a token or a signed-in cookie.</summary>
    Api,

    /// <summary>The command line, through the owner-only control socket.</summary>
    Cli,

    /// <summary>The other server, for one of its operators.</summary>
    Peer,

    /// <summary>This server itself.</summary>
    System,
}

/// <summary>Who does something, and from where.</summary>
/// <param name="Name">Login name, or the name of the token.</param>
/// <param name="May">Highest right.</param>
/// <param name="Origin">Where the command was given.</param>
/// <param name="Address">Network address; empty for the control socket.</param>
public sealed record Actor(string Name, Right May, Origin Origin, string Address)
{
    /// <summary>This server itself.</summary>
    public static Actor System { get; } = new("system", Right.Administer, Origin.System, "");

    /// <summary>The password was given lately. Programs and the command line prove themselves with every call.</summary>
    public bool IsProven { get; init; } = true;

    /// <summary>Whether a right is given.</summary>
    public bool Has(Right permission) => May >= permission;
}
