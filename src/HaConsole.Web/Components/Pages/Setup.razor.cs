using HaConsole.Web.Authentication;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>First run: the one-time token makes the first admin. Works without script; afterwards the steps are live pages.</summary>
public sealed partial class Setup
{
    private string? Problem { get; set; }

    [SupplyParameterFromForm]
    private SetupInput? Input { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Setup> T { get; set; } = null!;

    [Inject]
    private SetupToken Token { get; set; } = null!;

    [Inject]
    private SetupOperations Operations { get; set; } = null!;

    [Inject]
    private SignIn SignIn { get; set; } = null!;

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Input ??= new() { Name = "admin" };
        if (!Token.IsWanted && HttpMethods.IsGet(Http.Request.Method))
        {
            // The account is there: go on where the setup was left, after the sign-in.
            Http.Response.Redirect(Http.Request.PathBase + "/setup/server");
        }
    }

    private async Task SubmitAsync()
    {
        var (name, password) = ((Input!.Name ?? "").Trim(), Input.Password ?? "");
        if (password != (Input.Again ?? ""))
        {
            Problem = T["different"];
            return;
        }

        var result = await Operations.MakeAdminAsync(Input.Token ?? "", name, password, SignIn.Address(Http));
        if (!result.Succeeded)
        {
            Problem = Spoken(result.Sentence);
            return;
        }

        await SignIn.InAsync(Http, name, password);
        Http.Response.Redirect(Http.Request.PathBase + "/setup/server");
    }

    /// <summary>What was typed.</summary>
    public sealed class SetupInput
    {
        /// <summary>One-time token.</summary>
        public string? Token { get; set; }

        /// <summary>Login of the first admin.</summary>
        public string? Name { get; set; }

        /// <summary>Password.</summary>
        public string? Password { get; set; }

        /// <summary>The same once more.</summary>
        public string? Again { get; set; }
    }
}
