using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>Canaries: whatever is done with a secret, it is in no file that a server writes and in no answer that it gives.</summary>
[Collection(Serial.Name)]
public sealed partial class SecretScenarios
{
    private const string Password = "canary sings over Nantes 41";
    private const string Mistyped = "canary sings over Nantse 41";
    private const string Second = "canary flew to Rennes at 7";
    private const string Passphrase = "canary passphrase of a backup";

    private static readonly string[] Answers =
    [
        "status", "events?limit=1000", "journal/events", "journal/audit", "audit", "configuration", "hot-standby", "settings/history", "users", "tokens", "sessions", "system", "logs",
        "events/export", "audit/export", "audit/verification",
    ];

    [Fact]
    public async Task Secrets_that_were_used_are_nowhere()
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm with { Loopback = true, Database = true });
        var (first, second) = (pair.Servers[0], pair.Servers[1]);
        var canaries = new Dictionary<string, string>
        {
            ["password"] = Password,
            ["mistyped password"] = Mistyped,
            ["second password"] = Second,
            ["passphrase"] = Passphrase,
            ["pair secret"] = first.Environment["Node__PairSecret"],
            ["printed setup token"] = Token().Match(first.Log).Groups[1].Value,
            ["setup token"] = Last(await first.MustAsync("setup-token")),
        };
        await SignInAndOutAsync(pair, canaries["setup token"]);
        canaries["token"] = Last(await first.MustAsync("token", "create", "canary", "--scope", "admin"));
        canaries["made password"] = Last(await first.MustAsync("user", "add", "otto", "--role", "viewer"));
        canaries["made password again"] = Last(await first.MustAsync("user", "reset-password", "otto"));
        canaries["pairing code"] = await first.MustAsync("pair");
        await UseTokenAsync(pair, canaries["token"]);
        Assert.All(canaries, canary => Assert.True(canary.Value.Length >= 8, $"{canary.Key}: no canary was caught"));

        // A start reads and writes everything once more.
        await first.MustAsync("switch", "--to", "2");
        await pair.SettledAsync();
        await first.KillAsync();
        await pair.ServesAsync(second);
        first.Start();
        await pair.SettledAsync();

        var findings = new List<string>();
        foreach (var server in pair.Servers)
        {
            foreach (var (place, text) in (await AnswersOfAsync(server)).Concat(FilesOf(server)).Append(("output", OutputOf(server))))
            {
                findings.AddRange(canaries.Where(c => Holds(text, c.Value)).Select(c => $"server {server.Number}, {place}: {c.Key}"));
            }
        }

        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    /// <summary>Setup, wrong and right passwords, a new password, as a browser without script does it.</summary>
    private static async Task SignInAndOutAsync(RunningPair pair, string token)
    {
        using var browser = new HttpClient { BaseAddress = Console(pair, 1) };
        await SubmitAsync(browser, "setup", "setup", ("Input.Token", "AAAA-BBBB-CCCC-DDDD-EEEE"), ("Input.Name", "anna"), ("Input.Password", Password), ("Input.Again", Password));
        await SubmitAsync(browser, "setup", "setup", ("Input.Token", token), ("Input.Name", "anna"), ("Input.Password", Password), ("Input.Again", Password));
        using var other = new HttpClient { BaseAddress = Console(pair, 2) };
        await Eventually.TrueAsync("the user is on the other server", async () => (await pair.Servers[1].GetAsync("/api/v1/users"))?.Contains("anna", StringComparison.Ordinal) == true, () => "not there");
        await SubmitAsync(other, "login", "login", ("Input.Name", "anna"), ("Input.Password", Mistyped));
        await SubmitAsync(other, "login", "login", ("Input.Name", "anna"), ("Input.Password", Password));
        Assert.Contains("anna", await other.GetStringAsync(new Uri("access", UriKind.Relative)), StringComparison.Ordinal);
    }

    private static async Task UseTokenAsync(RunningPair pair, string token)
    {
        using var program = new HttpClient { BaseAddress = Console(pair, 1) };
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await MustAsync(program.PostAsJsonAsync(new Uri("api/v1/users/otto/password", UriKind.Relative), new { password = Second }));
        await MustAsync(program.PostAsJsonAsync(new Uri("api/v1/system/backup", UriKind.Relative), new { passphrase = Passphrase }));

        // As a browser must send it to a hub, and as somebody sends it by mistake.
        using var bare = new HttpClient { BaseAddress = Console(pair, 1) };
        await MustAsync(bare.PostAsync(new Uri("hubs/status/negotiate?negotiateVersion=1&access_token=" + token, UriKind.Relative), null));
        using var refused = await bare.GetAsync(new Uri("api/v1/status?access_token=" + token, UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token[..^1] + (token[^1] == 'a' ? 'b' : 'a'));
        using var wrong = await program.GetAsync(new Uri("api/v1/status", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    private static async Task<List<(string Place, byte[] Text)>> AnswersOfAsync(HaServer server)
    {
        var answers = new List<(string, byte[])>();
        foreach (var path in Answers)
        {
            var text = await server.GetAsync("/api/v1/" + path);
            Assert.True(text is not null, $"{path} does not answer");
            answers.Add((path, Encoding.UTF8.GetBytes(text)));
        }

        answers.Add(("settings export", Encoding.UTF8.GetBytes(await server.MustAsync("settings", "export"))));
        answers.Add(("status verb", Encoding.UTF8.GetBytes((await server.VerbAsync("status", "--format", "json")).Output)));
        answers.Add(("status page", Encoding.UTF8.GetBytes(await server.GetAsync("/status") ?? "")));
        return answers;
    }

    /// <summary>Everything in the data directory, the database's own files included.</summary>
    private static IEnumerable<(string Place, byte[] Text)> FilesOf(HaServer server)
    {
        foreach (var file in Directory.EnumerateFiles(server.Data, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }))
        {
            byte[] content;
            try
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var memory = new MemoryStream();
                stream.CopyTo(memory);
                content = memory.ToArray();
            }
            catch (IOException)
            {
                // A socket, or gone by now.
                continue;
            }

            yield return (Path.GetRelativePath(server.Data, file), content);
        }
    }

    /// <summary>What it has printed, but for the lines that tell the owner his setup token.</summary>
    private static byte[] OutputOf(HaServer server)
        => Encoding.UTF8.GetBytes(string.Join('\n', server.Log.Split('\n').Where(line => !line.StartsWith("Nobody can sign in yet.", StringComparison.Ordinal))));

    private static bool Holds(byte[] text, string canary)
        => text.AsSpan().IndexOf(Encoding.UTF8.GetBytes(canary)) >= 0
            || text.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Uri.EscapeDataString(canary))) >= 0
            || text.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(canary)))) >= 0;

    private static Uri Console(RunningPair pair, int server) => new($"http://{pair.Network.Address(server)}:{RunningPair.HttpPort}/");

    private static string Last(string output) => output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)[^1];

    private static async Task MustAsync(Task<HttpResponseMessage> call)
    {
        using var answer = await call;
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri!.AbsolutePath}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private static async Task SubmitAsync(HttpClient browser, string path, string handler, params (string Name, string Value)[] fields)
    {
        var html = await browser.GetStringAsync(new Uri(path, UriKind.Relative));
        var all = fields.Append(("_handler", handler)).Append(("__RequestVerificationToken", System.Net.WebUtility.HtmlDecode(Field().Match(html).Groups[1].Value)));
        using var body = new FormUrlEncodedContent(all.Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        await MustAsync(browser.PostAsync(new Uri(path, UriKind.Relative), body));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]*)\"")]
    private static partial Regex Field();

    [GeneratedRegex("one-time token ([A-Z0-9-]{24}) ")]
    private static partial Regex Token();
}
