using System.Globalization;
using HaConsole.Engine.Checks;
using HaConsole.Engine.Configuration;
using Npgsql;

namespace HaConsole.Storage;

/// <summary>
/// Looks for a check of type sql: one new connection, one query in a transaction that is only read, its first value. The connection string
/// is read on the server at each look, so that it is no part of the configuration and can be changed there.
/// </summary>
public static class SqlCheck
{
    private const int LongestString = 4096;

    /// <summary>One look; never throws for what it finds, ends when it is cancelled.</summary>
    public static async Task<CheckLook> LookAsync(CheckDefinition check, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(check);
        var (text, problem) = ConnectionString(check);
        if (problem is not null)
        {
            return new CheckLook(false, problem);
        }

        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(text)
            {
                Pooling = false,
                ApplicationName = "HaConsole check " + check.Name,
                CommandTimeout = (int)Math.Ceiling(check.Timeout),
                Timeout = (int)Math.Clamp(Math.Ceiling(check.Timeout), 1, 600),
                CancellationTimeout = -1,
                PersistSecurityInfo = false,
            };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            // Its message may show a part of the string.
            return new CheckLook(false, "the connection string cannot be read");
        }

        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using (var only = new NpgsqlCommand("set transaction read only", connection, transaction))
            {
                await only.ExecuteNonQueryAsync(cancellationToken);
            }

            await using var command = new NpgsqlCommand(check.Query.Length > 0 ? check.Query : "select 1", connection, transaction);
            await using var reader = await command.ExecuteReaderAsync(System.Data.CommandBehavior.SingleRow, cancellationToken);
            var found = await reader.ReadAsync(cancellationToken) && reader.FieldCount > 0 && !await reader.IsDBNullAsync(0, cancellationToken)
                ? Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture) ?? ""
                : "";
            return check.Expected.Length == 0 || found == check.Expected
                ? new CheckLook(true, "answers " + Line(found))
                : new CheckLook(false, $"answers {Line(found)}, not {check.Expected}");
        }
        catch (Exception e) when (e is NpgsqlException or IOException or System.Net.Sockets.SocketException or InvalidOperationException or TimeoutException or NotSupportedException or ArgumentException)
        {
            return new CheckLook(false, Line(e.Message));
        }
    }

    private static (string Text, string? Problem) ConnectionString(CheckDefinition check)
    {
        if (check.ConnectionFile.Length == 0)
        {
            var value = Environment.GetEnvironmentVariable(check.ConnectionVariable);
            return string.IsNullOrWhiteSpace(value) ? ("", $"the environment variable {check.ConnectionVariable} is not set on this server") : (value, null);
        }

        try
        {
            using var stream = new FileStream(check.ConnectionFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (stream.Length > LongestString)
            {
                return ("", $"{check.ConnectionFile} is longer than {LongestString} bytes");
            }

            using var reader = new StreamReader(stream);
            return (reader.ReadToEnd().Trim(), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return ("", Line(e.Message));
        }
    }

    private static string Line(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= 200 ? line : line[..200];
    }
}
