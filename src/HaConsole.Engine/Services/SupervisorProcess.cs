using System.Globalization;
using System.Runtime.InteropServices;

namespace HaConsole.Engine.Services;

/// <summary>
/// The process that the operator starts. It does little so that it cannot fail: it keeps the worker (engine and console) running
/// and owns the managed services, which therefore outlive the worker but never this process.
/// </summary>
public static class SupervisorProcess
{
    /// <summary>Exit code by which the worker asks to be started again at once; its services go on.</summary>
    public const int RestartExitCode = 75;

    private static readonly TimeSpan QuickDeath = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs until the worker ends for good or a signal ends both.</summary>
    /// <returns>The worker's exit code; 1 when the data directory is in use or the worker cannot be started.</returns>
    public static int Run(SupervisorOptions options)
    {
        // Everything here reacts to events; a pool that first has to grow would delay a stop by half a second.
        ThreadPool.GetMinThreads(out _, out var completion);
        ThreadPool.SetMinThreads(16, completion);
        try
        {
            return RunAsync(options).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ServiceException)
        {
            Complain(e.Message);
            return 1;
        }
    }

    private static async Task<int> RunAsync(SupervisorOptions options)
    {
        // Signals before anything else: a stop that comes early is a stop all the same.
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, OnSignal);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        MemoryPressure.ProtectThis();
        var notice = ReadinessNotice.Take();
        await using var server = new SupervisorServer(options);
        var request = WorkerRequest(options, server.Address, notice);
        for (var quickDeaths = 0; ;)
        {
            var started = options.Time.GetTimestamp();
            server.NewWorker();
            var worker = await ProcessLauncher.StartAsync(request);
            server.Open();
            var code = await AwaitWorkerAsync(worker, stopping.Task, server, options);
            if (stopping.Task.IsCompleted || IsFinal(code, server.EngineSeen))
            {
                return code;
            }

            quickDeaths = options.Time.GetElapsedTime(started) < QuickDeath ? quickDeaths + 1 : 0;
            var pause = quickDeaths <= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(Math.Pow(2, quickDeaths - 2), 30));
            if (code != RestartExitCode)
            {
                server.Note("worker-died", string.Create(CultureInfo.InvariantCulture, $"The engine's process {worker.Id} {worker.Ending}; the supervisor started another one."));
            }

            Complain(code == RestartExitCode ? "the worker is started again, as it asks" : string.Create(CultureInfo.InvariantCulture, $"the worker {worker.Ending}; it is started again{(pause > TimeSpan.Zero ? $" in {pause.TotalSeconds} s" : "")}"));
            if (await Task.WhenAny(Task.Delay(pause, options.Time), stopping.Task) == stopping.Task)
            {
                return 0;
            }
        }

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.TrySetResult();
        }
    }

    // 0: it ended on purpose. 64, 65: what it was told to do is wrong and will be wrong again. And a program that fails by itself
    // before its engine ever ran would only repeat its message.
    private static bool IsFinal(int code, bool engineSeen) => code is 0 or 64 or 65 || (code is > 0 and < 128 and not RestartExitCode && !engineSeen);

    private static async Task<int> AwaitWorkerAsync(LaunchedProcess worker, Task stopping, SupervisorServer server, SupervisorOptions options)
    {
        if (await EndsOrHangsAsync(worker, stopping, server, options) == stopping)
        {
            // Only the worker itself: what it started is its own business while it stops in order. One that was
            // halted must be woken to hear of it.
            ProcessCalls.Signal(worker.Id, ProcessCalls.SigTerm);
            ProcessCalls.Signal(worker.Id, ProcessCalls.SigContinue);
            try
            {
                await worker.Exited.WaitAsync(options.WorkerStopTimeout, options.Time);
            }
            catch (TimeoutException)
            {
                Complain(string.Create(CultureInfo.InvariantCulture, $"the worker did not end within {options.WorkerStopTimeout.TotalSeconds} s and is killed"));
            }
        }

        // Also on its own end: what is left of its group must not meet its successor.
        ProcessCalls.SignalGroup(worker.Id, ProcessCalls.SigKill);
        return await worker.Exited;
    }

    // A worker that shows no sign of life keeps nothing any more, but it keeps a healthy one from running.
    private static async Task<Task> EndsOrHangsAsync(LaunchedProcess worker, Task stopping, SupervisorServer server, SupervisorOptions options)
    {
        while (true)
        {
            using var over = new CancellationTokenSource();
            var left = server.UntilHung() ?? LookInterval;
            var look = Task.Delay(left > LookInterval ? LookInterval : left > ShortestLook ? left : ShortestLook, options.Time, over.Token);
            var first = await Task.WhenAny(worker.Exited, stopping, look);
            await over.CancelAsync();
            if (first != look)
            {
                return first;
            }

            if (server.UntilHung() <= TimeSpan.Zero)
            {
                const string Hangs = "gave no sign of life for too long and was killed";
                Complain($"the worker {Hangs}");
                server.Note("worker-hung", string.Create(CultureInfo.InvariantCulture, $"The engine's process {worker.Id} {Hangs} by the supervisor."));
                ProcessCalls.Signal(worker.Id, ProcessCalls.SigKill);
                return worker.Exited;
            }
        }
    }

    private static LaunchRequest WorkerRequest(SupervisorOptions options, string address, string? notice)
    {
        var file = options.WorkerFile.Contains('/') ? options.WorkerFile : ProcessLauncher.FindProgram(options.WorkerFile, null);
        var environment = options.Environment.ToDictionary(pair => pair.Key, string? (pair) => pair.Value);
        environment[SupervisorLink.Variable] = address;
        environment[ReadinessNotice.Variable] = notice;
        return new LaunchRequest(
            file ?? throw new ServiceException($"program {options.WorkerFile} not found"),
            options.WorkerArguments,
            Environment.CurrentDirectory,
            environment,
            Output: null,
            Captured: false)
        {
            Sacrifice = MemoryPressure.WorkerFirst,
        };
    }

    private static void Complain(string message)
    {
        try
        {
            Console.Error.WriteLine($"haconsole: {message}");
        }
        catch (IOException)
        {
            // Nobody reads it any more; that is no reason to end.
        }
    }
}
