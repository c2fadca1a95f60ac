using System.Net.Http.Headers;
using HaConsole.Web.Api;
using HaConsole.Web.Cli;
using HaConsole.Web.Hosting;

namespace HaConsole.Web.Tests.Support;

/// <summary>The real host on a free port and a real control socket, with a <see cref="FakeEngine"/> inside.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly Task serving;

    private RunningServer(HaConsoleHost host, FakeEngine engine, string directory)
    {
        (Host, Engine, Directory) = (host, engine, directory);
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(host.Addresses[0]) };
        Control = ControlHttp.Create(ControlSocket.Find(directory), TimeSpan.FromSeconds(30));
        serving = host.ServeAsync(ended.Token);
    }

    public HaConsoleHost Host { get; }

    public FakeEngine Engine { get; }

    public string Directory { get; }

    public HttpClient Http { get; }

    public HttpClient Control { get; }

    public Task Serving => serving;

    /// <summary>The directory stays when this server ends: another one shall find it.</summary>
    public bool KeepsDirectory { get; set; }

    public static Task<RunningServer> StartAsync(string? directory = null, params string[] configuration)
        => StartAsync(new FakeEngine(), TimeProvider.System, directory, configuration);

    public static async Task<RunningServer> StartAsync(FakeEngine engine, TimeProvider time, string? directory = null, params string[] configuration)
    {
        ThreadPoolReserve.Raise();
        directory ??= NewDirectory();

        // No database, unless a test brings one: what is tested here works without.
        var arguments = new List<string> { "Node:HttpPort=0", "Node:LocalAddress=127.0.0.1", "Database:ConnectionString=Host=/nonexistent;Username=nobody;Database=none" };
        arguments.AddRange(configuration);
        var host = await HaConsoleHost.StartAsync(ConfigurationSources.Build(arguments, null, directory), engine, time, CancellationToken.None);
        return new RunningServer(host, engine, directory);
    }

    public static string NewDirectory() => System.IO.Directory.CreateTempSubdirectory("web-tests-").FullName;

    /// <summary>A client with a token of that scope (<c>read</c>, <c>operate</c>, <c>admin</c>); the caller disposes it.</summary>
    public async Task<HttpClient> WithTokenAsync(string scope)
    {
        var made = await CommandAsync("token", "create", $"test-{scope}-{Guid.NewGuid():N}", "--scope", scope);
        Assert.Equal(0, made.Code);
        var client = Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Output.TrimEnd().Split(' ')[^1]);
        return client;
    }

    /// <summary>A client without cookies that follows no redirect; the caller disposes it.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Http.BaseAddress };

    /// <summary>Runs a command line against this server.</summary>
    public Task<CommandResultText> CommandAsync(params string[] words) => Command.RunAsync([.. words, "--data-directory", Directory]);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Control.Dispose();
        await ended.CancelAsync();
        await serving;
        await Host.DisposeAsync();
        ended.Dispose();
        if (!KeepsDirectory)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}

/// <summary>What a command line printed and how it ended.</summary>
internal sealed record CommandResultText(int Code, string Output, string Error);

/// <summary>Runs command lines in this process.</summary>
internal static class Command
{
    public static async Task<CommandResultText> RunAsync(string[] words, ProductParts? parts = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        parts ??= new ProductParts { Engine = new FakeEngine() };
        var code = await HaConsoleCommandLine.RunAsync(words, parts, output, error, CancellationToken.None);
        return new CommandResultText(code, output.ToString(), error.ToString());
    }
}
