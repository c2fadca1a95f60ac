namespace HaConsole.EndToEnd.Tests.Browser;

/// <summary>
/// Every page in light and dark, wide and on a phone: pictures for people (<c>artifacts/screens</c>), and no error on the console, no failed
/// request, no violation of the content security policy or of accessibility rules, nothing that is wider than a phone.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed class ScreenTests(Chromium chromium, ScreenPair screens)
{
    /// <summary>Pages of a signed-in admin.</summary>
    public static TheoryData<string> Pages =>
    [
        "", "?switch=2", "why", "hot-standby", "services", "checks", "sync", "load-balancer", "events", "logs", "simulator", "notifications", "drills", "access", "audit", "system", "setup", "setup/peer", "setup/timing", "setup/balancer", "status", "no-such-page",
    ];

    /// <summary>Pages that work without a circuit.</summary>
    private static readonly string[] Static = ["status", "setup"];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_OfHealthyPair_LooksRight(string path)
    {
        var problems = new List<string>();
        foreach (var look in WindowLook.All)
        {
            await using var window = await screens.OpenAsync(chromium, look);
            await window.Page.GotoAsync(screens.Url(1, path));
            if (!Static.Contains(path))
            {
                await window.LiveAsync();
            }

            problems.AddRange(await Screenshots.TakeAsync(window, path.Length == 0 ? "overview" : path, look));
            problems.AddRange(window.Complaints.Where(x => path != "no-such-page" || !x.Contains("404", StringComparison.Ordinal)).Select(x => $"{look.Name}: {x}"));
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    public async Task Page_BeforeSignIn_LooksRight()
    {
        var problems = new List<string>();
        foreach (var look in WindowLook.All)
        {
            await using var window = await chromium.OpenAsync(look);
            await window.Page.GotoAsync(screens.Url(1, "login"));
            problems.AddRange(await Screenshots.TakeAsync(window, "login", look));
            problems.AddRange(window.Complaints.Select(x => $"{look.Name}: {x}"));
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_InFrench_HasNoMissingText(string path)
    {
        await using var window = await screens.OpenAsync(chromium, new WindowLook { Language = "fr" });
        await window.Page.GotoAsync(screens.Url(1, path));
        if (!Static.Contains(path))
        {
            await window.LiveAsync();
        }

        var problems = await Screenshots.TakeAsync(window, (path.Length == 0 ? "overview" : path) + "-fr", new WindowLook());
        Assert.True(problems.Count == 0, string.Join('\n', problems));
        if (path != "status")
        {
            Assert.Equal("fr", await window.Page.Locator("html").GetAttributeAsync("lang"));
        }
    }
}

/// <summary>Pictures for people.</summary>
internal static class Screenshots
{
    /// <summary>Takes a picture of the whole page and says what is wrong with it.</summary>
    public static async Task<IReadOnlyList<string>> TakeAsync(Window window, string name, WindowLook look)
    {
        var file = Path.Combine(Folder, $"{name.Replace('?', '-').Replace('=', '-').Replace('/', '-').Trim('-')}-{look.Name}.png");
        await window.Page.ScreenshotAsync(new Microsoft.Playwright.PageScreenshotOptions { Path = file, FullPage = true });
        return [.. (await window.AuditAsync()).Select(x => $"{look.Name}: {x}")];
    }

    private static string Folder { get; } = Directory.CreateDirectory(
        Environment.GetEnvironmentVariable("HACONSOLE_SCREENS") ?? Path.Combine(NodeModules.Folder, "../../../artifacts/screens")).FullName;
}
