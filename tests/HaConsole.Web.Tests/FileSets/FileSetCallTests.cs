using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.FileSets;

/// <summary>File sets by API and command line.</summary>
public sealed class FileSetCallTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync()
    {
        server = await RunningServer.StartAsync();
        await server.Engine.EditConfigurationAsync(c => c with { FileSets = [new FileSetDefinition { Name = "uploads", Path = "/srv/uploads" }] }, "test", CancellationToken.None);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Get_IsBothServersSideBySide()
    {
        server.Engine.FileSets = [FileSetSamples.Sent with { LagSeconds = 0.25 }];
        server.Engine.FileSetsThere = [FileSetSamples.Received];
        using var reader = await server.WithTokenAsync("read");

        var set = JsonNode.Parse(await reader.GetStringAsync("/api/v1/file-sets"))!["sets"]!.AsArray().Single()!;

        Assert.Equal(("uploads", "InSync", 1, 0.25), (set["name"]!.GetValue<string>(), set["state"]!.GetValue<string>(), set["source"]!.GetValue<int>(), set["lagSeconds"]!.GetValue<double>()));
        Assert.Equal([(1, "InSync"), (2, "InSync")], set["servers"]!.AsArray().Select(s => (s!["server"]!.GetValue<int>(), s["state"]!.GetValue<string>())));
    }

    [Theory]
    [InlineData("operate", "audit", FileSetCommand.Audit)]
    [InlineData("admin", "push", FileSetCommand.Push)]
    [InlineData("admin", "fetch", FileSetCommand.Fetch)]
    public async Task Command_IsGivenToTheEngineAndAudited(string scope, string word, FileSetCommand command)
    {
        using var person = await server.WithTokenAsync(scope);
        using var response = await PostAsync(person, $"file-sets/uploads/{word}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(("uploads", command), (server.Engine.FileSetCommands.Single().Set, server.Engine.FileSetCommands.Single().Command));
        var entry = server.Engine.Audit.Read(0, 100)[^1];
        Assert.Equal(($"file-set-{word}", "file set uploads", $"haconsole files {word} uploads", "done"), (entry.Action, entry.Target, entry.CommandLine, entry.Result));
    }

    [Theory]
    [InlineData("push")]
    [InlineData("fetch")]
    public async Task Overwriting_NeedsAnAdmin(string word)
    {
        using var person = await server.WithTokenAsync("operate");
        using var response = await PostAsync(person, $"file-sets/uploads/{word}");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(server.Engine.FileSetCommands);
    }

    [Fact]
    public async Task Command_Refused_SaysWhy()
    {
        using var admin = await server.WithTokenAsync("admin");
        using var unknown = await PostAsync(admin, "file-sets/nothing/push");
        server.Engine.FileSetRefusal = "Only the Active can compare and synchronise.";
        using var refused = await PostAsync(admin, "file-sets/uploads/push");

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (unknown.StatusCode, refused.StatusCode));
        Assert.Contains("There is no file set nothing", await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("Only the Active", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verb_ShowsStatesAndGivesCommands()
    {
        server.Engine.FileSets = [FileSetSamples.Sent];
        server.Engine.FileSetsThere = [FileSetSamples.Received];
        var healthy = await server.CommandAsync("files");
        Assert.Equal(0, healthy.Code);
        Assert.StartsWith("uploads (/srv/uploads): in sync", healthy.Output, StringComparison.Ordinal);
        Assert.Contains("#1 -> #2", healthy.Output, StringComparison.Ordinal);

        server.Engine.FileSets = [FileSetSamples.Broken];
        var broken = await server.CommandAsync("files", "status");
        Assert.Equal(2, broken.Code);
        Assert.Contains("OUT OF SYNC", broken.Output, StringComparison.Ordinal);
        Assert.Contains("differs: a.txt: content, was 3 bytes; kept as .haconsole/recycle/20260301-120000-000/a.txt", broken.Output, StringComparison.Ordinal);
        Assert.Contains("no-space: b.bin: The disk of the receiving server is full", broken.Output, StringComparison.Ordinal);
        Assert.Equal("OutOfSync", JsonNode.Parse((await server.CommandAsync("files", "--format", "json")).Output)!["sets"]![0]!["state"]!.GetValue<string>());

        Assert.Equal(0, (await server.CommandAsync("files", "audit", "uploads")).Code);
        Assert.Equal(FileSetCommand.Audit, server.Engine.FileSetCommands.Single().Command);
        Assert.Equal(5, (await server.CommandAsync("files", "push", "nothing")).Code);
        Assert.Equal(64, (await server.CommandAsync("files", "push")).Code);
    }

    [Fact]
    public async Task Verb_WithoutSets_SaysHowToMakeOne()
    {
        await server.Engine.EditConfigurationAsync(c => c with { FileSets = [] }, "test", CancellationToken.None);
        var result = await server.CommandAsync("files");

        Assert.Equal(0, result.Code);
        Assert.Contains("no file sets are configured", result.Output, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path)
        => client.PostAsync("/api/v1/" + path, new StringContent("", Encoding.UTF8, "application/json"));
}
