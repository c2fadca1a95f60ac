using Microsoft.Playwright;

namespace HaConsole.EndToEnd.Tests.Browser;

/// <summary>One real Chromium for all browser tests; each test opens windows of its own, which share nothing.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        // As patient as everything else here: the machine is busy with two servers, their databases and a browser.
        Assertions.SetDefaultExpectTimeout((float)Harness.Eventually.Patience.TotalMilliseconds);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await browser!.DisposeAsync();
        playwright!.Dispose();
    }

    /// <summary>A window that nobody has used, in English, with its own cookies.</summary>
    /// <param name="look">Size, theme and language; null: wide, light, English.</param>
    /// <param name="signedIn">Cookies of a signed-in window; null: nobody is signed in.</param>
    internal async Task<Window> OpenAsync(WindowLook? look = null, string? signedIn = null)
    {
        look ??= new WindowLook();
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = look.Size,
            ColorScheme = look.Dark ? ColorScheme.Dark : ColorScheme.Light,
            Locale = look.Language,
            TimezoneId = "Europe/Paris",
            StorageState = signedIn,
        });
        context.SetDefaultTimeout(15_000);
        return new Window(context, await context.NewPageAsync());
    }
}

/// <summary>Size, theme and language of a window.</summary>
internal sealed record WindowLook
{
    public ViewportSize Size { get; init; } = new() { Width = 1400, Height = 900 };

    public bool Dark { get; init; }

    public string Language { get; init; } = "en";

    /// <summary>Name in the names of pictures.</summary>
    public string Name => $"{(Size.Width < 600 ? "phone" : "wide")}-{(Dark ? "dark" : "light")}";

    /// <summary>Every page is looked at in these.</summary>
    public static IReadOnlyList<WindowLook> All { get; } =
    [
        new(), new() { Dark = true },
        new() { Size = new ViewportSize { Width = 390, Height = 844 } }, new() { Size = new ViewportSize { Width = 390, Height = 844 }, Dark = true },
    ];
}

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BrowserTests : ICollectionFixture<Chromium>, ICollectionFixture<ScreenPair>
{
    public const string Name = "browser";
}
