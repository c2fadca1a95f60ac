using System.Globalization;
using System.Net.Sockets;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Checks;

/// <summary>The ways to look. Each ends when it is cancelled and never throws for what it finds.</summary>
internal static class CheckLooks
{
    /// <summary>Most characters of a detail.</summary>
    public const int MostDetail = 200;

    /// <summary>Looks; <paramref name="tools"/> has what a look needs beside its definition.</summary>
    public static Task<CheckLook> LookAsync(CheckDefinition check, CheckTools tools, LinkSelector link, CancellationToken cancellationToken) => check.Type switch
    {
        CheckType.Http => HttpLook.LookAsync(check, tools.Time.GetUtcNow(), cancellationToken),
        CheckType.Tcp => TcpAsync(check, cancellationToken),
        CheckType.Process => Task.Run(() => FindProcess(check.Command.Length > 0 ? check.Command : check.Host, cancellationToken), cancellationToken),
        CheckType.Command => CommandLook.LookAsync(check, cancellationToken),
        CheckType.Dns => DnsLook.LookAsync(check, cancellationToken),
        CheckType.Disk => Task.Run(() => MachineLooks.Disk(check), cancellationToken),
        CheckType.Memory => Task.Run(() => MachineLooks.Memory(check), cancellationToken),
        CheckType.Certificate => CertificateDays.LookAsync(check, tools.Time.GetUtcNow(), cancellationToken),
        CheckType.Sql => tools.Sql is { } sql ? sql(check, cancellationToken) : Task.FromResult(new CheckLook(false, "this server has no database client")),
        CheckType.Link => link.LookAsync(cancellationToken),
        _ => Task.FromResult(new CheckLook(false, $"type {check.Type} is not known")),
    };

    /// <summary>A text in one line of bounded length.</summary>
    public static string Line(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= MostDetail ? line : line[..MostDetail];
    }

    private static async Task<CheckLook> TcpAsync(CheckDefinition check, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(check.Host, check.Port, cancellationToken).ConfigureAwait(false);
            return new CheckLook(true, "connected");
        }
        catch (SocketException e)
        {
            return new CheckLook(false, Line(e.Message));
        }
    }

    /// <summary>By the kernel's name (cut to 15 characters there) or by the first word of the command line, with or without its path.</summary>
    private static CheckLook FindProcess(string name, CancellationToken cancellationToken)
    {
        var kernelName = name.Length > 15 ? name[..15] : name;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                if (IsZombie(folder))
                {
                    continue;
                }

                var program = File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0')[0];
                var found = program.Length > 0
                    ? program == name || Path.GetFileName(program) == name || (name.Length <= 15 && Comm(folder) == name)
                    : Comm(folder) == kernelName;
                if (found)
                {
                    return new CheckLook(true, string.Create(CultureInfo.InvariantCulture, $"process {id}"));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process ended while we looked, or is not ours to read.
            }
        }

        return new CheckLook(false, $"no process {name}");
    }

    private static string Comm(string folder) => File.ReadAllText(Path.Combine(folder, "comm")).TrimEnd('\n');

    private static bool IsZombie(string folder)
    {
        var stat = File.ReadAllText(Path.Combine(folder, "stat"));
        var at = stat.LastIndexOf(')');
        return at > 0 && at + 2 < stat.Length && stat[at + 2] is 'Z' or 'X';
    }
}
