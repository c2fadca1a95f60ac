using System.CommandLine;
using System.Globalization;
using HaConsole.Web.Api;
using HaConsole.Web.Model.Balancers;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>loadbalancer KIND|status|probe|import</c>.</summary>
internal static class LoadBalancerVerb
{
    public static Command Create(CliContext context)
    {
        var command = new Command("loadbalancer", "prints a ready configuration for the current parameters, and compares the load balancer with the pair");
        foreach (var kind in BalancerRecipes.Kinds)
        {
            command.Subcommands.Add(Recipe(context, kind));
        }

        command.Subcommands.Add(Status(context));
        command.Subcommands.Add(Probe(context));
        command.Subcommands.Add(Import(context));
        return command;
    }

    private static Command Recipe(CliContext context, RecipeKind kind)
    {
        var mode = new Option<string?>("--mode") { Description = "what is asked: none, ipsws or ft (default: what suits the pair)", HelpName = "MODE" };
        var server = new Option<int>("--server") { Description = "server for which it is, where they differ", DefaultValueFactory = _ => 1, HelpName = "1|2" };
        var card = new Option<string?>("--interface") { Description = "network interface, where one is named", HelpName = "NAME" };
        var command = new Command(kind.Kind, $"configuration of {kind.Title}") { mode, server, card };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var query = string.Create(CultureInfo.InvariantCulture, $"?server={parsed.GetValue(server)}&mode={Uri.EscapeDataString(parsed.GetValue(mode) ?? "")}&interface={Uri.EscapeDataString(parsed.GetValue(card) ?? "")}");
            var answer = (await client.GetAsync($"api/v1/load-balancer/recipes/{kind.Kind}{query}", cancellationToken).ConfigureAwait(false)).Require();
            await context.Output.WriteAsync(answer.Read(ApiJson.Default.LoadBalancerRecipe).Text).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Status(CliContext context)
    {
        var format = Values.FormatOption();
        var command = new Command("status", "what it sees, how it was told, and every difference with what it costs; exit code 2 when something should be changed") { format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var answer = (await client.GetAsync("api/v1/load-balancer", cancellationToken).ConfigureAwait(false)).Require();
            var view = answer.Read(ApiJson.Default.LoadBalancerView);
            await context.Output.WriteLineAsync(parsed.GetValue(format) == "json" ? answer.Body : string.Join(Environment.NewLine, LoadBalancerText.Lines(view))).ConfigureAwait(false);
            return view.Findings.Any(f => f.Warning) || view.State.Told.Any(t => t.Reached == false) ? ExitCode.Degraded : ExitCode.Done;
        });
        return command;
    }

    private static Command Probe(CliContext context)
    {
        var command = new Command("probe", "asks both servers and the VIP once, as the load balancer does");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var answer = (await client.PostAsync("api/v1/load-balancer/probe", new LoadBalancerProbeRequest(), ApiJson.Default.LoadBalancerProbeRequest, cancellationToken).ConfigureAwait(false)).Require();
            await context.Output.WriteLineAsync(string.Join(Environment.NewLine, answer.Read(ApiJson.Default.IReadOnlyListBalancerSeen).Select(LoadBalancerText.Seen))).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Import(CliContext context)
    {
        var file = new Argument<string>("FILE") { Description = "a haproxy.cfg" };
        var backend = new Option<string?>("--backend") { Description = "backend to read (default: the one that holds both servers)", HelpName = "NAME" };
        var command = new Command("import", "reads a haproxy.cfg and prints the settings that say the same, and what comes of them; nothing is saved") { file, backend };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string text;
            try
            {
                text = await File.ReadAllTextAsync(parsed.GetValue(file)!, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CliException(ExitCode.Failure, e.Message);
            }

            using var client = context.Connect(parsed);
            var request = new LoadBalancerImportRequest { Text = text, Backend = parsed.GetValue(backend) ?? "" };
            var answer = (await client.PostAsync("api/v1/load-balancer/import", request, ApiJson.Default.LoadBalancerImportRequest, cancellationToken).ConfigureAwait(false)).Require();
            await context.Output.WriteLineAsync(string.Join(Environment.NewLine, LoadBalancerText.Lines(answer.Read(ApiJson.Default.LoadBalancerImport)))).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }
}
