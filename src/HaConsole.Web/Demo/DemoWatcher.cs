using System.Net.Sockets;
using System.Text.Json;
using HaConsole.Engine.Status;
using HaConsole.Web.Api;
using HaConsole.Web.Hosting;

namespace HaConsole.Web.Demo;

/// <summary>Asks one server for its status by its control socket and tells what changes.</summary>
internal sealed class DemoWatcher(DemoLayout layout, int server, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private readonly HttpClient client = ControlHttp.Create(ControlSocket.Find(layout.Data(server)), Timeout);
    private string shown = "";
    private DateTimeOffset? shownSwitch;

    /// <summary>Last answer; null while the server does not answer.</summary>
    public StatusSnapshot? Last { get; private set; }

    /// <summary>What the server says of itself.</summary>
    public ServerStatus? Own => Last?.Servers.FirstOrDefault(x => x.Local);

    /// <summary>One question.</summary>
    public async Task AskAsync(CancellationToken cancel)
    {
        try
        {
            await using var body = await client.GetStreamAsync(new Uri("api/v1/status", UriKind.Relative), cancel);
            Last = await JsonSerializer.DeserializeAsync(body, StatusJson.Default.StatusSnapshot, cancel);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or SocketException or OperationCanceledException or IOException)
        {
            cancel.ThrowIfCancellationRequested();
            Last = null;
        }
    }

    /// <summary>Writes a line for every change until it is cancelled.</summary>
    public async Task WatchAsync(TextWriter output, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            await AskAsync(cancel);
            if (Changes() is { } line)
            {
                await output.WriteLineAsync($"{time.GetLocalNow():HH:mm:ss.fff}  server #{server}  {line}");
            }
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    private string? Changes()
    {
        var now = Own is { } own
            ? $"{own.Role,-8} epoch {own.Epoch}  pid {own.ProcessId}  {string.Join(", ", own.Services.Select(x => $"{x.Name} {x.State}{(x.ProcessId is { } pid ? $" (pid {pid})" : "")}"))}"
            : "does not answer";
        if (now == shown)
        {
            return null;
        }

        shown = now;
        if (Last?.LastSwitch is { } last && last.Server == server && last.At != shownSwitch)
        {
            shownSwitch = last.At;
            return $"{now}\n              row {last.Row}: {last.Sentence}";
        }

        return now;
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
