using System.Text.Json;
using Microsoft.Playwright;

namespace HaConsole.EndToEnd.Tests.Browser;

/// <summary>A browser window that remembers everything that went wrong in it.</summary>
internal sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly List<string> complaints = [];

    public Window(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
        page.Console += (_, message) => Complain(message.Type is "error" or "warning", $"console {message.Type}: {message.Text}");
        page.PageError += (_, error) => Complain(true, $"script error: {error}");
        page.RequestFailed += (_, request) => Complain(request.Failure != "net::ERR_ABORTED", $"request failed: {request.Url} {request.Failure}");
        page.Response += (_, response) => Complain(response.Status >= 400, $"{response.Status} {response.Url}");
        page.Request += (_, request) => Complain(request.Url.EndsWith("/csp", StringComparison.Ordinal), $"policy violation: {request.PostData}");
    }

    public IPage Page { get; }

    /// <summary>Errors on the console, failed requests, violations of the content security policy, since the last <see cref="Forgive"/>.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (complaints)
            {
                return [.. complaints];
            }
        }
    }

    /// <summary>What was wrong until here was wanted (a server was killed).</summary>
    public void Forgive()
    {
        lock (complaints)
        {
            complaints.Clear();
        }
    }

    /// <summary>Opens a page and waits until it is live.</summary>
    public async Task GoAsync(string url)
    {
        await Page.GotoAsync(url);
        await LiveAsync();
    }

    /// <summary>Waits until the page's circuit runs: what is clicked now counts.</summary>
    public Task LiveAsync() => Page.Locator("header[data-live]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });

    /// <summary>Signs in.</summary>
    public async Task SignInAsync(string server, SignIn account)
    {
        await Page.GotoAsync(server.TrimEnd('/') + "/login");
        await Page.GetByLabel("User name").FillAsync(account.Name);
        await Page.GetByLabel("Password").FillAsync(account.Password);
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        await LiveAsync();
    }

    /// <summary>Cookies, for further windows of the same user.</summary>
    public Task<string> StateAsync() => context.StorageStateAsync();

    /// <summary>Problems of the page as it stands: accessibility, and what does not fit the window.</summary>
    public async Task<IReadOnlyList<string>> AuditAsync()
    {
        var problems = new List<string>();
        var surplus = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
        if (surplus > 0)
        {
            problems.Add($"scrolls horizontally by {surplus} px");
        }

        await Page.EvaluateAsync(await File.ReadAllTextAsync(NodeModules.Axe));
        var violations = await Page.EvaluateAsync<JsonElement>("async () => (await axe.run(document)).violations.map(v => v.id + ': ' + v.nodes.slice(0, 4).map(n => n.target.join(' ') + ' ' + (n.any[0] ?? n.all[0] ?? n.none[0])?.message).join(' | '))");
        problems.AddRange(violations.EnumerateArray().Select(x => "accessibility: " + x.GetString()));
        return problems;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    private void Complain(bool reason, string complaint)
    {
        if (!reason)
        {
            return;
        }

        lock (complaints)
        {
            complaints.Add(complaint);
        }
    }
}

/// <summary>Who signs in.</summary>
internal sealed record SignIn(string Name, string Password);

/// <summary>What the tests take from npm.</summary>
internal static class NodeModules
{
    /// <summary>Folder with <c>node_modules</c>; <c>scripts/test.sh</c> fills it.</summary>
    public static string Folder { get; } = typeof(NodeModules).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
        .Cast<System.Reflection.AssemblyMetadataAttribute>().Single(x => x.Key == "NodeFolder").Value!;

    /// <summary>Script of the accessibility checker.</summary>
    public static string Axe => Path.Combine(Folder, "node_modules", "axe-core", "axe.min.js");
}
