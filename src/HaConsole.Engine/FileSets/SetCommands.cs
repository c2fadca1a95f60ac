using System.Diagnostics;
using System.Globalization;

namespace HaConsole.Engine.FileSets;

/// <summary>The commands that run on the receiving server before the first and after the last change of a batch.</summary>
internal sealed class SetCommands(string set, string path, string before, string after, TimeSpan timeout)
{
    private const int MostShown = 500;
    private bool hasRun;
    private string? failure;

    /// <summary>A command is configured: batches are then made larger.</summary>
    public bool Any => before.Length > 0 || after.Length > 0;

    /// <summary>Runs it unless it has run for this batch; why it failed, else null.</summary>
    public async ValueTask<string?> BeforeAsync(CancellationToken cancellationToken)
    {
        if (!hasRun)
        {
            hasRun = true;
            failure = before.Length == 0 ? null : await RunAsync(before, 0, cancellationToken);
        }

        return failure;
    }

    /// <summary>Ends the batch; why the command failed, else null.</summary>
    public async ValueTask<string?> AfterAsync(long applied, CancellationToken cancellationToken)
    {
        var wasReady = hasRun && failure is null;
        (hasRun, failure) = (false, null);
        return after.Length > 0 && applied > 0 && wasReady ? await RunAsync(after, applied, cancellationToken) : null;
    }

    private async Task<string?> RunAsync(string command, long applied, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command])
        {
            WorkingDirectory = path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HACONSOLE_SET"] = set;
        start.Environment["HACONSOLE_PATH"] = path;
        start.Environment["HACONSOLE_CHANGES"] = applied.ToString(CultureInfo.InvariantCulture);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = HeadAsync(process.StandardOutput, limit.Token);
            var errors = HeadAsync(process.StandardError, limit.Token);
            try
            {
                await process.WaitForExitAsync(limit.Token);
                return process.ExitCode == 0 ? null : $"The command ended with {process.ExitCode}: {Shown(await errors, await output)}";
            }
            catch (OperationCanceledException)
            {
                // Also when the session ends: the next one begins with a command of its own.
                process.Kill(entireProcessTree: true);
                cancellationToken.ThrowIfCancellationRequested();
                return $"The command did not end within {timeout.TotalSeconds:0.#} s and was killed.";
            }
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return $"The command could not be started: {e.Message}";
        }
    }

    private static string Shown(string errors, string output) => (errors.Length > 0 ? errors : output).ReplaceLineEndings(" ").Trim();

    /// <summary>The first of what it prints; the rest is read and forgotten.</summary>
    private static async Task<string> HeadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var head = "";
        var buffer = new char[4096];
        try
        {
            int read;
            while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
            {
                head = head.Length < MostShown ? head + new string(buffer, 0, Math.Min(read, MostShown - head.Length)) : head;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The command has ended, but something that it has started holds its output.
        }

        return head;
    }
}
