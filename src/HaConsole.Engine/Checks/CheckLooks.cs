using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Checks;

/// <summary>The four ways to look. Each ends when it is cancelled and never throws for what it finds.</summary>
internal static class CheckLooks
{
    private const int MostDetail = 200;

    private static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        // A check must see whether a new connection is accepted, not whether an old one is still open.
        PooledConnectionLifetime = TimeSpan.Zero,
    });

    public static Task<CheckLook> LookAsync(CheckDefinition check, CancellationToken cancellationToken) => check.Type switch
    {
        CheckType.Http => HttpAsync(check, cancellationToken),
        CheckType.Tcp => TcpAsync(check, cancellationToken),
        CheckType.Process => Task.Run(() => FindProcess(check.Command.Length > 0 ? check.Command : check.Host, cancellationToken), cancellationToken),
        CheckType.Command => CommandAsync(check, cancellationToken),
        _ => Task.FromResult(new CheckLook(false, $"type {check.Type} is not known")),
    };

    private static async Task<CheckLook> HttpAsync(CheckDefinition check, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, check.Url);
            using var response = await Http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            return new CheckLook(status is >= 200 and < 400, string.Create(CultureInfo.InvariantCulture, $"HTTP {status}"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UriFormatException or InvalidOperationException or NotSupportedException)
        {
            return new CheckLook(false, Line(e.Message));
        }
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

    private static async Task<CheckLook> CommandAsync(CheckDefinition check, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", check.Command },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start) ?? throw new InvalidOperationException("not started");
            process.StandardInput.Close();
            var output = FirstLineAsync(process.StandardOutput);
            var errors = FirstLineAsync(process.StandardError);
            try
            {
                await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                Kill(process);
            }

            // What the command left running in the background may hold its output open for ever.
            await Task.WhenAny(Task.WhenAll(output, errors), Task.Delay(100, cancellationToken)).ConfigureAwait(false);
            var said = errors is { IsCompletedSuccessfully: true, Result.Length: > 0 } ? errors.Result : output.IsCompletedSuccessfully ? output.Result : "";
            var exit = string.Create(CultureInfo.InvariantCulture, $"exit {process.ExitCode}");
            return new CheckLook(process.ExitCode == 0, said.Length == 0 ? exit : $"{exit}: {said}");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
        {
            return new CheckLook(false, Line(e.Message));
        }
    }

    private static async Task<string> FirstLineAsync(StreamReader reader)
    {
        try
        {
            var first = await reader.ReadLineAsync().ConfigureAwait(false) ?? "";
            var rest = new char[1024];
            while (await reader.ReadAsync(rest).ConfigureAwait(false) > 0)
            {
                // Read on, so that a talkative command is not stopped by a full pipe.
            }

            return Line(first);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The pipe was closed with the process: nothing to show.
            return "";
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It ended by itself meanwhile.
        }
    }

    private static string Line(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= MostDetail ? line : line[..MostDetail];
    }
}
