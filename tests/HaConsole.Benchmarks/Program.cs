using System.Globalization;
using BenchmarkDotNet.Running;
using HaConsole.Benchmarks;

switch (args.FirstOrDefault())
{
    case "simulation":
        SimulationSpeed.Run(Console.Out);
        return 0;
    case "step":
        BenchmarkRunner.Run<StepBenchmark>(args: args[1..]);
        return 0;
    case "kestrel" when args.Length == 2:
        await BareKestrel.RunAsync(args[1]);
        return 0;
    case "storage" when args.Length is 2 or 3:
        await StorageSpeed.RunAsync(int.Parse(args[1], CultureInfo.InvariantCulture), args.ElementAtOrDefault(2), Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("usage: simulation | storage EVENTS [FOLDER] | step [BenchmarkDotNet options] | kestrel http://ADDRESS:PORT");
        return 64;
}
