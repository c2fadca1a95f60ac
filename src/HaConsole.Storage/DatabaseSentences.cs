using System.Net.Sockets;
using HaConsole.Storage.Embedded;
using Npgsql;

namespace HaConsole.Storage;

/// <summary>Turns what the driver and the server say into sentences for people. No password gets into them.</summary>
internal static class DatabaseSentences
{
    /// <summary>The error means that the database cannot be used now, not that a statement was wrong.</summary>
    public static bool IsLoss(Exception error) => error switch
    {
        DatabaseUnavailableException or EmbeddedDatabaseException => true,
        PostgresException e => e.SqlState.StartsWith("08", StringComparison.Ordinal) || e.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || e.SqlState.StartsWith("53", StringComparison.Ordinal) || e.SqlState.StartsWith("28", StringComparison.Ordinal)
            || e.SqlState is "58030" or "25006" or "XX001" or "3D000",
        NpgsqlException => true,
        SocketException or TimeoutException or IOException => true,
        _ => error.InnerException is { } inner && IsLoss(inner),
    };

    /// <summary>The sentence of an error.</summary>
    /// <param name="error">What happened.</param>
    /// <param name="place">Socket folder or host and port.</param>
    /// <param name="user">User of the connection string.</param>
    /// <param name="embedded">The process runs the database itself.</param>
    public static string Of(Exception error, string place, string user, bool embedded)
    {
        var fix = embedded ? "" : " Check Database:ConnectionString.";
        return error switch
        {
            EmbeddedDatabaseException or DatabaseUnavailableException => error.Message,
            PostgresException e => OfServer(e, place, user, fix),
            NpgsqlException { InnerException: PostgresException e } => OfServer(e, place, user, fix),
            NpgsqlException { InnerException: SocketException e } => $"The database at {place} cannot be reached ({e.SocketErrorCode}).{fix}",
            TimeoutException or NpgsqlException { InnerException: TimeoutException } => $"The database at {place} does not answer in time.{fix}",
            NpgsqlException { InnerException: IOException } => $"The connection to the database at {place} was lost.",
            NpgsqlException e when e.Message.Contains("password", StringComparison.OrdinalIgnoreCase)
                => $"The database at {place} wants a password for the user {user}, and none is set.{fix}",
            NpgsqlException => $"The database at {place} cannot be used: the connection failed.{fix}",
            _ when error.InnerException is { } inner && IsLoss(inner) => Of(inner, place, user, embedded),
            _ => $"The database at {place} cannot be used ({error.GetType().Name}: {error.Message}).",
        };
    }

    private static string OfServer(PostgresException e, string place, string user, string fix) => e.SqlState switch
    {
        "28P01" or "28000" => $"The database at {place} refuses the user {user}: wrong user or password, or not allowed from here.{fix}",
        "3D000" => $"The database at {place} has no database of that name: create it, or correct the name.{fix}",
        "42501" => $"The user {user} may not do what is needed in the database at {place}: {e.MessageText}. Give it the right to create tables.",
        "53100" => $"The disk of the database at {place} is full: free some space.",
        "53300" => $"The database at {place} has no free connections: raise max_connections or close others.",
        "57P03" => $"The database at {place} is starting up or shutting down.",
        "57P01" or "57P02" => $"The database at {place} was stopped.",
        "25006" => $"The database at {place} is read-only: name the primary server.{fix}",
        _ => $"The database at {place} says: {e.MessageText} ({e.SqlState}).",
    };
}
