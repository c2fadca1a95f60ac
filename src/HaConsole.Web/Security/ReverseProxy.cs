using System.Net;
using HaConsole.Engine.Configuration;
using Microsoft.AspNetCore.HttpOverrides;

namespace HaConsole.Web.Security;

/// <summary>Where the console stands for browsers: behind a reverse proxy, under a path, on HTTPS only.</summary>
public static class ReverseProxy
{
    /// <summary>Believes forwarded headers of the proxies of <c>Node:KnownProxies</c>, and nobody else's.</summary>
    public static void UseKnownProxies(this IApplicationBuilder app, NodeOptions node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.KnownProxies.Count == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var text in node.KnownProxies)
        {
            if (IPAddress.TryParse(text, out var address))
            {
                options.KnownProxies.Add(address);
            }
            else
            {
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(text));
            }
        }

        app.UseForwardedHeaders(options);
    }

    /// <summary>Sends pages and API from HTTP to HTTPS when <c>Node:RedirectToHttps</c> says so; the health URLs have been answered before.</summary>
    public static void UseHttpsOnly(this IApplicationBuilder app, NodeOptions node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!node.RedirectToHttps || node.HttpsPort == 0)
        {
            return;
        }

        app.Use((context, next) =>
        {
            var request = context.Request;
            if (request.IsHttps || Hosting.ControlConnection.Carries(context))
            {
                return next(context);
            }

            var host = node.HttpsPort == 443 ? new HostString(request.Host.Host) : new HostString(request.Host.Host, node.HttpsPort);
            context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
            context.Response.Headers.Location = $"https://{host.ToUriComponent()}{request.PathBase}{request.Path}{request.QueryString}";
            return Task.CompletedTask;
        });
    }
}
