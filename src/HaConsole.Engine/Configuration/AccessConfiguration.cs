using System.Text.Json.Serialization;

namespace HaConsole.Engine.Configuration;

/// <summary>What a signed-in person may do. A higher one includes the lower ones.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AccessRole>))]
public enum AccessRole
{
    /// <summary>Sees everything but secrets.</summary>
    Viewer,

    /// <summary>Also switches, pauses, stops and starts services, acknowledges.</summary>
    Operator,

    /// <summary>Also changes the configuration, users and tokens.</summary>
    Admin,
}

/// <summary>What a program with a token may do. A higher one includes the lower ones.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TokenScope>))]
public enum TokenScope
{
    /// <summary>Reads, as <see cref="AccessRole.Viewer"/>.</summary>
    Read,

    /// <summary>As <see cref="AccessRole.Operator"/>.</summary>
    Operate,

    /// <summary>As <see cref="AccessRole.Admin"/>.</summary>
    Admin,
}

/// <summary>A person who may sign in, the same on both servers.</summary>
public sealed record UserDefinition
{
    /// <summary>Login: 1 … 64 letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, <c>@</c>; unique whatever the case.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Name as it is shown; empty = the login. At most 128 characters.</summary>
    public string DisplayName { get; init => field = value ?? ""; } = "";

    /// <summary>What the user may do. Default viewer.</summary>
    public AccessRole Role { get; init; }

    /// <summary>Hash of the password; empty = nobody can sign in by a password. A secret.</summary>
    public string PasswordHash { get; init => field = value ?? ""; } = "";

    /// <summary>Changes whenever open sessions must end. A secret.</summary>
    public string SecurityStamp { get; init => field = value ?? ""; } = "";

    /// <summary>May not sign in, and open sessions end. Default off.</summary>
    public bool Disabled { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last (UTC).</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>Language of the pages (<c>en</c>, <c>fr</c>); empty = the browser's.</summary>
    public string Language { get; init => field = value ?? ""; } = "";
}

/// <summary>A token of a program. The secret itself is shown once and stored nowhere.</summary>
public sealed record TokenDefinition
{
    /// <summary>Unique name in lists and in the token itself: 1 … 64 letters, digits, <c>.</c>, <c>_</c>, <c>-</c>.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>What it is for. At most 128 characters.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Lower-case SHA-256 of the secret. A secret.</summary>
    public string Hash { get; init => field = value ?? ""; } = "";

    /// <summary>What it allows. Default read.</summary>
    public TokenScope Scope { get; init; }

    /// <summary>User who made it.</summary>
    public string Owner { get; init => field = value ?? ""; } = "";

    /// <summary>When it was made (UTC).</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends (UTC); null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Refused. Default off.</summary>
    public bool Disabled { get; init; }
}

/// <summary>Who may use the console: part of the replicated document, never of a configuration file.</summary>
public sealed record AccessConfiguration
{
    /// <summary>Nobody yet.</summary>
    public static AccessConfiguration Empty { get; } = new();

    /// <summary>Users.</summary>
    public IReadOnlyList<UserDefinition> Users { get; init => field = value ?? []; } = [];

    /// <summary>Tokens.</summary>
    public IReadOnlyList<TokenDefinition> Tokens { get; init => field = value ?? []; } = [];

    /// <summary>Nobody was ever entered.</summary>
    [JsonIgnore]
    public bool IsEmpty => Users.Count == 0 && Tokens.Count == 0;
}

/// <summary>A check whose failure is shown but counts as no application error until the mute ends.</summary>
public sealed record CheckMute
{
    /// <summary>Name of the check.</summary>
    public string Check { get; init => field = value ?? ""; } = "";

    /// <summary>Who muted it.</summary>
    public string Owner { get; init => field = value ?? ""; } = "";

    /// <summary>Why; may be empty. At most 500 characters.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    /// <summary>Since when (UTC).</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it ends by itself (UTC).</summary>
    public DateTimeOffset Until { get; init; }
}
