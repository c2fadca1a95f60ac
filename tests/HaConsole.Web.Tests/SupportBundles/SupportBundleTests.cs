using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Peering;
using HaConsole.Failover;
using HaConsole.Web.Live;
using HaConsole.Web.Support;
using HaConsole.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HaConsole.Web.Tests.SupportBundles;

/// <summary>The support bundle by API and command line: what is in it, what never is, and what is left when it fails.</summary>
public sealed class SupportBundleTests : IAsyncLifetime
{
    private const string PairSecret = "canary-of-the-pair-secret";
    private const string DatabasePassword = "canary-of-the-database";

    private readonly string directory = RunningServer.NewDirectory();
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.StartAsync(
        directory, $"Node:PairSecret={PairSecret}", $"Database:ConnectionString=Host=/nonexistent;Username=nobody;Database=none;Password={DatabasePassword}");

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Bundle_HasLogsConfigurationEventsAndSurroundings_AndIsAudited()
    {
        Write("logs/ft-20261120.log", "2026/11/20_10:00:00:000 IPS Startup : SWITCH THIS SERVER TO PRIMARY\n");
        Write("logs/service-cti.log.1", "an older line\n");
        Write("keys/peer.pfx", "not for support");
        server.Engine.Record(new HaEvent { Kind = "role-changed", Row = 400, Sentence = "Server #1 is Active." });
        using var admin = await server.WithTokenAsync("admin");

        var files = Unpack(await admin.GetByteArrayAsync("/api/v1/support-bundle"));

        Assert.Contains("SWITCH THIS SERVER TO PRIMARY", files["server-1/logs/ft-20261120.log"], StringComparison.Ordinal);
        Assert.Equal("an older line\n", files["server-1/logs/service-cti.log.1"]);
        Assert.Contains("Server #1 is Active.", files["server-1/events.json"], StringComparison.Ordinal);
        Assert.Contains("role-changed", files["server-1/decisions.json"], StringComparison.Ordinal);
        Assert.Contains("127.0.0.11", files["server-1/configuration.json"], StringComparison.Ordinal);
        Assert.Contains("\"interfaces\"", files["server-1/environment.json"], StringComparison.Ordinal);
        Assert.All(files.Where(file => file.Key.EndsWith(".json", StringComparison.Ordinal)), file => JsonDocument.Parse(file.Value).Dispose());
        Assert.DoesNotContain(files.Keys, name => name.Contains("keys", StringComparison.Ordinal));
        var entry = server.Engine.Audit.Read(0, 100)[^1];
        Assert.Equal(("support-bundle", "haconsole support-bundle", "done"), (entry.Action, entry.CommandLine, entry.Result));
    }

    [Fact]
    public async Task Bundle_WithoutTheOtherServer_SaysSo_AndWithIt_HasItsFiles()
    {
        using var admin = await server.WithTokenAsync("admin");
        var alone = Unpack(await admin.GetByteArrayAsync("/api/v1/support-bundle"));
        Assert.Contains("Server #2 does not answer", alone["README.txt"], StringComparison.Ordinal);
        Assert.Contains("Server #2 does not answer", server.Engine.Audit.Read(0, 100)[^1].Sentence, StringComparison.Ordinal);

        server.Engine.PeerReachable = true;
        server.Engine.AnswerPeer = request => request.Path == SupportBundle.FilesPath
            ? Ok("""[{"name":"logs/ft-20261120.log","bytes":30},{"name":"../../etc/cron.d/evil","bytes":5},{"name":"/etc/passwd","bytes":5},{"name":"logs/gone.log","bytes":5}]""")
            : request.Path.Contains("ft-20261120", StringComparison.Ordinal) ? Part(request.Path) : new ForwardedResponse(404, "", new Dictionary<string, string>());
        var both = Unpack(await admin.GetByteArrayAsync("/api/v1/support-bundle"));

        Assert.Equal("the first line\nthe second line\n", both["server-2/logs/ft-20261120.log"]);
        Assert.DoesNotContain(both.Keys, name => name.Contains("evil", StringComparison.Ordinal) || name.Contains("passwd", StringComparison.Ordinal));
        Assert.Contains("server-2/logs/gone.log ends early", both["README.txt"], StringComparison.Ordinal);

        server.Engine.AnswerPeer = _ => Ok("<html>not a list</html>");
        Assert.Contains("Server #2 does not answer", Unpack(await admin.GetByteArrayAsync("/api/v1/support-bundle"))["README.txt"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bundle_HoldsNoSecret_WhereverOneIsPlanted()
    {
        var canaries = await PlantAsync();
        var log = new StringBuilder();
        foreach (var canary in canaries.Where(c => c.Key is not ("command" or "url" or "variable of a harmless name")).Select(c => c.Value))
        {
            log.AppendLine(canary).AppendLine(Uri.EscapeDataString(canary)).AppendLine(Convert.ToBase64String(Encoding.UTF8.GetBytes(canary))).AppendLine(JsonSerializer.Serialize(canary));
        }

        Write("logs/service-cti.log", log + """
            connecting with password=canary-unknown-1 and "token": "canary-unknown-2", Authorization: Bearer canary-unknown-3
            https://user:canary-unknown-4@host/path  tool --password canary-unknown-5
            -----BEGIN PRIVATE KEY-----
            canaryunknown6
            -----END PRIVATE KEY-----
            kept to the end
            """);
        server.Engine.Record(new HaEvent { Kind = "noted", Sentence = "Somebody typed " + canaries["channel password"] });
        using var admin = await server.WithTokenAsync("admin");

        var packed = await admin.GetByteArrayAsync("/api/v1/support-bundle");
        var files = Unpack(packed);

        var found = files.SelectMany(file => canaries.Where(c => file.Value.Contains(c.Value, StringComparison.Ordinal)
            || file.Value.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(c.Value)), StringComparison.Ordinal)).Select(c => $"{file.Key}: {c.Key}")).ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
        Assert.DoesNotContain("canary-unknown", string.Concat(files.Values), StringComparison.Ordinal);
        Assert.DoesNotContain("canaryunknown6", string.Concat(files.Values), StringComparison.Ordinal);
        Assert.Contains("kept to the end", files["server-1/logs/service-cti.log"], StringComparison.Ordinal);
        Assert.All(files.Where(file => file.Key.EndsWith(".json", StringComparison.Ordinal)), file => JsonDocument.Parse(file.Value).Dispose());
    }

    [Fact]
    public async Task Bundle_IsForAdminsOnly_AndOneAtATime()
    {
        using var person = await server.WithTokenAsync("operate");
        using var refused = await person.GetAsync("/api/v1/support-bundle");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        var bundle = server.Host.Services.GetRequiredService<SupportBundle>();
        Assert.True(bundle.TryBegin());
        using var admin = await server.WithTokenAsync("admin");
        using var second = await admin.GetAsync("/api/v1/support-bundle");
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        bundle.End();
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/v1/support-bundle")).StatusCode);
    }

    [Fact]
    public async Task LongFile_GivesItsEnd_AndSaysSo()
    {
        var path = Path.Combine(directory, "logs", "service-cti.log");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using (var file = new StreamWriter(path))
        {
            await file.WriteLineAsync("the oldest line");
            for (var i = 0; i < 260_000; i++)
            {
                await file.WriteLineAsync("a line of one hundred characters, which is said again and again until the file is long enough ......");
            }

            await file.WriteLineAsync("the newest line");
        }

        var target = new MemoryStream();
        var report = await server.Host.Services.GetRequiredService<SupportBundle>().WriteAsync(target, CancellationToken.None);

        var text = Unpack(target.ToArray())["server-1/logs/service-cti.log"];
        Assert.InRange(text.Length, SupportBundle.MostBytesOfFile * 9 / 10, SupportBundle.MostBytesOfFile);
        Assert.EndsWith("the newest line\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("the oldest line", text, StringComparison.Ordinal);
        Assert.Contains(report.Notes, note => note.StartsWith("Of server-1/logs/service-cti.log only the end is here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verb_WritesAFileForItsOwner_AndNeverOverwritesOne()
    {
        var target = Path.Combine(directory, "bundle.zip");
        var done = await server.CommandAsync("support-bundle", target);

        Assert.Equal(0, done.Code);
        Assert.StartsWith(target, done.Output, StringComparison.Ordinal);
        Assert.Contains("README.txt", Unpack(await File.ReadAllBytesAsync(target)).Keys);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(target) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal(5, (await server.CommandAsync("support-bundle", target)).Code);
    }

    [Fact]
    public async Task Verb_ThatCannotWrite_LeavesNothingAndSaysWhy()
    {
        var missing = await server.CommandAsync("support-bundle", Path.Combine(directory, "nowhere", "bundle.zip"));
        Assert.Equal(1, missing.Code);
        Assert.Contains("nothing is left of it", missing.Error, StringComparison.Ordinal);

        // Breaks off in the middle.
        server.Engine.PeerReachable = true;
        server.Engine.AnswerPeer = _ => throw new InvalidOperationException("the link has failed");
        var folder = Directory.CreateDirectory(Path.Combine(directory, "out")).FullName;
        var broken = await server.CommandAsync("support-bundle", Path.Combine(folder, "bundle.zip"));
        Assert.Equal(1, broken.Code);
        Assert.Contains("nothing is left of it", broken.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    private async Task<Dictionary<string, string>> PlantAsync()
    {
        var canaries = new Dictionary<string, string> { ["pair secret"] = PairSecret, ["database password"] = DatabasePassword };
        string Canary(string place) => canaries[place] = $"canary \"{place}\" é/{canaries.Count}+sings";
        var planted = server.Engine.Configuration.Content with
        {
            Access = new AccessConfiguration
            {
                Users = [new UserDefinition { Name = "anna", PasswordHash = Canary("password hash"), SecurityStamp = Canary("security stamp") }],
                Tokens = [new TokenDefinition { Id = "t1", Name = "t1", Hash = Canary("token hash") }],
            },
            Notifications = new NotificationSettings
            {
                Channels =
                [
                    new NotificationChannel { Name = "mail", Type = ChannelType.Email, Password = Canary("channel password") },
                    new NotificationChannel { Name = "hook", Type = ChannelType.Webhook, Token = Canary("channel token"), SigningKey = Canary("signing key"), Url = "https://hooks.example/services/" + (canaries["webhook"] = "T00canary/B00canary/secretPath") },
                    new NotificationChannel { Name = "run", Type = ChannelType.Command, Command = "/bin/tell", Arguments = ["--api-key", Canary("channel argument")] },
                ],
            },
            Services =
            [
                new ServiceDefinition
                {
                    Name = "cti",
                    Command = "/bin/cti",
                    Arguments = ["--password", Canary("argument"), "--token=" + (canaries["assignment"] = "canary-assigned-value")],
                    Environment = new Dictionary<string, string> { ["DB_PASSWORD"] = Canary("variable"), ["HARMLESS"] = Canary("variable of a harmless name") },
                    StartCommand = "/bin/cti start --secret " + (canaries["command"] = "canary-in-a-command"),
                    Url = "http://user:" + (canaries["url"] = "canary-in-a-url") + "@127.0.0.1/",
                },
            ],
            Checks = [new CheckDefinition { Name = "web", Url = "http://127.0.0.1/", Header = "X-Api-Key: " + (canaries["header"] = "canary-in-a-header") }],
        };
        var saved = await server.Engine.ChangeConfigurationAsync(planted, server.Engine.Configuration.Revision, "anna", CancellationToken.None);
        Assert.True(saved.Saved);

        return canaries;
    }

    private static ForwardedResponse Ok(string body) => new(200, body, new Dictionary<string, string>());

    private static ForwardedResponse Part(string path) => Ok(JsonSerializer.Serialize(path.EndsWith("from=0", StringComparison.Ordinal)
        ? new LogPart("logs/ft-20261120.log", 0, 15, 31, "the first line\n")
        : new LogPart("logs/ft-20261120.log", 15, 31, 31, "the second line\n"), JsonSerializerOptions.Web));

    private static Dictionary<string, string> Unpack(byte[] packed)
    {
        using var zip = new ZipArchive(new MemoryStream(packed), ZipArchiveMode.Read);
        return zip.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
            return reader.ReadToEnd();
        });
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
