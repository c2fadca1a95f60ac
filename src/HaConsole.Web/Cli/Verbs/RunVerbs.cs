using System.CommandLine;
using System.Runtime.InteropServices;
using HaConsole.Engine.Services;
using HaConsole.Web.Hosting;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>run</c>, <c>worker</c>, <c>demo</c>.</summary>
internal static class RunVerbs
{
    private const int EndedBySigTerm = 128 + 15;

    public static Command Run(CliContext context)
    {
        var command = new Command("run", "starts this server (default); takes configuration as --Section:Key=value, for example --Node:HttpPort=8081");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = context.Configuration(parsed);
            if (context.Parts.Supervise is not { } supervise)
            {
                return await ServeAsync(context, configuration, cancellationToken).ConfigureAwait(false);
            }

            var code = await supervise(Supervised(context, parsed, configuration), cancellationToken).ConfigureAwait(false);

            // A stop may meet a worker that cannot hear signals yet: nothing had begun, so that is an end in order, too.
            return code == EndedBySigTerm ? ExitCode.Done : code;
        });
        return command;
    }

    public static Command Worker(CliContext context)
    {
        var command = new Command("worker", "what run's supervisor starts") { Hidden = true };
        command.SetAction((parsed, cancellationToken) => ServeAsync(context, context.Configuration(parsed), cancellationToken));
        return command;
    }

    public static Command Demo(CliContext context)
    {
        var command = new Command("demo", "a complete pair on 127.0.0.11 and 127.0.0.12 with a sample service; Ctrl-C stops and cleans up");
        command.SetAction((parsed, cancellationToken) => context.Parts.Demo is { } demo
            ? demo(new DemoRun(context.Configuration(parsed), context.ConfigurationArguments, context.Output, context.Error), cancellationToken)
            : throw new CliException(ExitCode.Failure, "demo is not part of this build"));
        return command;
    }

    private static SupervisedRun Supervised(CliContext context, ParseResult parsed, IConfiguration configuration)
    {
        var arguments = new List<string> { "worker" };
        arguments.AddRange(context.ConfigurationArguments);
        if (parsed.GetValue(context.ConfigOption) is { } file)
        {
            arguments.AddRange(["--config", Path.GetFullPath(file)]);
        }

        var directory = Path.GetFullPath(ConfigurationSources.DataDirectory(configuration));
        arguments.AddRange(["--data-directory", directory]);
        return new SupervisedRun(arguments, directory, context.Error);
    }

    private static async Task<int> ServeAsync(CliContext context, IConfiguration configuration, CancellationToken cancellationToken)
    {
        // Signals are heard from the first moment on: one that arrives during the start ends it in order, too.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(stop, signal));
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(stop, signal));
        var notice = ReadinessNotice.Take();
        using var told = stop.Token.Register(() => ReadinessNotice.Send(notice, ReadinessNotice.Stopping));
        try
        {
            await using var host = await HaConsoleHost.StartAsync(configuration, context.Parts.Engine, stop.Token).ConfigureAwait(false);
            ReadinessNotice.Send(notice, ReadinessNotice.Ready);
            await context.Output.WriteLineAsync($"HaConsole serves on {string.Join(" and ", host.Addresses)}").ConfigureAwait(false);
            if (host.NewSetupToken() is { } token)
            {
                await context.Output.WriteLineAsync($"Nobody can sign in yet. Set up at {host.Addresses[0]}/setup with the one-time token {token} (valid for 1 h; a fresh one: haconsole setup-token)").ConfigureAwait(false);
            }

            await host.ServeAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before it served: nothing to hand over.
        }

        return ExitCode.Done;
    }

    private static void Stop(CancellationTokenSource stop, PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.Cancel();
    }
}
