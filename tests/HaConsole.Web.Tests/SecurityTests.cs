using System.Net;
using System.Security.Cryptography.X509Certificates;
using HaConsole.Web.Security;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests;

/// <summary>What browsers and proxies are told, and what is refused before anything looks at it.</summary>
public sealed class SecurityTests
{
    private const string Policy = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; style-src 'self'; "
        + "style-src-attr 'unsafe-inline'; form-action 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'none'; report-uri /csp";

    [Theory]
    [InlineData("/")]
    [InlineData("/status")]
    [InlineData("/login")]
    [InlineData("/no-such-page")]
    [InlineData("/api/v1/status")]
    [InlineData("/api/v1/no-such-call")]
    [InlineData("/js/console.js")]
    public async Task Answer_ToAnything_HasTheHeaders(string path)
    {
        await using var server = await RunningServer.StartAsync();
        using var response = await server.Http.GetAsync(path);

        Assert.Equal(Policy, Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.Equal("require-corp", Assert.Single(response.Headers.GetValues("Cross-Origin-Embedder-Policy")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.Equal("camera=(), microphone=(), geolocation=()", Assert.Single(response.Headers.GetValues("Permissions-Policy")));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"), "no HTTPS here");
        Assert.False(response.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/status")]
    public async Task Page_IsNeverKept(string path)
    {
        await using var server = await RunningServer.StartAsync();
        using var response = await server.Http.GetAsync(path);

        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("/_blazor/negotiate?negotiateVersion=1", "https://evil.example")]
    [InlineData("/_blazor/negotiate?negotiateVersion=1", "null")]
    [InlineData("/hubs/status/negotiate?negotiateVersion=1", "http://127.0.0.1:1")]
    public async Task LiveConnection_OfAForeignPage_IsForbidden(string path, string origin)
    {
        await using var server = await RunningServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("Origin", origin);
        using var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task LiveConnection_OfAnOwnPage_IsNotForbidden()
    {
        await using var server = await RunningServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        request.Headers.Add("Origin", server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        using var response = await server.Http.SendAsync(request);

        Assert.NotEqual(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("", "http://127.0.0.1:")]
    [InlineData("10.9.9.9", "http://127.0.0.1:")]
    [InlineData("127.0.0.1", "https://ha.example")]
    [InlineData("127.0.0.0/8", "https://ha.example")]
    public async Task ForwardedHeaders_CountFromAKnownProxyOnly(string proxy, string own)
    {
        // Seen by the origin check: a page of the address that the proxy names is an own page only when the proxy is believed.
        await using var server = await RunningServer.StartAsync(null, proxy.Length == 0 ? [] : ["Node:KnownProxies:0=" + proxy]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        request.Headers.Add("Origin", "https://ha.example");
        request.Headers.Add("X-Forwarded-For", "192.0.2.7");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "ha.example");
        using var response = await server.Http.SendAsync(request);

        Assert.Equal(own == "https://ha.example", response.StatusCode != HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task PathBase_IsInEveryLinkOfAPage_AndHealthStaysAtTheRoot()
    {
        await using var server = await RunningServer.StartAsync(null, "Node:PathBase=/ha");
        using var found = await server.Http.GetAsync("/ha/no-such-page/at-all");
        var page = await found.Content.ReadAsStringAsync();
        using var health = await server.Http.GetAsync("/IPSCFG/admin/monitor.aspx?mod=FT");
        using var status = await server.Http.GetAsync("/ha/status");

        Assert.Contains("<base href=\"/ha/\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("=\"/css", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.EndsWith("report-uri /ha/csp", Assert.Single(status.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Https_WithoutACertificate_MakesOneThatIsKept()
    {
        var directory = RunningServer.NewDirectory();
        var first = await CertificateOfAsync(directory);
        var second = await CertificateOfAsync(directory, keep: false);

        Assert.Equal(first.GetCertHashString(), second.GetCertHashString());
        Assert.True(first.MatchesHostname("127.0.0.1"));
        Assert.True(first.NotAfter > DateTime.Now.AddDays(300));
    }

    [Fact]
    public async Task Https_WithRedirect_TakesPagesAndApiButNotHealth()
    {
        var port = CertificateFiles.FreePort();
        await using var server = await RunningServer.StartAsync(null, $"Node:HttpsPort={port}", "Node:RedirectToHttps=true");
        using var page = await server.Http.GetAsync("/status?x=1");
        using var call = await server.Http.GetAsync("/api/v1/status");
        using var health = await server.Http.GetAsync("/health/live");
        using var owner = await server.Control.GetAsync("/api/v1/status");

        Assert.Equal((HttpStatusCode.PermanentRedirect, $"https://127.0.0.1:{port}/status?x=1"), (page.StatusCode, page.Headers.Location!.ToString()));
        Assert.Equal(HttpStatusCode.PermanentRedirect, call.StatusCode);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Equal(HttpStatusCode.OK, owner.StatusCode);
    }

    [Fact]
    public async Task Http_OnIPv6_Serves()
    {
        await using var server = await RunningServer.StartAsync(null, "Node:HttpAddress=::1");
        Assert.Equal("[::1]", server.Http.BaseAddress!.Host);
        Assert.Equal("OK", await server.Http.GetStringAsync("/IPSCFG/admin/monitor.aspx?mod=NONE"));
    }

    [Theory]
    [InlineData("Node:PathBase=ha", "Node:PathBase")]
    [InlineData("Node:PathBase=/ha/", "Node:PathBase")]
    [InlineData("Node:PathBase=/<script>", "Node:PathBase")]
    [InlineData("Node:KnownProxies:0=everybody", "Node:KnownProxies:0")]
    [InlineData("Node:RedirectToHttps=true", "Node:RedirectToHttps")]
    public async Task Start_WrongValue_IsRefusedAndNamed(string value, string key)
    {
        var directory = RunningServer.NewDirectory();
        var result = await Command.RunAsync(["run", "--" + value, "--data-directory", directory], ProductParts.Create() with { Supervise = null });
        Directory.Delete(directory, recursive: true);

        Assert.Equal(65, result.Code);
        Assert.Contains(key, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PolicyReport_OfABrowser_IsCounted_HoweverMany()
    {
        await using var server = await RunningServer.StartAsync();
        for (var i = 0; i < 15; i++)
        {
            using var body = new StringContent("{\"csp-report\":{\"blocked-uri\":\"https://evil.example\"}}\u0007\n" + new string('x', 20_000));
            using var response = await server.Http.PostAsync(SecurityHeaders.ReportPath, body);
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        }
    }

    private static async Task<X509Certificate2> CertificateOfAsync(string directory, bool keep = true)
    {
        X509Certificate2? seen = null;
        var port = CertificateFiles.FreePort();
        var copy = keep ? Directory.CreateTempSubdirectory("web-tests-").FullName : directory;
        await using (var server = await RunningServer.StartAsync(directory, $"Node:HttpsPort={port}"))
        {
            using var handler = new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
                {
                    seen = X509CertificateLoader.LoadCertificate(certificate!.GetRawCertData());
                    return true;
                },
            };
            using var client = new HttpClient(handler);
            using var response = await client.GetAsync($"https://127.0.0.1:{port}/status");
            Assert.False(response.Headers.Contains("Strict-Transport-Security"), "a generated certificate would lock people out");
            if (keep)
            {
                // The running server removes its directory at the end; the keys are what the next one shall find.
                Directory.Delete(copy);
                Directory.CreateDirectory(Path.Combine(copy, "keys"));
                File.Copy(Path.Combine(directory, "keys", "https.pfx"), Path.Combine(copy, "keys", "https.pfx"));
            }
        }

        if (keep)
        {
            Directory.Move(copy, directory);
        }

        return seen!;
    }
}
