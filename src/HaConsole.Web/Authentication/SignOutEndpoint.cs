using Microsoft.AspNetCore.Antiforgery;

namespace HaConsole.Web.Authentication;

/// <summary><c>POST /logout</c>.</summary>
public static class SignOutEndpoint
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/logout", async (HttpContext context, SignIn signIn, IAntiforgery antiforgery) =>
        {
            if (!await antiforgery.IsRequestValidAsync(context).ConfigureAwait(false))
            {
                return Results.BadRequest("The form is too old: load the page again.");
            }

            await signIn.OutAsync(context).ConfigureAwait(false);
            return Results.Redirect("~/login");
        }).RequireRateLimiting(AccessSetup.TriesLimit).AllowAnonymous();
    }
}
