using System.CommandLine;
using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Api;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>token create|list|revoke</c>, <c>setup-token</c>.</summary>
internal static class TokenVerbs
{
    private static readonly string[] Scopes = ["read", "operate", "admin"];

    public static Command Create(CliContext context) => new("token", "tokens of programs that use the API, the same on both servers")
    {
        Make(context),
        List(context),
        Revoke(context),
    };

    /// <summary><c>setup-token</c>.</summary>
    public static Command Setup(CliContext context)
    {
        var command = new Command("setup-token", "prints a fresh one-time token for the first sign-in at /setup");
        command.SetAction((parsed, cancellationToken) => UserVerbs.SendAsync(context, parsed, HttpMethod.Post, "setup-token", "{}", "Setup token", cancellationToken));
        return command;
    }

    private static Command Make(CliContext context)
    {
        var name = NameArgument();
        var scope = new Option<string>("--scope") { Description = "read (default), operate or admin", HelpName = "SCOPE", DefaultValueFactory = _ => "read" };
        scope.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Scopes.Contains(token.Value))
            {
                result.AddError($"--scope: must be {string.Join(", ", Scopes)}, not '{token.Value}'");
            }
        });
        var expires = Values.DurationOption("--expires", "ends by itself after that time");
        var command = new Command("create", "makes a token and prints it, once") { name, scope, expires };
        command.SetAction((parsed, cancellationToken) =>
        {
            var body = new TokenRequest { Name = parsed.GetValue(name)!, Scope = ScopeOf(parsed.GetValue(scope)!), Expires = parsed.GetValue(expires) };
            return UserVerbs.SendAsync(context, parsed, HttpMethod.Post, "tokens", UserVerbs.Json(body, ApiJson.Default.TokenRequest), "Token", cancellationToken);
        });
        return command;
    }

    private static Command List(CliContext context)
    {
        var command = new Command("list", "prints all tokens, without their secrets");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var tokens = (await client.GetAsync("api/v1/tokens", cancellationToken).ConfigureAwait(false)).Read(ApiJson.Default.IReadOnlyListTokenInfo);
            foreach (var token in tokens)
            {
                await context.Output.WriteLineAsync($"{token.Name}  {TokenOperations.ScopeName(token.Scope)}  {Ends(token)}").ConfigureAwait(false);
            }

            if (tokens.Count == 0)
            {
                await context.Output.WriteLineAsync("no tokens").ConfigureAwait(false);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Revoke(CliContext context)
    {
        var name = NameArgument();
        var command = new Command("revoke", "ends a token for good") { name };
        command.SetAction((parsed, cancellationToken) => UserVerbs.SendAsync(context, parsed, HttpMethod.Delete, "tokens/" + Uri.EscapeDataString(parsed.GetValue(name)!), null, "", cancellationToken));
        return command;
    }

    private static Argument<string> NameArgument() => new("NAME") { Description = "letters, digits, dots, underscores, hyphens" };

    private static TokenScope ScopeOf(string name) => name switch { "admin" => TokenScope.Admin, "operate" => TokenScope.Operate, _ => TokenScope.Read };

    private static string Ends(TokenInfo token) => token.ExpiresAt is { } end ? string.Create(CultureInfo.InvariantCulture, $"until {end:yyyy-MM-dd HH:mm:ss} UTC") : "no end";
}
