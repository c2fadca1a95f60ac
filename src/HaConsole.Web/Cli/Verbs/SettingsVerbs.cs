using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Api;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>settings get|set|export|import|validate</c>.</summary>
internal static class SettingsVerbs
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create(CliContext context) => new("settings", "hot standby parameters and the rest of the replicated configuration")
    {
        Get(context),
        Set(context),
        Export(context),
        Import(context),
        Validate(context),
    };

    private static Command Get(CliContext context)
    {
        var keys = new Argument<string[]>("KEY") { Description = "for example HotStandby:HeartbeatTimeout or Services:0; without: all", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("get", "prints KEY=VALUE lines") { keys };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var document = await FetchAsync(client, cancellationToken).ConfigureAwait(false);
            var wanted = parsed.GetValue(keys) ?? [];
            foreach (var (path, value) in wanted.Length == 0 ? SettingsTree.Flatten(document.Node, "") : wanted.SelectMany(k => SettingsTree.Find(document.Node, k)))
            {
                await context.Output.WriteLineAsync($"{path}={value}").ConfigureAwait(false);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Set(CliContext context)
    {
        var changes = new Argument<string[]>("KEY=VALUE") { Description = "for example HotStandby:HeartbeatTimeout=5", Arity = ArgumentArity.OneOrMore };
        changes.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => t.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            {
                result.AddError($"settings set: must be KEY=VALUE, not '{token.Value}'");
            }
        });
        var command = new Command("set", "changes values on both servers") { changes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var document = await FetchAsync(client, cancellationToken).ConfigureAwait(false);
            foreach (var change in parsed.GetValue(changes)!)
            {
                var equals = change.IndexOf('=', StringComparison.Ordinal);
                SettingsTree.Set(document.Node, change[..equals], change[(equals + 1)..]);
            }

            return await SaveAsync(context, client, document.Node.ToJsonString(), document.Tag, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static Command Export(CliContext context)
    {
        var file = new Argument<string?>("FILE") { Description = "default: standard output", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("export", "writes the configuration as JSON") { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var text = (await FetchAsync(client, cancellationToken).ConfigureAwait(false)).Node.ToJsonString(Indented);
            if (parsed.GetValue(file) is { } path)
            {
                await File.WriteAllTextAsync(path, text + "\n", cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await context.Output.WriteLineAsync(text).ConfigureAwait(false);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Import(CliContext context)
    {
        var file = new Argument<string>("FILE") { Description = "written by settings export" };
        var command = new Command("import", "replaces the configuration on both servers") { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (content, _) = await ReadAsync(parsed.GetValue(file)!, cancellationToken).ConfigureAwait(false);
            using var client = context.Connect(parsed);
            var document = await FetchAsync(client, cancellationToken).ConfigureAwait(false);
            return await SaveAsync(context, client, Body(content), document.Tag, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static Command Validate(CliContext context)
    {
        var file = new Argument<string>("FILE") { Description = "written by settings export" };
        var command = new Command("validate", "checks a file; needs no running server") { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            var (_, problems) = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
            foreach (var warning in problems)
            {
                await context.Output.WriteLineAsync($"warning: {warning.Sentence}").ConfigureAwait(false);
            }

            await context.Output.WriteLineAsync($"{path} is valid").ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>What the file holds, and warnings; an error in it is a <see cref="CliException"/>.</summary>
    private static async Task<(PairConfiguration Content, IReadOnlyList<ConfigurationProblem> Warnings)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var read = SettingsText.Import(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false));
        return read.Content is { } content
            ? (content, read.Problems)
            : throw new CliException(ExitCode.Invalid, $"{path}: {string.Join("; ", read.Problems.Where(p => !p.IsWarning).Select(p => p.Sentence))}");
    }

    /// <summary>What a file can hold: users, tokens and mutes stay as they are.</summary>
    private static string Body(PairConfiguration content)
    {
        var node = JsonSerializer.SerializeToNode(content, ApiJson.Default.PairConfiguration)!.AsObject();
        node.Remove("access");
        node.Remove("mutes");
        return node.ToJsonString();
    }

    private static async Task<(JsonObject Node, string Tag)> FetchAsync(ControlClient client, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync("api/v1/configuration", cancellationToken).ConfigureAwait(false);
        return (JsonNode.Parse(answer.Body)!.AsObject(), answer.Tag ?? "");
    }

    private static async Task<int> SaveAsync(CliContext context, ControlClient client, string json, string tag, CancellationToken cancellationToken)
    {
        var answer = (await client.SendAsync(HttpMethod.Put, "api/v1/configuration", json, cancellationToken, tag).ConfigureAwait(false)).Require();
        var saved = answer.Read(ApiJson.Default.SavedResult);
        foreach (var (key, sentences) in saved.Warnings)
        {
            await context.Output.WriteLineAsync($"warning: {key}: {string.Join(", ", sentences)}").ConfigureAwait(false);
        }

        var where = saved.OnPeer switch { true => "on both servers", false => "here; the other server gets it when it can be reached", null => "on this server" };
        await context.Output.WriteLineAsync($"revision {saved.Revision} is in force {where}").ConfigureAwait(false);
        return ExitCode.Done;
    }
}
