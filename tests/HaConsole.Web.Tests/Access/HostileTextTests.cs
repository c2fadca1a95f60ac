using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Access;

/// <summary>
/// Hostile text in every text field of the API, with the real engine and its rules: either a problem that a person understands, or it is kept
/// as it is and shown as text, nowhere as markup.
/// </summary>
public sealed class HostileTextTests : IAsyncLifetime
{
    private const string Script = "<script>alert('owned')</script>";
    private const int LongestProblem = 4000;

    // Stands for half a character, which JSON can say and text cannot hold.
    private const string Half = "HALF-A-CHARACTER";

    private static readonly string[] Texts =
    [
        Script,
        "\"><img src=x onerror=alert(1)>",
        new string('x', 100_000),
        "gpj.\u202Eexe\u2066",
        "a\u0000b\u0007c\u001b[31md\r\nSet-Cookie: x=1",
        Half,
    ];

    // What a service or a check of each kind needs beside the field that is tried; nothing of it runs while the test does.
    private static readonly JsonObject Service = new() { ["name"] = "cti", ["command"] = "/bin/true", ["startDelay"] = 3600 };
    private static readonly JsonObject Check = new() { ["name"] = "crm", ["type"] = "Tcp", ["host"] = "127.0.0.1", ["port"] = 1, ["interval"] = 3600 };

    private static readonly string[] Pages = ["/", "/why", "/hot-standby", "/hot-standby?view=history", "/services", "/checks", "/events", "/logs", "/access", "/audit", "/system", "/status", "/drills", "/simulator", "/setup/peer"];

    private RealServer server = null!;

    public async Task InitializeAsync()
    {
        server = await RealServer.StartAsync("Database:ConnectionString=");
        await server.DatabaseReadyAsync();
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task EveryTextField_TakesHostileTextAsTextOrSaysWhyNot()
    {
        var findings = new List<string>();
        var kept = 0;
        foreach (var (method, path, body) in Fields())
        {
            foreach (var text in Texts)
            {
                var (status, type, answer) = await server.CallAsync(method, path(text), body(text)?.ToJsonString().Replace(Half, "\\ud800", StringComparison.Ordinal));
                kept += (int)status < 300 ? 1 : 0;
                if (Complaint(status, type, answer) is { } complaint)
                {
                    findings.Add($"{method} {path("…")} {body("…")?.ToJsonString()} with {text.Length} characters {JsonSerializer.Serialize(text[..Math.Min(20, text.Length)])}: {complaint}");
                }
            }
        }

        Assert.True(findings.Count == 0, string.Join('\n', findings));
        Assert.True(kept > 0, "nothing was kept: this test looks at refusals only");
        await PagesShowNoMarkupAsync();
    }

    private async Task PagesShowNoMarkupAsync()
    {
        await SaveAsync("services", With(Service, "workingDirectory", Script));
        await SaveAsync("checks", With(Check, "application", Script));
        var password = (await server.CommandAsync("user", "add", "anna", "--role", "admin")).Output.TrimEnd().Split(' ')[^1];
        using var browser = new Browser(server.Address);
        (await browser.SignInAsync("anna", password)).Dispose();
        var shown = 0;
        foreach (var page in Pages)
        {
            using var answer = await browser.Client.GetAsync(page);
            var html = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{page}: {answer.StatusCode}");
            Assert.DoesNotContain(Script, html, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", html, StringComparison.Ordinal);
            shown += html.Contains("&lt;script&gt;alert", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.True(shown >= 2, $"the text is shown on {shown} pages only");
    }

    private async Task SaveAsync(string list, JsonObject item)
    {
        var (status, _, answer) = await server.CallAsync("PUT", "configuration", new JsonObject { [list] = new JsonArray(item) }.ToJsonString());
        Assert.True(status == HttpStatusCode.OK, answer);
    }

    private static string? Complaint(HttpStatusCode status, string type, string answer)
    {
        if ((int)status < 300)
        {
            return null;
        }

        if ((int)status is >= 500 or < 400)
        {
            return $"{(int)status} {answer[..Math.Min(300, answer.Length)]}";
        }

        // What the web server itself refuses (a request line of 100 kB) never gets to the API.
        if (status is HttpStatusCode.RequestUriTooLong or HttpStatusCode.RequestHeaderFieldsTooLarge || (status == HttpStatusCode.BadRequest && answer.Length == 0))
        {
            return null;
        }

        if (type != "application/problem+json")
        {
            return $"{(int)status} {type}, no problem details";
        }

        var detail = JsonNode.Parse(answer)!["detail"]!.GetValue<string>();
        return detail.Length == 0 ? "a problem without a sentence"
            : answer.Length > LongestProblem ? $"a problem of {answer.Length} characters"
            : detail.Any(c => char.IsControl(c) && c != '\n') ? "control characters in the sentence"
            : null;
    }

    private static IEnumerable<(string Method, Func<string, string> Path, Func<string, JsonNode?> Body)> Fields()
    {
        foreach (var field in (string[])["server1Address", "server2Address", "vipAddress"])
        {
            yield return ("PUT", _ => "hot-standby", text => new JsonObject { [field] = text });
        }

        foreach (var field in (string[])["name", "command", "workingDirectory", "unit", "startCommand", "stopCommand", "statusCommand", "url", "restartAt"])
        {
            yield return ("PUT", _ => "configuration", text => new JsonObject { ["services"] = new JsonArray(With(Service, field, text)) });
        }

        yield return ("PUT", _ => "configuration", text => new JsonObject { ["services"] = new JsonArray(With(Service, "arguments", new JsonArray(text))) });
        yield return ("PUT", _ => "configuration", text => new JsonObject { ["services"] = new JsonArray(With(Service, "environment", new JsonObject { ["KEY"] = text })) });
        yield return ("PUT", _ => "configuration", text => new JsonObject { ["services"] = new JsonArray(With(Service, "environment", new JsonObject { [text] = "value" })) });
        foreach (var field in (string[])["name", "application", "url", "host", "command"])
        {
            yield return ("PUT", _ => "configuration", text => new JsonObject { ["checks"] = new JsonArray(With(Check, field, text)) });
        }

        foreach (var (path, field) in new[]
        {
            ("switch", "reason"), ("pause", "reason"), ("maintenance", "reason"), ("acknowledge", "id"), ("users", "name"), ("users", "displayName"), ("users", "password"), ("users/nobody/password", "password"),
            ("tokens", "name"), ("pair", "code"), ("pair", "address"), ("events/1/1/notes", "note"), ("events/1/1/acknowledge", "note"), ("system/backup", "passphrase"),
        })
        {
            yield return ("POST", _ => path, text => Call(path, field, text));
        }

        yield return ("POST", text => "services/" + Uri.EscapeDataString(text), _ => new JsonObject { ["server"] = 1, ["command"] = "Stop" });
        yield return ("POST", text => $"checks/{Uri.EscapeDataString(text)}/run", _ => new JsonObject { ["server"] = 1 });
        yield return ("PUT", text => "users/" + Uri.EscapeDataString(text), _ => new JsonObject { ["disabled"] = true });
        yield return ("GET", text => "events?text=" + Uri.EscapeDataString(text), _ => null);
        yield return ("GET", text => "logs/" + Uri.EscapeDataString(text), _ => null);
    }

    private static JsonObject Call(string path, string field, string text)
    {
        var body = new JsonObject { [field] = text };
        foreach (var (name, value) in path switch
        {
            "switch" => [("to", JsonValue.Create(2)), ("dryRun", JsonValue.Create(true))],
            "maintenance" => [("server", JsonValue.Create(2)), ("on", JsonValue.Create(true))],
            "users" when field == "displayName" => [("name", JsonValue.Create($"user{text.Length}"))],
            "users" when field == "password" => [("name", JsonValue.Create($"with{text.Length}"))],
            "pair" => [(field == "code" ? "address" : "code", JsonValue.Create(field == "code" ? "127.0.0.1:1" : "AAAA-BBBB"))],
            _ => (IEnumerable<(string, JsonValue)>)[],
        })
        {
            body[name] = value;
        }

        return body;
    }

    private static JsonObject With(JsonObject item, string field, JsonNode? value)
    {
        var copy = item.DeepClone().AsObject();
        copy[field] = value;
        return copy;
    }
}
