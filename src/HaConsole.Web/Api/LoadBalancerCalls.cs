using HaConsole.Engine;
using HaConsole.Engine.Balancers;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>A difference between load balancer and pair.</summary>
/// <param name="Code">Which.</param>
/// <param name="Warning">Something should be changed.</param>
/// <param name="Seconds">Seconds in which clients would reach the wrong server; null when there is no end, or it costs none.</param>
/// <param name="Endless">It never ends by itself.</param>
/// <param name="Sentence">For people.</param>
public sealed record BalancerFinding(string Code, bool Warning, double? Seconds, bool Endless, string Sentence);

/// <summary>Answer of <c>GET load-balancer</c>.</summary>
/// <param name="Settings">What it was set to, as entered.</param>
/// <param name="Findings">What comes of that, warnings first.</param>
/// <param name="State">How it was told, and what it sees.</param>
public sealed record LoadBalancerView(LoadBalancerSettings Settings, IReadOnlyList<BalancerFinding> Findings, BalancerState State);

/// <summary>Body of <c>POST load-balancer/import</c>.</summary>
public sealed record LoadBalancerImportRequest
{
    /// <summary>Text of a <c>haproxy.cfg</c>, at most 1 MB.</summary>
    public string Text { get; set; } = "";

    /// <summary>Backend to read; empty: the one that holds both servers.</summary>
    public string Backend { get; set; } = "";
}

/// <summary>What was read from a <c>haproxy.cfg</c>.</summary>
/// <param name="Settings">Settings made from it; null when it has a problem.</param>
/// <param name="Backend">Backend that was read.</param>
/// <param name="Problems">What is wrong with it, each with its line.</param>
/// <param name="Findings">What would come of the settings.</param>
public sealed record LoadBalancerImport(LoadBalancerSettings? Settings, string Backend, IReadOnlyList<string> Problems, IReadOnlyList<BalancerFinding> Findings);

/// <summary>Body of <c>POST load-balancer/probe</c>.</summary>
public sealed record LoadBalancerProbeRequest
{
    /// <summary>What is asked; unset: what the settings say.</summary>
    public BalancerMode Mode { get; init; }
}

/// <summary>Answer of <c>GET load-balancer/recipes/{kind}</c>.</summary>
/// <param name="Kind">Kind of load balancer.</param>
/// <param name="Text">Its configuration.</param>
public sealed record LoadBalancerRecipe(string Kind, string Text);

/// <summary>Calls about the load balancer.</summary>
internal static class LoadBalancerCalls
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ApiEndpoints.Call(app, Right.View, "GET", "load-balancer", context => ApiExchange.WriteAsync(context, Operations(context).Current, ApiJson.Default.LoadBalancerView), new(typeof(LoadBalancerView), null, "The load balancer: settings, differences with what they cost, what it sees, how it was told."));
        ApiEndpoints.Call(app, Right.View, "GET", "load-balancer/recipes/{kind}", RecipeAsync, new(typeof(LoadBalancerRecipe), null, "A ready configuration: haproxy, nginx, nginx-plus, keepalived, f5, citrix, aws, azure, windows-nlb, kubernetes. Query: mode, server, interface."));
        ApiEndpoints.Call(app, Right.View, "POST", "load-balancer/import", ImportAsync, new(typeof(LoadBalancerImport), typeof(LoadBalancerImportRequest), "Reads a haproxy.cfg; nothing is saved. 422 names the line of what is wrong."));
        ApiEndpoints.Call(app, Right.Operate, "POST", "load-balancer/probe", ProbeAsync, new(typeof(IReadOnlyList<BalancerSeen>), typeof(LoadBalancerProbeRequest), "Asks both servers and the VIP once, as the load balancer does."));
    }

    private static Task RecipeAsync(HttpContext context)
    {
        var kind = (string)context.Request.RouteValues["kind"]!;
        var query = context.Request.Query;
        BalancerMode? mode = query["mode"].ToString() is { Length: > 0 } text
            ? Enum.TryParse<BalancerMode>(text, ignoreCase: true, out var read) && Enum.IsDefined(read) && !char.IsAsciiDigit(text[0]) ? read : throw ApiErrors.Of(StatusCodes.Status422UnprocessableEntity, "mode must be none, ipsws or ft.")
            : null;
        var server = query["server"].ToString() switch { "" or "1" => 1, "2" => 2, _ => throw ApiErrors.Of(StatusCodes.Status422UnprocessableEntity, "server must be 1 or 2.") };
        var named = query["interface"].ToString();
        if (named.Length > 15 || named.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or '@')))
        {
            throw ApiErrors.Of(StatusCodes.Status422UnprocessableEntity, "interface must be the name of a network interface.");
        }

        var recipe = Operations(context).Recipe(kind, mode, server, named)
            ?? throw ApiErrors.Of(StatusCodes.Status404NotFound, $"There is no recipe {kind}; known are {string.Join(", ", Model.Balancers.BalancerRecipes.Kinds.Select(k => k.Kind))}.");
        return ApiExchange.WriteAsync(context, new LoadBalancerRecipe(kind, recipe), ApiJson.Default.LoadBalancerRecipe);
    }

    private static async Task ImportAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.LoadBalancerImportRequest).ConfigureAwait(false);
        var read = Operations(context).Import(request.Text ?? "", request.Backend ?? "");
        if (read.Settings is null)
        {
            throw ApiErrors.Of(StatusCodes.Status422UnprocessableEntity, string.Join(" ", read.Problems));
        }

        await ApiExchange.WriteAsync(context, read, ApiJson.Default.LoadBalancerImport).ConfigureAwait(false);
    }

    private static async Task ProbeAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.LoadBalancerProbeRequest).ConfigureAwait(false);
        await ApiExchange.WriteAsync(context, await Operations(context).ProbeAsync(request.Mode, context.RequestAborted).ConfigureAwait(false), ApiJson.Default.IReadOnlyListBalancerSeen).ConfigureAwait(false);
    }

    private static LoadBalancerOperations Operations(HttpContext context) => context.RequestServices.GetRequiredService<LoadBalancerOperations>();
}
