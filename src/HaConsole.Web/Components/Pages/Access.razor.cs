using System.Security.Claims;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Web.Authentication;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>Users, sessions, tokens, the own password. What changes somebody is asked once more, with the password when it was not given lately.</summary>
public sealed partial class Access
{
    private string? Message { get; set; }

    private bool Good { get; set; }

    private bool Busy { get; set; }

    private string? Secret { get; set; }

    private Func<Actor, Task<OperationResult>>? Waiting { get; set; }

    private string WaitingText { get; set; } = "";

    private string NewUser { get; set; } = "";

    private AccessRole NewRole { get; set; }

    private string NewToken { get; set; } = "";

    private TokenScope NewScope { get; set; }

    private int? NewDays { get; set; } = 90;

    private string OldPassword { get; set; } = "";

    private string OwnNew { get; set; } = "";

    private string OwnAgain { get; set; } = "";

    private Actor Actor { get; set; } = new("", Right.None, Origin.Console, "");

    private string? OwnSession { get; set; }

    private bool MayAdminister => Actor.Has(Right.Administer);

    private bool NeedsProof => OwnSession is not null && !Registry.IsFresh(OwnSession);

    private IEnumerable<UserDefinition> Users => Present().Users.Where(user => MayAdminister || IsSelf(user.Name)).OrderBy(user => user.Name, StringComparer.OrdinalIgnoreCase);

    private IReadOnlyList<TokenDefinition> Tokens => Present().Tokens;

    private IEnumerable<Session> Sessions => Registry.Sessions.Where(session => MayAdminister || IsSelf(session.User));

    [Inject]
    private IStringLocalizer<Access> T { get; set; } = null!;

    [Inject]
    private ConsoleEngine Engine { get; set; } = null!;

    [Inject]
    private SessionRegistry Registry { get; set; } = null!;

    [Inject]
    private TokenUse Use { get; set; } = null!;

    [Inject]
    private UserOperations UserCommands { get; set; } = null!;

    [Inject]
    private TokenOperations TokenCommands { get; set; } = null!;

    [Inject]
    private SignIn SignIn { get; set; } = null!;

    [Inject]
    private CurrentActor Current { get; set; } = null!;

    [Inject]
    private AuthenticationStateProvider Authentication { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        Actor = await Current.GetAsync();
        OwnSession = (await Authentication.GetAuthenticationStateAsync()).User.FindFirstValue(AccessNames.SessionClaim);
    }

    /// <inheritdoc/>
    protected override bool Matters(StatusSnapshot before, StatusSnapshot after) => RevisionOf(before) != RevisionOf(after);

    private static string? RevisionOf(StatusSnapshot snapshot) => snapshot?.Servers.FirstOrDefault(server => server.Local)?.SettingsRevision;

    private AccessConfiguration Present() => Engine.Engine.Configuration.Content.Access;

    private bool IsSelf(string name) => string.Equals(name, Actor.Name, StringComparison.OrdinalIgnoreCase);

    private DateTimeOffset? LastSeen(string name) => Registry.Sessions.Where(s => string.Equals(s.User, name, StringComparison.OrdinalIgnoreCase)).Select(s => (DateTimeOffset?)s.SeenAt).Max();

    private void AskAdd()
    {
        var (name, role) = (NewUser.Trim(), NewRole);
        Ask(T["ask.add", name, T["role." + role]], async actor =>
        {
            var result = await UserCommands.AddAsync(actor, name, role);
            (Secret, NewUser) = (result.Value?.Password, result.Succeeded ? "" : NewUser);
            return result;
        });
    }

    private void AskRole(string name, ChangeEventArgs change)
    {
        if (Enum.TryParse<AccessRole>(change.Value as string, out var role))
        {
            Ask(T["ask.role", name, T["role." + role]], actor => UserCommands.SetRoleAsync(actor, name, role));
        }
    }

    private void AskReset(string name) => Ask(T["ask.reset", name], async actor =>
    {
        var result = await UserCommands.ResetPasswordAsync(actor, name);
        Secret = result.Value?.Password;
        return result;
    });

    private void AskDisable(string name, bool disabled) => Ask(T[disabled ? "ask.disable" : "ask.enable", name], actor => UserCommands.SetDisabledAsync(actor, name, disabled));

    private void AskRemove(string name) => Ask(T["ask.remove", name], actor => UserCommands.RemoveAsync(actor, name));

    private void AskRevoke(string name) => Ask(T["ask.revoke", name], actor => TokenCommands.RevokeAsync(actor, name));

    private void AskToken()
    {
        var (name, scope, days) = (NewToken.Trim(), NewScope, NewDays);
        Ask(T["ask.token", name, T["scope." + scope]], async actor =>
        {
            var result = await TokenCommands.CreateAsync(actor, name, scope, days * 86400.0);
            (Secret, NewToken) = (result.Value?.Token, result.Succeeded ? "" : NewToken);
            return result;
        });
    }

    private void Ask(string text, Func<Actor, Task<OperationResult>> what) => (WaitingText, Waiting, Message, Secret) = (text, what, null, null);

    private void Cancel() => Waiting = null;

    private void ForgetSecret() => Secret = null;

    /// <summary>When the password has become too old since the question was shown, the next rendering asks for it.</summary>
    private async Task GoAsync()
    {
        if (Waiting is { } what && !NeedsProof)
        {
            Cancel();
            await DoAsync(what);
        }
    }

    private Task EndAsync(string id) => DoAsync(actor => UserCommands.EndSessionAsync(actor, id));

    private Task ChangeOwnAsync() => DoAsync(async actor =>
    {
        if (OwnNew != OwnAgain)
        {
            return OperationResult.Invalid(T["own.different"]);
        }

        if (!await SignIn.IsRightAsync(actor.Name, OldPassword, actor.Address))
        {
            return OperationResult.Invalid(T["proof.wrong"]);
        }

        var result = await UserCommands.ChangeOwnPasswordAsync(actor, OwnSession, OwnNew);
        if (result.Succeeded)
        {
            OldPassword = OwnNew = OwnAgain = "";
        }

        return result;
    });

    private async Task DoAsync(Func<Actor, Task<OperationResult>> what)
    {
        Busy = true;
        try
        {
            var result = await what(await Current.GetAsync());
            (Message, Good) = (Spoken(result.Sentence), result.Succeeded);
        }
        finally
        {
            Busy = false;
        }
    }
}
