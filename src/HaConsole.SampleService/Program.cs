using System.Net.Sockets;
using System.Runtime.InteropServices;
using HaConsole.SampleService;

// A failover is only as fast as the service's own start: no host, no logger, no serializer here.
const int Failed = 1;
const int WrongUsage = 64;

var options = ServiceOptions.Parse(args, Environment.GetEnvironmentVariable, out var problem);
if (options is null)
{
    Console.Error.WriteLine(problem);
    return WrongUsage;
}

using var stop = new CancellationTokenSource();
using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var crash = options.CrashAfter > 0
    ? new Timer(_ => Environment.Exit(Failed), null, TimeSpan.FromSeconds(options.CrashAfter), Timeout.InfiniteTimeSpan)
    : null;

try
{
    if (options.StartDelay > 0)
    {
        await Task.Delay(TimeSpan.FromSeconds(options.StartDelay), stop.Token);
    }

    using var server = new HttpResponder(options);
    Console.Out.WriteLine($"listening on {server.EndPoint}, pid {Environment.ProcessId}");
    await server.RunAsync(stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
catch (SocketException e)
{
    Console.Error.WriteLine($"cannot listen on {options.Address}:{options.Port}: {e.SocketErrorCode}");
    return Failed;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    if (!options.IgnoreTerm)
    {
        stop.Cancel();
    }
}
