using System.Diagnostics;
using System.Runtime.InteropServices;

namespace HaConsole.Web.Demo;

/// <summary>The verb <c>demo</c>: a complete pair on this machine, with a managed service and, when HAProxy is installed, a load balancer.</summary>
public static class DemoCommand
{
    private const int Done = 0;
    private const int Failed = 1;

    /// <summary>Runs the demo in its usual directory until it is cancelled or gets SIGINT, SIGTERM or SIGHUP; the exit code of the verb.</summary>
    public static Task<int> RunAsync(TextWriter output, TextWriter error, CancellationToken cancel)
        => RunAsync(DemoLayout.DefaultDirectory, output, error, cancel);

    /// <summary>Runs the demo in <paramref name="directory"/> until it is cancelled or gets one of these signals; the exit code of the verb.</summary>
    public static async Task<int> RunAsync(string directory, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux())
        {
            await error.WriteLineAsync("demo: it needs Linux, where all of 127.0.0.0/8 is local");
            return Failed;
        }

        var layout = DemoLayout.In(directory);
        output = TextWriter.Synchronized(output);
        var problem = !File.Exists(DemoProgram.SampleService) ? $"{DemoProgram.SampleService} is missing: build the whole program"
            : DemoLeftovers.CleanUp(layout, output) ?? DemoLayout.FirstProblem(DemoProgram.Haproxy is not null);
        if (problem is not null)
        {
            await error.WriteLineAsync("demo: " + problem);
            return Failed;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var signals = ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]).Select(x => PosixSignalRegistration.Create(x, End)).ToList();
        using var pair = new DemoPair(layout, TimeProvider.System);
        try
        {
            pair.Start();
            if (await pair.WaitUntilActiveAsync(ended.Token) is { } late)
            {
                await error.WriteLineAsync("demo: " + late);
                return Failed;
            }

            await output.WriteLineAsync(DemoText.Welcome(layout, pair, await DemoAdmin.CreateAsync(layout, ended.Token)));
            await pair.WatchAsync(output, ended.Token);
            return Done;
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return Done;
        }
        finally
        {
            await output.WriteLineAsync("stopping both servers");
            var begin = Stopwatch.GetTimestamp();
            await pair.StopAsync();
            await output.WriteLineAsync($"stopped after {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s, {layout.Directory} removed");
            signals.ForEach(x => x.Dispose());
        }

        void End(PosixSignalContext signal)
        {
            // The rest of a stop in order is ours, not the runtime's.
            signal.Cancel = true;
            ended.Cancel();
        }
    }
}
