using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Services;
using HaConsole.Failover;

// A real supervisor and a stand-in for the worker. The directory given says what the worker does:
//   services.json  its services       active     it starts them       no-renew   it does not renew the lease
//   exit-with      it exits with the code written there               hold       it stops the service named there by hand
// Exit code of an orderly stop: 7.
var directory = args[1];
if (args[0] == "supervise")
{
    return SupervisorProcess.Run(SupervisorOptions.ForThisProgram(directory, ["worker", directory, .. args[2..]]));
}

var lease = TimeSpan.FromMilliseconds(double.Parse(args[2], CultureInfo.InvariantCulture));
var stop = new ManualResetEventSlim();
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    stop.Set();
});
await using var host = ServiceHosts.Create(new ServiceSetOptions { DataDirectory = directory, Server = 2 });
Say($"worker {Environment.ProcessId} {host.GetType().Name}");
Tell(host.Current);
host.Changed += Tell;
host.Configure(JsonSerializer.Deserialize<List<ServiceDefinition>>(File.ReadAllText(Path.Combine(directory, "services.json")))!);
if (File.Exists(Path.Combine(directory, "active")))
{
    host.Renew(lease);
    host.Start(new Epoch(5));
}

while (!stop.Wait(10))
{
    if (!File.Exists(Path.Combine(directory, "no-renew")))
    {
        host.Renew(lease);
    }

    var hold = Path.Combine(directory, "hold");
    if (File.Exists(hold))
    {
        var name = File.ReadAllText(hold);
        File.Delete(hold);
        host.Command(name, HaConsole.Engine.ServiceCommand.Stop, "anna");
    }

    var exit = Path.Combine(directory, "exit-with");
    if (File.Exists(exit))
    {
        var code = int.Parse(File.ReadAllText(exit), CultureInfo.InvariantCulture);
        File.Delete(exit);
        return code;
    }
}

host.Stop(new Epoch(5));
SpinWait.SpinUntil(() => host.Current.State == ServicesState.Stopped, TimeSpan.FromSeconds(20));
return 7;

static void Tell(ServicesReport report)
{
    Say($"guard stopped={report.Guard.SupervisorStopped} {string.Join(' ', report.Guard.Notes.Select(note => note.Kind))}");
    Say($"report {report.State} {string.Join(' ', report.Services.Select(service => $"{service.Name}={service.State}/{service.ProcessId}/{service.Detail.Replace(' ', '_')}"))}");
}

static void Say(string line) => Console.WriteLine(line);
