using System.Diagnostics;
using System.Text;

namespace HaConsole.Engine.Services;

/// <summary>A program started by <see cref="ProcessLauncher"/>: leader of its own process group.</summary>
internal sealed class LaunchedProcess
{
    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string lastLine = "";

    internal LaunchedProcess(ProcessStartInfo info, LaunchRequest request)
    {
        // Not disposed: it lives until its end was seen, then nothing of it is left to free.
        var process = new Process { StartInfo = info, EnableRaisingEvents = true };
        process.Exited += (_, _) => exited.TrySetResult(process.ExitCode);
        process.Start();
        Id = process.Id;
        MemoryPressure.Expose(Id, request.Sacrifice);
        StartTime = ProcFs.Read(Id)?.StartTime ?? 0;
        if (request.Captured)
        {
            process.StandardInput.Close();
            Drained = Task.WhenAll(Pump(process.StandardOutput.BaseStream, request.Output), Pump(process.StandardError.BaseStream, request.Output));
        }
    }

    /// <summary>Process and process group.</summary>
    internal int Id { get; }

    /// <summary>Start time as in <see cref="ProcessStat"/>.</summary>
    internal long StartTime { get; }

    /// <summary>Completes with the exit code (128 + signal when killed) as soon as the process itself has ended.</summary>
    internal Task<int> Exited => exited.Task;

    /// <summary>Completes when all it wrote has been read; late when a child of it keeps its output open.</summary>
    internal Task Drained { get; } = Task.CompletedTask;

    /// <summary>Last line it wrote; empty when nothing.</summary>
    internal string LastLine => lastLine;

    /// <summary>How it ended, for people.</summary>
    internal string Ending
    {
        get
        {
            var code = Exited.IsCompleted ? Exited.Result : -1;
            var how = code > 128 ? $"was killed by signal {code - 128}" : $"exited with code {code}";
            return LastLine.Length == 0 ? how : $"{how}: {LastLine}";
        }
    }

    /// <summary>Signals the whole group.</summary>
    internal void Signal(int signal)
    {
        // In its first millisecond the child has not left our own group yet.
        if (!ProcessCalls.SignalGroup(Id, signal) && !Exited.IsCompleted)
        {
            ProcessCalls.Signal(Id, signal);
        }
    }

    /// <summary>Whether the process or another one of its group can still act.</summary>
    internal bool GroupAlive() => !Exited.IsCompleted || ProcFs.GroupAlive(Id);

    // Threads of their own: reads of a pipe block, and blocked pool threads would delay everything else.
    private Task Pump(Stream stream, RotatingLog? output)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                Copy(stream, output);
                ended.SetResult();
            },
            256 * 1024)
        {
            IsBackground = true,
            Name = $"output {Id}",
        };
        thread.Start();
        return ended.Task;
    }

    private void Copy(Stream stream, RotatingLog? output)
    {
        var buffer = new byte[8192];
        try
        {
            int count;
            while ((count = stream.Read(buffer)) > 0)
            {
                output?.Append(buffer.AsSpan(0, count));
                var text = Encoding.UTF8.GetString(buffer, 0, count).TrimEnd();
                var line = text[(text.LastIndexOf('\n') + 1)..];
                if (line.Length > 0)
                {
                    lastLine = line.Length > 200 ? line[..200] : line;
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The pipe ended with the process.
        }
    }
}
