using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HaConsole.Web.Api;
using HaConsole.Web.Model.Sync;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>sync status|merge|dismiss|take</c>.</summary>
internal static class SyncVerbs
{
    public static Command Create(CliContext context) => new("sync", "configurations that differ between the two servers, and edits that lost against those of the other server")
    {
        Status(context),
        Merge(context),
        Dismiss(context),
        Take(context),
    };

    private static Command Status(CliContext context)
    {
        var format = Values.FormatOption();
        var command = new Command("status", "revisions, drift and conflicts; exit code 0 in sync, 2 when something differs or a conflict is open") { format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var (view, answer) = await LookAsync(client, cancellationToken).ConfigureAwait(false);
            await context.Output.WriteLineAsync(parsed.GetValue(format) == "json" ? answer.Body : string.Join(Environment.NewLine, SyncText.Lines(view))).ConfigureAwait(false);
            return view.InSync ? ExitCode.Done : ExitCode.Degraded;
        });
        return command;
    }

    private static Command Merge(CliContext context)
    {
        var id = new Argument<string>("ID") { Description = "conflict, as sync status names it" };
        var keys = new Argument<string[]>("KEY") { Description = "for example HotStandby:HoldHours; without: all that is open", Arity = ArgumentArity.ZeroOrMore };
        var dryRun = DryRun();
        var command = new Command("merge", "puts settings of a conflict in force on both servers") { id, keys, dryRun };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var (_, answer) = await LookAsync(client, cancellationToken).ConfigureAwait(false);
            var request = new SyncMergeRequest { Conflict = parsed.GetValue(id)!, Keys = parsed.GetValue(keys) ?? [], DryRun = parsed.GetValue(dryRun) };
            return await ChangeAsync(context, client, "merge", request, ApiJson.Default.SyncMergeRequest, answer.Tag, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static Command Dismiss(CliContext context)
    {
        var id = new Argument<string>("ID") { Description = "conflict, as sync status names it" };
        var reason = new Option<string>("--reason") { Description = "why the rest of it is not needed", HelpName = "TEXT", Required = true };
        var command = new Command("dismiss", "closes a conflict; it stays in the list with the reason") { id, reason };
        command.SetAction((parsed, cancellationToken) => ControlVerbs.OrderAsync(
            context,
            parsed,
            "sync/dismiss",
            new SyncDismissRequest { Conflict = parsed.GetValue(id)!, Reason = parsed.GetValue(reason)! },
            ApiJson.Default.SyncDismissRequest,
            cancellationToken));
        return command;
    }

    private static Command Take(CliContext context)
    {
        var side = new Argument<string>("this|other") { Description = "whose configuration both servers shall have" };
        side.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("this" or "other") } token])
            {
                result.AddError($"sync take: must be this or other, not '{token.Value}'");
            }
        });
        var dryRun = DryRun();
        var command = new Command("take", "puts the configuration of one server in force on both") { side, dryRun };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var (view, answer) = await LookAsync(client, cancellationToken).ConfigureAwait(false);
            var request = new SyncTakeRequest { Server = parsed.GetValue(side) == "this" ? view.Server : 3 - view.Server, DryRun = parsed.GetValue(dryRun) };
            return await ChangeAsync(context, client, "take", request, ApiJson.Default.SyncTakeRequest, answer.Tag, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static Option<bool> DryRun() => new("--dry-run") { Description = "only says what would change" };

    private static async Task<(SyncView View, Answer Answer)> LookAsync(ControlClient client, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync("api/v1/sync", cancellationToken).ConfigureAwait(false);
        return (JsonSerializer.Deserialize(answer.Body, SyncJson.Default.SyncView)!, answer);
    }

    private static async Task<int> ChangeAsync<T>(CliContext context, ControlClient client, string path, T request, JsonTypeInfo<T> type, string? tag, CancellationToken cancellationToken)
    {
        var answer = (await client.SendAsync(HttpMethod.Post, "api/v1/sync/" + path, JsonSerializer.Serialize(request, type), cancellationToken, tag).ConfigureAwait(false)).Require();
        foreach (var line in SyncText.Lines(answer.Read(ApiJson.Default.SyncChange)))
        {
            await context.Output.WriteLineAsync(line).ConfigureAwait(false);
        }

        return ExitCode.Done;
    }
}
