using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Api;
using HaConsole.Web.Authentication;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>user add|list|role|reset-password|disable|enable|remove</c>.</summary>
internal static class UserVerbs
{
    private static readonly string[] Roles = ["viewer", "operator", "admin"];

    public static Command Create(CliContext context) => new("user", "people who may sign in, the same on both servers")
    {
        Add(context),
        List(context),
        Role(context),
        Reset(context),
        Switch(context, "disable", "no sign-in any more; open sessions end", true),
        Switch(context, "enable", "may sign in again", false),
        Remove(context),
    };

    private static Command Add(CliContext context)
    {
        var (name, role, stdin) = (NameArgument(), RoleOption(), StdinOption());
        var command = new Command("add", "adds a user; prints the password that is made, once") { name, role, stdin };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var body = new UserRequest { Name = parsed.GetValue(name)!, Role = RoleOf(parsed.GetValue(role)!), Password = await PasswordAsync(parsed.GetValue(stdin), cancellationToken).ConfigureAwait(false) };
            return await SendAsync(context, parsed, HttpMethod.Post, "users", Json(body, ApiJson.Default.UserRequest), "Password", cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static Command List(CliContext context)
    {
        var command = new Command("list", "prints all users");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var users = (await client.GetAsync("api/v1/users", cancellationToken).ConfigureAwait(false)).Read(ApiJson.Default.IReadOnlyListUserInfo);
            foreach (var user in users)
            {
                await context.Output.WriteLineAsync($"{user.Name}  {AccessNames.Of(user.Role)}{(user.Disabled ? "  disabled" : "")}").ConfigureAwait(false);
            }

            if (users.Count == 0)
            {
                await context.Output.WriteLineAsync("no users yet").ConfigureAwait(false);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Role(CliContext context)
    {
        var (name, role) = (NameArgument(), RoleOption());
        var command = new Command("role", "gives a user another role; open sessions end") { name, role };
        command.SetAction((parsed, cancellationToken) => SendAsync(
            context, parsed, HttpMethod.Put, Path(parsed.GetValue(name)!), Json(new UserChange { Role = RoleOf(parsed.GetValue(role)!) }, ApiJson.Default.UserChange), "", cancellationToken));
        return command;
    }

    private static Command Reset(CliContext context)
    {
        var (name, stdin) = (NameArgument(), StdinOption());
        var command = new Command("reset-password", "gives a user a new password and prints it once; lets him try again at once") { name, stdin };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var body = new PasswordRequest { Password = await PasswordAsync(parsed.GetValue(stdin), cancellationToken).ConfigureAwait(false) };
            return await SendAsync(context, parsed, HttpMethod.Post, Path(parsed.GetValue(name)!) + "/password", Json(body, ApiJson.Default.PasswordRequest), "Password", cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static Command Switch(CliContext context, string verb, string description, bool disabled)
    {
        var name = NameArgument();
        var command = new Command(verb, description) { name };
        command.SetAction((parsed, cancellationToken) => SendAsync(
            context, parsed, HttpMethod.Put, Path(parsed.GetValue(name)!), Json(new UserChange { Disabled = disabled }, ApiJson.Default.UserChange), "", cancellationToken));
        return command;
    }

    private static Command Remove(CliContext context)
    {
        var name = NameArgument();
        var command = new Command("remove", "removes a user; open sessions end") { name };
        command.SetAction((parsed, cancellationToken) => SendAsync(context, parsed, HttpMethod.Delete, Path(parsed.GetValue(name)!), null, "", cancellationToken));
        return command;
    }

    /// <summary>Sends a call and prints what came of it; a secret stands last, so that a script can take the last word.</summary>
    internal static async Task<int> SendAsync(CliContext context, ParseResult parsed, HttpMethod method, string path, string? body, string secretName, CancellationToken cancellationToken)
    {
        using var client = context.Connect(parsed);
        var answer = (await client.SendAsync(method, "api/v1/" + path, body, cancellationToken).ConfigureAwait(false)).Require();
        var result = answer.Read(ApiJson.Default.SecretResult);
        await context.Output.WriteLineAsync(result.Sentence).ConfigureAwait(false);
        if (result.Secret is { } secret)
        {
            await context.Output.WriteLineAsync($"{secretName} (shown only now): {secret}").ConfigureAwait(false);
        }

        return ExitCode.Done;
    }

    internal static string Json<T>(T body, JsonTypeInfo<T> type) => JsonSerializer.Serialize(body, type);

    private static string Path(string name) => "users/" + Uri.EscapeDataString(name);

    private static Argument<string> NameArgument() => new("NAME") { Description = "letters, digits, dots, underscores, hyphens, @" };

    private static Option<string> RoleOption()
    {
        var option = new Option<string>("--role") { Description = "viewer, operator or admin", HelpName = "ROLE", Required = true };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Roles.Contains(token.Value))
            {
                result.AddError($"--role: must be {string.Join(", ", Roles)}, not '{token.Value}'");
            }
        });
        return option;
    }

    private static Option<bool> StdinOption() => new("--password-stdin") { Description = "takes the password from the first line of standard input" };

    private static AccessRole RoleOf(string name) => name switch { "admin" => AccessRole.Admin, "operator" => AccessRole.Operator, _ => AccessRole.Viewer };

    private static async Task<string?> PasswordAsync(bool fromInput, CancellationToken cancellationToken)
        => fromInput ? await Console.In.ReadLineAsync(cancellationToken).ConfigureAwait(false) ?? throw new CliException(ExitCode.Usage, "--password-stdin: nothing on standard input") : null;
}
