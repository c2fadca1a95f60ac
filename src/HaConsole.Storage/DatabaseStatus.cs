namespace HaConsole.Storage;

/// <summary>Whether the database can be used.</summary>
public enum DatabaseState
{
    /// <summary>It is being started, found or migrated for the first time.</summary>
    Starting,

    /// <summary>Queries work.</summary>
    Ready,

    /// <summary>It cannot be used; attempts go on for ever. Switching and health URLs work.</summary>
    Unavailable,
}

/// <summary>How a text search is answered.</summary>
public enum TextSearch
{
    /// <summary>Not known yet.</summary>
    Unknown,

    /// <summary>By an index (extension pg_trgm).</summary>
    Indexed,

    /// <summary>The index is being built; until then as <see cref="Bounded"/>.</summary>
    Building,

    /// <summary>The extension pg_trgm is missing and this user may not create it: a page covers the newest rows first and says how far it has searched.</summary>
    Bounded,
}

/// <summary>What is known about the database now; replaced as a whole at every change.</summary>
public sealed record DatabaseStatus
{
    /// <summary>Whether it can be used.</summary>
    public DatabaseState State { get; init; }

    /// <summary>The process runs it itself.</summary>
    public bool Embedded { get; init; }

    /// <summary>A sentence for people; names what to fix when it is unavailable. Never contains a password.</summary>
    public string Detail { get; init; } = "";

    /// <summary>When <see cref="State"/> began (UTC).</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Events of this server's journal that the database does not have yet.</summary>
    public long WaitingEvents { get; init; }

    /// <summary>Sequence of this server's last event that the database has; 0 when not known.</summary>
    public long LastForwarded { get; init; }

    /// <summary>Version of the server, for example <c>15.14</c>; empty when never reached.</summary>
    public string Version { get; init; } = "";

    /// <summary>Bytes of the whole database; 0 when never reached. Refreshed about every minute.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Estimated number of events. Refreshed about every minute.</summary>
    public long Events { get; init; }

    /// <summary>How a text search is answered.</summary>
    public TextSearch TextSearch { get; init; }

    /// <summary>Socket directory or host and port; empty when not known.</summary>
    public string Place { get; init; } = "";

    /// <summary>What is not as it should be although queries work; empty when all is well.</summary>
    public string Warning { get; init; } = "";
}
