using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Live;

public sealed class StatusHubTests
{
    private const char EndOfMessage = '\u001e';

    [Fact]
    public async Task Hub_WithAToken_SendsTheSnapshotAndEveryChange_WithGrowingVersions()
    {
        await using var server = await RunningServer.StartAsync();
        using var socket = new ClientWebSocket();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await socket.ConnectAsync(AddressOf(server, await TokenAsync(server)), bound.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}" + EndOfMessage), WebSocketMessageType.Text, true, bound.Token);
        var messages = StatusesAsync(socket, bound.Token).GetAsyncEnumerator(bound.Token);

        Assert.True(await messages.MoveNextAsync());
        var first = messages.Current;
        server.Engine.Push(Snapshots.TwoActives() with { Version = first.GetProperty("version").GetInt64() + 5 });
        Assert.True(await messages.MoveNextAsync());

        Assert.Equal("Standby", first.GetProperty("servers")[1].GetProperty("role").GetString());
        Assert.Equal("Active", messages.Current.GetProperty("servers")[1].GetProperty("role").GetString());
        Assert.Equal(first.GetProperty("version").GetInt64() + 5, messages.Current.GetProperty("version").GetInt64());
        await messages.DisposeAsync();
    }

    [Fact]
    public async Task Hub_WithoutToken_IsRefused()
    {
        await using var server = await RunningServer.StartAsync();
        using var socket = new ClientWebSocket();

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(AddressOf(server, ""), CancellationToken.None));

        Assert.NotEqual(WebSocketState.Open, socket.State);
    }

    private static async Task<string> TokenAsync(RunningServer server)
    {
        using var answer = await server.Control.PostAsJsonAsync("/api/v1/tokens", new { name = "hub", scope = "Read" });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString()!;
    }

    private static Uri AddressOf(RunningServer server, string token)
        => new UriBuilder(server.Host.Addresses[0]) { Scheme = "ws", Path = "/hubs/status", Query = "access_token=" + token }.Uri;

    /// <summary>The snapshots in the order in which they arrive; pings and the handshake's answer are left out.</summary>
    private static async IAsyncEnumerable<JsonElement> StatusesAsync(ClientWebSocket socket, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[16384];
        var text = new StringBuilder();
        while (socket.State == WebSocketState.Open)
        {
            var received = await socket.ReceiveAsync(buffer, cancellationToken);
            text.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
            var parts = text.ToString().Split(EndOfMessage);
            text.Clear().Append(parts[^1]);
            foreach (var part in parts[..^1])
            {
                var message = JsonSerializer.Deserialize<JsonElement>(part);
                if (message.TryGetProperty("target", out var target) && target.GetString() == "status")
                {
                    yield return message.GetProperty("arguments")[0];
                }
            }
        }
    }
}
