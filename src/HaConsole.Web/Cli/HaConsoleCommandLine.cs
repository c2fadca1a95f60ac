using System.CommandLine;
using HaConsole.Web.Cli.Verbs;
using HaConsole.Web.Hosting;

namespace HaConsole.Web.Cli;

/// <summary>The command line: <c>haconsole VERB …</c>.</summary>
public static class HaConsoleCommandLine
{
    private static readonly string[] Informative = ["--help", "-h", "-?", "/?", "/h", "--version"];

    private static readonly (string Name, Func<CliContext, Command> Create)[] Verbs =
    [
        ("run", RunVerbs.Run),
        ("worker", RunVerbs.Worker),
        ("demo", RunVerbs.Demo),
        ("simulate", SimulateVerb.Create),
        ("status", StatusVerbs.Status),
        ("healthcheck", StatusVerbs.HealthCheck),
        ("pair", PairVerbs.Pair),
        ("certificate", PairVerbs.Certificate),
        ("certificates", CertificatesVerb.Create),
        ("files", FilesVerb.Create),
        ("notifications", NotificationsVerb.Create),
        ("loadbalancer", LoadBalancerVerb.Create),
        ("switch", SwitchVerb.Create),
        ("pause", ControlVerbs.Pause),
        ("resume", ControlVerbs.Resume),
        ("maintenance", ControlVerbs.Maintenance),
        ("hold", ControlVerbs.Hold),
        ("acknowledge", ControlVerbs.Acknowledge),
        ("events", EventVerbs.Create),
        ("service", ServiceVerbs.Service),
        ("check", ServiceVerbs.Check),
        ("drill", DrillVerbs.Create),
        ("settings", SettingsVerbs.Create),
        ("restart", ServiceVerbs.Restart),
        ("sync", SyncVerbs.Create),
        ("stop", StopVerb.Create),
        ("support-bundle", SupportVerb.Create),
        ("licence", LicenceVerb.Create),
        ("readiness", ReadinessVerb.Create),
        ("user", UserVerbs.Create),
        ("token", TokenVerbs.Create),
        ("setup-token", TokenVerbs.Setup),
    ];

    /// <summary>Runs a command line to its end; the result is the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, ProductParts parts, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(error);
        var (configuration, words) = Split(arguments);
        var context = new CliContext(parts, configuration, output, error);
        var root = Build(context, words[0]);
        try
        {
            CheckVerb(root, words);
            var parsed = root.Parse(words);
            if (parsed.Errors.Count > 0)
            {
                throw new CliException(ExitCode.Usage, string.Join("; ", parsed.Errors.Select(e => e.Message.ReplaceLineEndings(" ").Replace("\t", "", StringComparison.Ordinal))));
            }

            // Signals are not the parser's: "run" hands over first, the others may just end.
            var invocation = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
        }
        catch (CliException e)
        {
            return await FailAsync(error, e.Code, e.Message).ConfigureAwait(false);
        }
        catch (StartRefusedException e)
        {
            return await FailAsync(error, e.ExitCode, e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await FailAsync(error, ExitCode.Failure, e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Not foreseen: a script still gets its exit code and its one line; a server has logged the whole of it.
            return await FailAsync(error, ExitCode.Failure, $"{e.GetType().Name}: {e.Message}").ConfigureAwait(false);
        }
    }

    private static async Task<int> FailAsync(TextWriter error, int code, string message)
    {
        await error.WriteLineAsync("haconsole: " + message.ReplaceLineEndings(" ")).ConfigureAwait(false);
        return code;
    }

    /// <summary>With the verb that is asked for alone: a server that starts need not wait for the others to be made. With all when none is.</summary>
    private static RootCommand Build(CliContext context, string first)
    {
        var root = new RootCommand("HaConsole keeps a pair of application servers available. Without a verb: run.");
        foreach (var verb in Verbs.Where(v => v.Name == first || Verbs.All(other => other.Name != first)))
        {
            root.Subcommands.Add(verb.Create(context));
        }

        root.Options.Add(context.DataDirectoryOption);
        root.Options.Add(context.ConfigOption);
        return root;
    }

    private static void CheckVerb(RootCommand root, string[] words)
    {
        var first = words[0];
        if (!first.StartsWith('-') && root.Subcommands.All(c => c.Name != first))
        {
            var verbs = string.Join(", ", root.Subcommands.Where(c => !c.Hidden).Select(c => c.Name));
            throw new CliException(ExitCode.Usage, $"unknown verb '{first}': must be one of {verbs}");
        }
    }

    /// <summary>Takes the configuration arguments out and puts the default verb in.</summary>
    private static (List<string> Configuration, string[] Words) Split(IReadOnlyList<string> arguments)
    {
        var configuration = new List<string>();
        var words = new List<string>();

        // "settings set HotStandby:HeartbeatTimeout=5" is an argument of the verb, not configuration of this process.
        var bare = arguments.Count == 0 || arguments[0] is "run" or "worker" or "demo" || ConfigurationSources.IsArgument(arguments[0]) || arguments[0].StartsWith('-');
        foreach (var argument in arguments)
        {
            var taken = ConfigurationSources.IsArgument(argument) && (bare || argument.StartsWith("--", StringComparison.Ordinal));
            (taken ? configuration : words).Add(argument);
        }

        if (words.Count == 0 || (words[0].StartsWith('-') && !Informative.Contains(words[0]) && !FollowedByVerb(words)))
        {
            words.Insert(0, "run");
        }

        return (configuration, [.. words]);
    }

    /// <summary>Options of every verb may stand before it: <c>--data-directory DIR status</c>.</summary>
    private static bool FollowedByVerb(List<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (!words[i].StartsWith('-'))
            {
                return true;
            }

            // The option's value is the next word, unless it was given by "=".
            i += words[i].Contains('=', StringComparison.Ordinal) ? 0 : 1;
        }

        return false;
    }
}
