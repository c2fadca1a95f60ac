using System.CommandLine;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>simulate</c>.</summary>
internal static class SimulateVerb
{
    public static Command Create(CliContext context)
    {
        var file = new Argument<string?>("FILE") { Description = "scenario file", Arity = ArgumentArity.ZeroOrOne };
        var format = Values.FormatOption();
        var seed = new Option<long?>("--seed") { Description = "seed of everything random", HelpName = "N" };
        var explore = Values.NumberOption("--explore", "runs N random fault schedules and checks the invariants", 1, int.MaxValue);
        var command = new Command("simulate", "runs a scenario through the real decision code, in virtual time") { file, format, seed, explore };
        command.Validators.Add(result =>
        {
            if (result.GetValue(file) is null == result.GetResult(explore) is null)
            {
                result.AddError("simulate: must be given a scenario FILE or --explore N, one of them");
            }
        });
        command.SetAction((parsed, cancellationToken) => context.Parts.Simulate is { } simulate
            ? simulate(
                new SimulationRun(parsed.GetValue(file), parsed.GetValue(format) == "json", parsed.GetValue(seed), parsed.GetValue(explore), context.Output, context.Error),
                cancellationToken)
            : throw new CliException(ExitCode.Failure, "simulate is not part of this build"));
        return command;
    }
}
