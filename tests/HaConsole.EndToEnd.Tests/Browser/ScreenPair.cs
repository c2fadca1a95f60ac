using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Browser;

/// <summary>A healthy pair that many browser tests look at; none of them breaks it.</summary>
public sealed class ScreenPair : IAsyncLifetime
{
    private RunningPair? pair;
    private string? signedIn;

    /// <summary>The servers.</summary>
    internal RunningPair Pair => pair!;

    /// <summary>An admin of both servers.</summary>
    internal SignIn Admin { get; private set; } = null!;

    /// <summary>Somebody who may only look.</summary>
    internal SignIn Viewer { get; private set; } = null!;

    /// <summary>A window in which the admin is signed in on server 1; he signs in once, like people do.</summary>
    internal async Task<Window> OpenAsync(Chromium chromium, WindowLook? look = null)
    {
        if (signedIn is null)
        {
            await using var first = await chromium.OpenAsync();
            await first.SignInAsync(Url(1), Admin);
            signedIn = await first.StateAsync();
        }

        return await chromium.OpenAsync(look, signedIn);
    }

    /// <summary>Address of a server's console.</summary>
    internal string Url(int server, string path = "") => BrowserPair.Url(Pair, server, path);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        pair = await RunningPair.StartAsync(BrowserPair.Options with { Database = true });
        Admin = await BrowserPair.AddUserAsync(pair.Servers[0], "anna", "admin");
        Viewer = await BrowserPair.AddUserAsync(pair.Servers[0], "victor", "viewer");
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (pair is not null)
        {
            await pair.DisposeAsync();
        }
    }
}

/// <summary>Pairs that a browser of this machine reaches.</summary>
internal static class BrowserPair
{
    /// <summary>Loopback addresses; a machine that is busy with a browser must not look dead.</summary>
    public static PairOptions Options { get; } = PairOptions.Calm with { Loopback = true };

    /// <summary>Address of a server's console.</summary>
    public static string Url(RunningPair pair, int server, string path = "") => $"http://{pair.Network.Address(server)}:{RunningPair.HttpPort}/{path}";

    /// <summary>Adds a user by the command line, which prints the password that it made.</summary>
    public static async Task<SignIn> AddUserAsync(HaServer server, string name, string role)
    {
        var output = await server.MustAsync("user", "add", name, "--role", role);
        return new SignIn(name, output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)[^1]);
    }
}
