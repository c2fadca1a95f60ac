using System.Diagnostics;
using System.Globalization;
using System.Text;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Services;

namespace HaConsole.Engine.Checks;

/// <summary>
/// Runs a shell command. Whatever it starts is ended with it: children, and what has left its group or was forked away, which is found by a
/// mark in its environment.
/// </summary>
internal static class CommandLook
{
    /// <summary>Bytes after which a command is ended: a check says a line, not a file.</summary>
    public const int MostOutput = 1024 * 1024;

    private const string Mark = "HACONSOLE_CHECK_LOOK";
    private const int MostSweeps = 6;
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(100);

    public static async Task<CheckLook> LookAsync(CheckDefinition check, CancellationToken cancellationToken)
    {
        var mark = Guid.NewGuid().ToString("N");
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", check.Command },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Mark] = mark;
        try
        {
            using var flood = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var process = Process.Start(start) ?? throw new InvalidOperationException("not started");
            process.StandardInput.Close();
            var output = FirstLineAsync(process.StandardOutput.BaseStream, flood);
            var errors = FirstLineAsync(process.StandardError.BaseStream, flood);
            try
            {
                await process.WaitForExitAsync(flood.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new CheckLook(false, $"the command printed more than {MostOutput / 1024} KiB and was ended");
            }
            finally
            {
                End(process, mark);
            }

            // What could not be ended may hold its output open for ever.
            await Task.WhenAny(Task.WhenAll(output, errors), Task.Delay(LastWords, cancellationToken)).ConfigureAwait(false);
            var said = errors is { IsCompletedSuccessfully: true, Result.Length: > 0 } ? errors.Result : output.IsCompletedSuccessfully ? output.Result : "";
            var exit = string.Create(CultureInfo.InvariantCulture, $"exit {process.ExitCode}");
            return new CheckLook(process.ExitCode == 0, said.Length == 0 ? exit : $"{exit}: {said}");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
        {
            return new CheckLook(false, CheckLooks.Line(e.Message));
        }
    }

    private static async Task<string> FirstLineAsync(Stream stream, CancellationTokenSource flood)
    {
        try
        {
            var first = new byte[CheckLooks.MostDetail * 4];
            var kept = 0;
            var buffer = new byte[8192];
            long total = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                // Read on, so that a talkative command is not stopped by a full pipe.
                var take = Math.Min(read, first.Length - kept);
                buffer.AsSpan(0, take).CopyTo(first.AsSpan(kept));
                kept += take;
                total += read;
                if (total > MostOutput)
                {
                    await flood.CancelAsync().ConfigureAwait(false);
                    break;
                }
            }

            return CheckLooks.Line(Encoding.UTF8.GetString(first, 0, kept).TrimStart().Split('\n')[0]);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The pipe was closed with the process: nothing to show.
            return "";
        }
    }

    private static void End(Process process, string mark)
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

        // One that forks while it is looked for is found by the next sweep; one that is just becoming another program shows no
        // environment for a moment: only twice nothing is nothing.
        var text = Encoding.ASCII.GetBytes($"{Mark}={mark}");
        var empty = 0;
        for (var sweep = 0; sweep < MostSweeps && empty < 2; sweep++)
        {
            empty = Sweep(text) ? 0 : empty + 1;
        }
    }

    /// <summary>Kills what carries the mark; false when there was nothing.</summary>
    private static bool Sweep(byte[] mark)
    {
        var found = false;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id != Environment.ProcessId && Carries(folder, mark))
            {
                found |= ProcessCalls.Signal(id, ProcessCalls.SigKill);
            }
        }

        return found;
    }

    private static bool Carries(string folder, byte[] mark)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or is somebody else's.
            return false;
        }
    }
}
