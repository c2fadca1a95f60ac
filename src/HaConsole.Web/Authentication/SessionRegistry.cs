using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.State;
using HaConsole.Web.Live;

namespace HaConsole.Web.Authentication;

/// <summary>A signed-in browser.</summary>
public sealed record Session
{
    /// <summary>Random name; also in the encrypted cookie.</summary>
    public string Id { get; init; } = "";

    /// <summary>Login.</summary>
    public string User { get; init; } = "";

    /// <summary>Role at the sign-in; another one in force ends the session.</summary>
    public AccessRole Role { get; init; }

    /// <summary>The user's stamp; another one in force ends the session.</summary>
    public string Stamp { get; init; } = "";

    /// <summary>Network address it was begun from.</summary>
    public string Address { get; init; } = "";

    /// <summary>The browser's own words, at most 200 characters.</summary>
    public string Browser { get; init; } = "";

    /// <summary>When it began (UTC).</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When the password was given last (UTC).</summary>
    public DateTimeOffset ProvenAt { get; init; }

    /// <summary>When it was used last (UTC).</summary>
    public DateTimeOffset SeenAt { get; init; }
}

/// <summary>
/// The sessions of this server. A cookie alone is worth nothing: the session must be here, not idle for too long, and its user still
/// be what he was. Kept in a file of the data directory, so that a restarted worker does not sign people out.
/// </summary>
public sealed partial class SessionRegistry : IDisposable
{
    /// <summary>A session that is not used that long ends.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>Longest session.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>What changes users, or forces, needs a password given within that time.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(15);

    private const int MostPerUser = 20;
    private static readonly TimeSpan Keeping = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, Session> sessions = new(StringComparer.Ordinal);
    private readonly ConsoleEngine engine;
    private readonly TimeProvider time;
    private readonly ILogger<SessionRegistry> logger;
    private readonly string path;
    private readonly Lock writing = new();
    private readonly ITimer timer;
    private volatile bool dirty;

    /// <summary>Sessions of the server with that data directory; those that a worker before has left go on.</summary>
    public SessionRegistry(ConsoleEngine engine, AccessFiles files, TimeProvider time, ILogger<SessionRegistry> logger)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(time);
        (this.engine, this.time, this.logger, path) = (engine, time, logger, files.Sessions);
        Load();
        timer = time.CreateTimer(_ => Keep(), null, Keeping, Keeping);
    }

    /// <summary>One or more sessions have ended, or may have: open pages look whether theirs is among them.</summary>
    public event Action? Changed;

    /// <summary>Sessions in force, the latest first.</summary>
    public IReadOnlyList<Session> Sessions => [.. sessions.Values.Where(IsValid).OrderByDescending(s => s.SeenAt)];

    /// <summary>Begins a session for a user whose password was right.</summary>
    public Session Start(UserDefinition user, string address, string browser)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(browser);
        foreach (var old in sessions.Values.Where(s => Same(s.User, user.Name)).OrderByDescending(s => s.SeenAt).Skip(MostPerUser - 1))
        {
            sessions.TryRemove(old.Id, out _);
        }

        var now = time.GetUtcNow();
        var session = new Session
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            User = user.Name,
            Role = user.Role,
            Stamp = user.SecurityStamp,
            Address = address,
            Browser = browser.Length > 200 ? browser[..200] : browser,
            StartedAt = now,
            ProvenAt = now,
            SeenAt = now,
        };
        sessions[session.Id] = session;
        Save();
        return session;
    }

    /// <summary>The session when it is in force, else null.</summary>
    public Session? Find(string? id) => id is not null && sessions.TryGetValue(id, out var session) && IsValid(session) ? session : null;

    /// <summary>Somebody uses the session: it is not idle.</summary>
    public void Touch(string id) => Change(id, session => session with { SeenAt = time.GetUtcNow() });

    /// <summary>The password was given once more.</summary>
    public void Proven(string id)
    {
        Change(id, session => session with { ProvenAt = time.GetUtcNow(), SeenAt = time.GetUtcNow() });
        Save();
    }

    /// <summary>The user has a new stamp, and this session is the one that made it: it goes on.</summary>
    public void Restamp(string id, string stamp)
    {
        Change(id, session => session with { Stamp = stamp });
        Save();
    }

    /// <summary>Whether the session's password was given lately.</summary>
    public bool IsFresh(string? id) => Find(id) is { } session && time.GetUtcNow() - session.ProvenAt <= Fresh;

    /// <summary>Ends one session; whether there was one.</summary>
    public bool End(string id)
    {
        var ended = sessions.TryRemove(id, out _);
        Save();
        Changed?.Invoke();
        return ended;
    }

    /// <summary>Users have changed: what is over ends at once.</summary>
    public void Review()
    {
        var over = sessions.Values.Where(s => !IsValid(s)).ToList();
        over.ForEach(s => sessions.TryRemove(s.Id, out _));
        if (over.Count > 0)
        {
            Save();
            Changed?.Invoke();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        if (dirty)
        {
            Save();
        }
    }

    private bool IsValid(Session session)
    {
        var now = time.GetUtcNow();
        return now - session.SeenAt <= Idle && now - session.StartedAt <= Longest
            && engine.Engine.Configuration.Content.Access.Users.FirstOrDefault(user => Same(user.Name, session.User)) is { Disabled: false } user
            && user.SecurityStamp == session.Stamp && user.Role == session.Role;
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private void Change(string id, Func<Session, Session> change)
    {
        // Not by assignment: a session that ends meanwhile must not come back.
        while (sessions.TryGetValue(id, out var session))
        {
            if (sessions.TryUpdate(id, change(session), session))
            {
                dirty = true;
                return;
            }
        }
    }

    private void Keep()
    {
        Review();
        if (dirty)
        {
            Save();
        }
    }

    private void Load()
    {
        try
        {
            var text = AtomicFile.Read(path).Text;
            foreach (var session in text is null ? [] : JsonSerializer.Deserialize(text, SessionJson.Default.SessionArray) ?? [])
            {
                sessions[session.Id] = session;
            }
        }
        catch (JsonException e)
        {
            // People sign in anew; nothing else is lost.
            LogLost(e);
        }
    }

    private void Save()
    {
        lock (writing)
        {
            try
            {
                dirty = false;
                AtomicFile.Write(path, JsonSerializer.Serialize([.. sessions.Values], SessionJson.Default.SessionArray), keepPrevious: false);
            }
            catch (DurableWriteException e)
            {
                // They live on in memory; only a restart of the worker would end them.
                dirty = true;
                LogNotSaved(e);
            }
        }
    }

    [LoggerMessage(2201, LogLevel.Warning, "The sessions of before are lost: everybody signs in anew")]
    private partial void LogLost(Exception exception);

    [LoggerMessage(2202, LogLevel.Warning, "The sessions could not be saved: a restart will sign everybody out")]
    private partial void LogNotSaved(Exception exception);
}

/// <summary>Files of sign-in and setup in the data directory.</summary>
/// <param name="Directory">Directory of its own, for the owner alone.</param>
public sealed record AccessFiles(string Directory)
{
    /// <summary>Sessions of this server.</summary>
    public string Sessions => Path.Combine(Directory, "sessions.json");

    /// <summary>The setup token's hash and end.</summary>
    public string SetupToken => Path.Combine(Directory, "setup-token.json");

    /// <summary>Keys that cookies are encrypted with.</summary>
    public string Keys => Path.Combine(Directory, "keys");

    /// <summary>Those of the server with that data directory.</summary>
    public static AccessFiles In(string dataDirectory) => new(Path.Combine(Path.GetFullPath(dataDirectory), "access"));

    /// <summary>Makes the directories, for the owner alone.</summary>
    public void Make()
    {
        foreach (var directory in (string[])[Directory, Keys])
        {
            if (OperatingSystem.IsWindows())
            {
                System.IO.Directory.CreateDirectory(directory);
            }
            else
            {
                System.IO.Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
    }
}

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(Session[]))]
internal sealed partial class SessionJson : JsonSerializerContext;
