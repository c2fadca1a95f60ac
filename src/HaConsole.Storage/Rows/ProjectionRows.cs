namespace HaConsole.Storage;

/// <summary>A user, for reports: the replicated access file decides who may sign in. Never a password or its hash.</summary>
public sealed record UserRow
{
    /// <summary>Pair it belongs to.</summary>
    public string Pair { get; init; } = "default";

    /// <summary>Stable id of the user in the access file.</summary>
    public required string Id { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary><c>viewer</c>, <c>operator</c> or <c>admin</c>.</summary>
    public string Role { get; init; } = "";

    /// <summary>May not sign in.</summary>
    public bool Disabled { get; init; }

    /// <summary>Since when (UTC).</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when (UTC); null while it exists.</summary>
    public DateTimeOffset? RemovedAt { get; init; }
}

/// <summary>An API token, for reports. Never the token or its hash.</summary>
public sealed record TokenRow
{
    /// <summary>Pair it belongs to.</summary>
    public string Pair { get; init; } = "default";

    /// <summary>Stable id of the token in the access file.</summary>
    public required string Id { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Who made it.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Role it acts with.</summary>
    public string Role { get; init; } = "";

    /// <summary>Scopes, separated by blanks.</summary>
    public string Scopes { get; init; } = "";

    /// <summary>Does not work.</summary>
    public bool Disabled { get; init; }

    /// <summary>Since when (UTC).</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when it works (UTC); null for ever.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was removed (UTC); null while it exists.</summary>
    public DateTimeOffset? RemovedAt { get; init; }
}

/// <summary>A hold, pause or maintenance of a server, for reports: the engine's state decides what is held now.</summary>
public sealed record HoldRow
{
    /// <summary>Key of the row.</summary>
    public long Id { get; init; }

    /// <summary>Pair it belongs to.</summary>
    public string Pair { get; init; } = "default";

    /// <summary><c>hold</c>, <c>pause</c> or <c>maintenance</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Server number, 1 or 2; 0 for the pair.</summary>
    public int Server { get; init; }

    /// <summary>Who set it.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When it was set (UTC). Pair, kind, server and this name the hold.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it ends by itself (UTC); null when never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>When it ended (UTC); null while it lasts.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
