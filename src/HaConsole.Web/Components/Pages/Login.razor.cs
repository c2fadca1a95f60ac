using HaConsole.Engine.Status;
using HaConsole.Web.Authentication;
using HaConsole.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>Sign-in. Works without script, and while the database is down.</summary>
public sealed partial class Login
{
    private string? Problem { get; set; }

    private StatusSnapshot Snapshot => Live.Current;

    [SupplyParameterFromForm]
    private LoginInput? Input { get; set; }

    [SupplyParameterFromQuery(Name = "returnUrl")]
    private string? ReturnUrl { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Login> T { get; set; } = null!;

    [Inject]
    private SignIn SignIn { get; set; } = null!;

    [Inject]
    private SetupToken Setup { get; set; } = null!;

    [Inject]
    private LiveStatus Live { get; set; } = null!;

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Input ??= new();

        if (Setup.IsWanted && HttpMethods.IsGet(Http.Request.Method))
        {
            Http.Response.Redirect(Http.Request.PathBase + "/setup");
            return;
        }

        // Somebody who is signed in has nothing to do here.
        if (HttpMethods.IsGet(Http.Request.Method) && Http.User.Identity?.IsAuthenticated == true)
        {
            Http.Response.Redirect(Target());
        }
    }

    private async Task SubmitAsync()
    {
        var end = await SignIn.InAsync(Http, (Input!.Name ?? "").Trim(), Input.Password ?? "");
        if (end.Succeeded)
        {
            Http.Response.Redirect(Target());
            return;
        }

        Problem = end.Wait > TimeSpan.Zero ? T["wait", (int)Math.Ceiling(end.Wait.TotalSeconds)] : T["wrong"];
    }

    /// <summary>Where to go after it: only an address of this console.</summary>
    private string Target() => Http.Request.PathBase + LocalAddress.Of(ReturnUrl);

    /// <summary>What was typed.</summary>
    public sealed class LoginInput
    {
        /// <summary>Login.</summary>
        public string? Name { get; set; }

        /// <summary>Password.</summary>
        public string? Password { get; set; }
    }
}
