using System.Collections.Concurrent;
using System.Diagnostics;

namespace HaConsole.Engine.Services;

/// <summary>What to start.</summary>
/// <param name="File">Program, found already.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="WorkingDirectory">Existing directory.</param>
/// <param name="Environment">Variables added; a null value removes one.</param>
/// <param name="Output">Gets its output.</param>
/// <param name="Captured">False: it reads and writes where this process does.</param>
internal sealed record LaunchRequest(
    string File,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string?> Environment,
    RotatingLog? Output,
    bool Captured = true)
{
    /// <summary>How much rather than another process the kernel should end it when memory runs out; added to what this process began with.</summary>
    public int Sacrifice { get; init; }
}

/// <summary>
/// Starts programs in their own session and process group, and so that the kernel kills them when this process dies. That kernel
/// signal is sent on the death of the THREAD that forked; therefore one thread, which never ends, starts all of them.
/// </summary>
internal static class ProcessLauncher
{
    private static readonly string? Setsid = FindProgram("setsid", null);
    private static readonly string? Setpriv = FindProgram("setpriv", null);
    private static readonly BlockingCollection<(LaunchRequest Request, TaskCompletionSource<LaunchedProcess> Done)> Queue = StartThread();

    /// <summary>Starts a program.</summary>
    /// <exception cref="ServiceException">It cannot be started; the message says why.</exception>
    internal static Task<LaunchedProcess> StartAsync(LaunchRequest request)
    {
        var done = new TaskCompletionSource<LaunchedProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        Queue.Add((request, done));
        return done.Task;
    }

    /// <summary>Full path of a program by the search path; null when there is none.</summary>
    internal static string? FindProgram(string name, string? searchPath)
    {
        foreach (var directory in (searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':'))
        {
            var path = Path.Combine(directory, name);
            if (IsExecutable(path))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Whether a file is there and marked executable.</summary>
    internal static bool IsExecutable(string path) =>
        File.Exists(path) && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    private static BlockingCollection<(LaunchRequest, TaskCompletionSource<LaunchedProcess>)> StartThread()
    {
        var queue = new BlockingCollection<(LaunchRequest Request, TaskCompletionSource<LaunchedProcess> Done)>();
        var thread = new Thread(() =>
        {
            foreach (var (request, done) in queue.GetConsumingEnumerable())
            {
                Launch(request, done);
            }
        })
        {
            IsBackground = true,
            Name = "launcher",
        };
        thread.Start();
        return queue;
    }

    private static void Launch(LaunchRequest request, TaskCompletionSource<LaunchedProcess> done)
    {
        try
        {
            done.SetResult(new LaunchedProcess(Prepare(request), request));
        }
        catch (Exception e)
        {
            // Out of processes, memory or permission: the caller decides what it means.
            done.SetException(new ServiceException($"cannot start {request.File}: {e.Message}"));
        }
    }

    private static ProcessStartInfo Prepare(LaunchRequest request)
    {
        List<string> line = [];
        if (Setsid is not null)
        {
            line.Add(Setsid);
        }

        if (Setpriv is not null)
        {
            line.AddRange([Setpriv, "--pdeathsig", "KILL", "--"]);
        }

        line.Add(request.File);
        line.AddRange(request.Arguments);
        var info = new ProcessStartInfo(line[0], line.Skip(1))
        {
            UseShellExecute = false,
            WorkingDirectory = request.WorkingDirectory,
            RedirectStandardInput = request.Captured,
            RedirectStandardOutput = request.Captured,
            RedirectStandardError = request.Captured,
        };
        foreach (var (name, value) in request.Environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }
}
