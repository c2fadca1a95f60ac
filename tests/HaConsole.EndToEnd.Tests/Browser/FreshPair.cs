using System.Globalization;
using System.Text.RegularExpressions;
using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Browser;

/// <summary>Two servers that know nothing but their own address: no users, no pair, no settings but quick timing. Nothing has been started yet.</summary>
internal sealed partial class FreshPair : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string directory = Directory.CreateTempSubdirectory("hcf-").FullName;
    private readonly LoopbackNetwork network = new();
    private readonly HaServer[] servers;

    public FreshPair()
        => servers = [.. Enumerable.Range(1, 2).Select(server => Make(server, Directory.CreateDirectory(Path.Combine(directory, $"server{server}")).FullName))];

    /// <summary>Both.</summary>
    public IReadOnlyList<HaServer> Servers => servers;

    /// <summary>Address of a server.</summary>
    public string Address(int server) => network.Address(server);

    /// <summary>Address of a page.</summary>
    public string Url(int server, string path = "") => $"http://{Address(server)}:{RunningPair.HttpPort}/{path}";

    /// <summary>The one-time token that a server prints when it starts.</summary>
    public static async Task<string> PrintedTokenAsync(HaServer server)
    {
        await Eventually.TrueAsync($"server {server.Number} prints its setup token", () => Task.FromResult(Token().IsMatch(server.Log)), () => server.Log);
        return Token().Match(server.Log).Groups[1].Value;
    }

    /// <summary>Waits until a server says so.</summary>
    public async Task BecomesAsync(int server, Func<ServerView, bool> condition, string what)
    {
        ServerView? last = null;
        await Eventually.TrueAsync(
            $"server {server} is {what}",
            async () => (last = await servers[server - 1].LookAsync()) is not null && condition(last),
            () => $"{last}{Logs}",
            Patience);
    }

    /// <summary>One is Active, the other one a Standby that could take over; the number of the Active.</summary>
    /// <param name="active">Number of the one that must be Active; null: either.</param>
    public async Task<int> SettledAsync(int? active = null)
    {
        ServerView?[] last = [null, null];
        await Eventually.TrueAsync(
            "one Active and one Standby",
            async () =>
            {
                last = [await servers[0].LookAsync(), await servers[1].LookAsync()];
                return (active is null or 1 && IsPair(last[0], last[1])) || (active is null or 2 && IsPair(last[1], last[0]));
            },
            () => $"{last[0]}; {last[1]}{Logs}",
            Patience);
        return last[0]!.Role == "Active" ? 1 : 2;

        static bool IsPair(ServerView? active, ServerView? standby)
            => active is { Role: "Active", PeerRole: "Standby", PeerHealth: "Healthy", Link: "Connected" }
                && standby is { Role: "Standby", PeerRole: "Active", PeerHealth: "Healthy", Link: "Connected" };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }

        await Leftovers.EndDatabasesAsync(directory);
        Directory.Delete(directory, recursive: true);
    }

    private string Logs => string.Concat(servers.Select(x => $"\n--- server {x.Number}\n{x.Log}"));

    private HaServer Make(int server, string data) => new(network, server, data, new Dictionary<string, string>
    {
        ["Node__DataDirectory"] = data,
        ["Node__LocalAddress"] = network.Address(server),
        ["Node__HttpPort"] = RunningPair.HttpPort.ToString(CultureInfo.InvariantCulture),
        ["HotStandby__HeartbeatInterval"] = "1",
        ["HotStandby__HeartbeatTimeout"] = "0.5",
        ["HotStandby__FailuresToSwitch"] = "3",
        ["HotStandby__FrameworkRestartTime"] = "0",
    });

    [GeneratedRegex("one-time token ([A-Z0-9-]{24}) ")]
    private static partial Regex Token();
}
