using HaConsole.Web;
using HaConsole.Web.Cli;
using HaConsole.Web.Hosting;

ThreadPoolReserve.Raise();
return await HaConsoleCommandLine.RunAsync(args, ProductParts.Create(), Console.Out, Console.Error, CancellationToken.None).ConfigureAwait(false);
