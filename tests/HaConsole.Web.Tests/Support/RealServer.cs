using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using HaConsole.Web.Api;
using HaConsole.Web.Hosting;

namespace HaConsole.Web.Tests.Support;

/// <summary>The host with the real engine, as a lone server; without a database unless a test brings one.</summary>
internal sealed class RealServer : IAsyncDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly HaConsoleHost host;
    private readonly Task serving;

    private RealServer(HaConsoleHost host, string directory)
    {
        (this.host, Directory) = (host, directory);
        Control = ControlHttp.Create(ControlSocket.Find(directory), TimeSpan.FromSeconds(60));
        Address = new Uri(host.Addresses[0]);
        serving = host.ServeAsync(ended.Token);
    }

    /// <summary>Data directory.</summary>
    public string Directory { get; }

    /// <summary>By the control socket, which may everything.</summary>
    public HttpClient Control { get; }

    /// <summary>Of the pages.</summary>
    public Uri Address { get; }

    public static async Task<RealServer> StartAsync(params string[] configuration)
    {
        ThreadPoolReserve.Raise();
        var directory = RunningServer.NewDirectory();
        string[] arguments = [string.Create(CultureInfo.InvariantCulture, $"Node:HttpPort={CertificateFiles.FreePort()}"), "Node:LocalAddress=127.0.0.1", "Database:ConnectionString=Host=/nonexistent;Username=nobody;Database=none", .. configuration];
        return new RealServer(await HaConsoleHost.StartAsync(ConfigurationSources.Build(arguments, null, directory), new EngineFactory(), CancellationToken.None), directory);
    }

    /// <summary>Returns when the database can be used.</summary>
    public Task DatabaseReadyAsync()
        => Eventually.TrueAsync(async () => JsonNode.Parse(await Control.GetStringAsync("api/v1/status"))!["database"]!.GetValue<string>() == "ready");

    /// <summary>A call of the API by the control socket.</summary>
    public async Task<(HttpStatusCode Status, string Type, string Text)> CallAsync(string method, string path, string? json)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "api/v1/" + path);
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await Control.SendAsync(request);
        return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType ?? "", await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Runs a command line against it.</summary>
    public Task<CommandResultText> CommandAsync(params string[] words) => Command.RunAsync([.. words, "--data-directory", Directory]);

    public async ValueTask DisposeAsync()
    {
        Control.Dispose();
        await ended.CancelAsync();
        await serving;
        await host.DisposeAsync();
        ended.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
