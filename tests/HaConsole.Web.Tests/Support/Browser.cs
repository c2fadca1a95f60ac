using System.Net;
using System.Text.RegularExpressions;

namespace HaConsole.Web.Tests.Support;

/// <summary>A browser without script: keeps cookies, fills forms, follows no redirect by itself.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient client;

    /// <summary>Certificates of the server are not looked at: they are what it has made for itself.</summary>
    public Browser(Uri address) => client = new HttpClient(new SocketsHttpHandler
    {
        CookieContainer = Cookies,
        AllowAutoRedirect = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, offered, _, _) => offered is not null },
    })
    { BaseAddress = address };

    public CookieContainer Cookies { get; } = new();

    public HttpClient Client => client;

    /// <summary>Loads a page and sends its form with these fields; the answer to the form.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, string handler, params (string Name, string Value)[] fields)
    {
        var html = await client.GetStringAsync(path);
        return await PostAsync(path, handler, Token(html), fields);
    }

    /// <summary>Sends a form with a token of the caller's choice.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string handler, string token, params (string Name, string Value)[] fields)
    {
        var all = fields.Append(("_handler", handler)).Append(("__RequestVerificationToken", token)).Select(f => KeyValuePair.Create(f.Item1, f.Item2));
        return client.PostAsync(path, new FormUrlEncodedContent(all));
    }

    /// <summary>Signs in; the answer of the server.</summary>
    public Task<HttpResponseMessage> SignInAsync(string name, string password, string returnUrl = "/")
        => SubmitAsync("/login?returnUrl=" + Uri.EscapeDataString(returnUrl), "login", ("Input.Name", name), ("Input.Password", password));

    public static string Token(string html)
    {
        var match = TokenField().Match(html);
        Assert.True(match.Success, "no form on the page");
        return WebUtility.HtmlDecode(match.Groups[1].Value);
    }

    public void Dispose() => client.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]*)\"")]
    private static partial Regex TokenField();
}
