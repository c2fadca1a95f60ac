using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Peering;
using HaConsole.Failover;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests;

/// <summary>The API, by the control socket and by the network.</summary>
public sealed class ApiTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task GetStatus_ByNetwork_IsTheSnapshot()
    {
        using var reader = await server.WithTokenAsync("read");
        var status = JsonNode.Parse(await reader.GetStringAsync("/api/v1/status"))!;

        Assert.Equal(1287, status["version"]!.GetValue<long>());
        Assert.Equal("Active (Primary)", status["servers"]![0]!["status"]!.GetValue<string>());
        Assert.True(status["switchWouldSucceed"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("GET", "status")]
    [InlineData("GET", "events")]
    [InlineData("POST", "switch")]
    [InlineData("POST", "stop")]
    [InlineData("POST", "pause")]
    [InlineData("PUT", "hot-standby")]
    [InlineData("GET", "configuration")]
    [InlineData("POST", "pair")]
    [InlineData("POST", "certificate/rotate")]
    public async Task OwnersCall_ByNetwork_401AndNothingDone(string method, string path)
    {
        using var response = await SendAsync(server.Http, method, path, "{}");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Empty(server.Engine.Calls);
    }

    [Theory]
    [InlineData("POST", "switch", """{"to":3}""", 400, "to must be 1 or 2")]
    [InlineData("POST", "switch", """{"to":2,"froce":true}""", 400, "froce")]
    [InlineData("POST", "switch", """{"to":"two"}""", 400, "to")]
    [InlineData("POST", "switch", "nonsense", 400, "not JSON")]
    [InlineData("POST", "pause", """{"for":-1}""", 400, "for must be above 0")]
    [InlineData("POST", "maintenance", """{"server":0,"on":true}""", 400, "server must be 1 or 2")]
    [InlineData("POST", "pair", """{"code":"x"}""", 400, "code and address go together")]
    [InlineData("POST", "acknowledge", """{"id":"no-such"}""", 409, "no alarm 'no-such'")]
    [InlineData("GET", "events?limit=0", null, 400, "limit must be 1 to 1000")]
    [InlineData("GET", "events?severity=loud", null, 400, "info, warning or alarm")]
    [InlineData("GET", "no-such-call", null, 404, "not a call of this API")]
    [InlineData("GET", "switch", null, 405, "not a call of this API")]
    [InlineData("GET", "hold/clear", null, 405, "not a call of this API")]
    [InlineData("POST", "status", "{}", 405, "not a call of this API")]
    [InlineData("DELETE", "switch", null, 405, "not a call of this API")]
    [InlineData("PUT", "hot-standby", "{}", 428, "\"7.12.1\"")]
    public async Task WrongCall_ByControlSocket_ProblemDetails(string method, string path, string? body, int status, string detail)
    {
        using var response = await SendAsync(server.Control, method, path, body);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(status, problem["status"]!.GetValue<int>());
        Assert.Contains(detail, problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostSwitch_ReadyPeer_200WithSteps()
    {
        using var response = await SendAsync(server.Control, "POST", "switch", """{"to":2,"dryRun":true,"reason":"drill"}""");
        var outcome = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("stop-services", outcome["steps"]![0]!["name"]!.GetValue<string>());
        Assert.Contains("switch 2 True False drill", server.Engine.Calls);
    }

    [Fact]
    public async Task PostSwitch_FailedCheck_409WithTheFailedChecksOnly()
    {
        server.Engine.Current = Snapshots.PeerLost();
        using var response = await SendAsync(server.Control, "POST", "switch", """{"to":2}""");
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        var check = Assert.Single(problem["checks"]!.AsArray());
        Assert.Equal("peer-reachable", check!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task PutHotStandby_CurrentRevision_SavesTheNamedMembersOnly()
    {
        using var read = await server.Control.GetAsync("api/v1/hot-standby");
        Assert.Equal("\"7.12.1\"", read.Headers.ETag!.Tag);

        using var response = await SendAsync(server.Control, "PUT", "hot-standby", """{"failuresToSwitch":1}""", read.Headers.ETag.Tag);
        var saved = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("\"7.13.1\"", response.Headers.ETag!.Tag);
        Assert.Contains("lost packet", saved["warnings"]!["HotStandby:FailuresToSwitch"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        var now = server.Engine.Configuration.Content.HotStandby;
        Assert.Equal((1, 30, "127.0.0.11"), (now.FailuresToSwitch, now.HeartbeatInterval, now.Server1Address));
    }

    [Theory]
    [InlineData("""{"failuresToSwitch":3}""", "\"7.11.1\"", 412)]
    [InlineData("""{"failuresToSwitch":3}""", "nonsense", 400)]
    [InlineData("""{"heartbeatTimeout":60}""", "\"7.12.1\"", 422)]
    [InlineData("""{"heartbeetTimeout":6}""", "\"7.12.1\"", 400)]
    public async Task PutHotStandby_WrongRevisionOrValue_NothingChanged(string body, string revision, int status)
    {
        var before = server.Engine.Configuration;
        using var response = await SendAsync(server.Control, "PUT", "hot-standby", body, revision);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Same(before, server.Engine.Configuration);
        if (status == 422)
        {
            var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            Assert.NotNull(problem["errors"]!["HotStandby:HeartbeatTimeout"]![0]);
        }
    }

    [Fact]
    public async Task PutConfiguration_NewerFormat_422()
    {
        using var response = await SendAsync(server.Control, "PUT", "configuration", """{"format":99}""", "\"7.12.1\"");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    [Fact]
    public async Task Configuration_NeitherShowsNorChangesUsers()
    {
        await server.Engine.EditConfigurationAsync(
            c => c with { Access = new AccessConfiguration { Users = [new UserDefinition { Name = "anna", Role = AccessRole.Admin, PasswordHash = "a-hash" }] } }, "test", CancellationToken.None);
        using var shown = await SendAsync(server.Control, "GET", "configuration", null);
        using var history = await SendAsync(server.Control, "GET", "settings/history", null);
        using var saved = await SendAsync(server.Control, "PUT", "configuration", """{"access":{"users":[],"tokens":[]},"hotStandby":{"heartbeatInterval":60}}""", "*");

        Assert.DoesNotContain("anna", await shown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("a-hash", await history.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, saved.StatusCode);
        Assert.Equal("a-hash", Assert.Single(server.Engine.Configuration.Content.Access.Users).PasswordHash);
    }

    [Fact]
    public async Task PutConfiguration_ServicesLeftOut_AreKept()
    {
        using var response = await SendAsync(server.Control, "PUT", "configuration", """{"hotStandby":{"heartbeatInterval":60}}""", "*");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("cti", Assert.Single(server.Engine.Configuration.Content.Services).Name);
        Assert.Equal(60, server.Engine.Configuration.Content.HotStandby.HeartbeatInterval);
    }

    [Fact]
    public async Task PutConfiguration_ServiceWithItsNameOnly_HasTheDefaults()
    {
        using var response = await SendAsync(server.Control, "PUT", "configuration", """{"services":[{"name":"cti","command":"/bin/true"}]}""", "*");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var service = Assert.Single(server.Engine.Configuration.Content.Services);
        Assert.Equal(("", 60, 30, 3), (service.WorkingDirectory, service.StartTimeout, service.StopTimeout, service.RestartBudget));
        Assert.Empty(service.Arguments);
        Assert.Empty(service.Environment);
    }

    [Theory]
    [InlineData("""{"services":null}""", "services: null")]
    [InlineData("""{"services":[{"name":"cti","arguments":["a",null]}]}""", "services[0].arguments[1]: null")]
    [InlineData("""{"hotStandby":{"vipAddress":null}}""", "hotStandby.vipAddress: null")]
    [InlineData("""{"services":[],"services":[]}""", "not JSON")]
    [InlineData("""{"services":[{"name":"\ud800"}]}""", "not JSON")]
    public async Task PutConfiguration_WhatIsNoValue_400AndNothingChanged(string body, string detail)
    {
        var before = server.Engine.Configuration;
        using var response = await SendAsync(server.Control, "PUT", "configuration", body, "*");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(detail, JsonNode.Parse(await response.Content.ReadAsStringAsync())!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Same(before, server.Engine.Configuration);
    }

    [Fact]
    public async Task GetHistory_ByControlSocket_NewestFirst()
    {
        var history = JsonNode.Parse(await server.Control.GetStringAsync("api/v1/settings/history"))!;
        Assert.Equal("7.12.1", history[0]!["revision"]!.GetValue<string>());
    }

    [Fact]
    public async Task PostPause_WithDuration_SetsAControlThatEnds()
    {
        using var response = await SendAsync(server.Control, "POST", "pause", """{"for":60,"reason":"update"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var pause = server.Engine.Controls.Pause!;
        Assert.Equal(("update", TimeSpan.FromSeconds(60)), (pause.Reason, pause.Until - pause.Since));
        using var resumed = await SendAsync(server.Control, "POST", "resume", null);
        Assert.Null(server.Engine.Controls.Pause);
    }

    [Fact]
    public async Task GetEvents_Filters_AreApplied()
    {
        for (var i = 1; i <= 5; i++)
        {
            server.Engine.Record(new HaEvent { Kind = "probe", Sentence = $"sentence {i}", Severity = i % 2 == 0 ? Severity.Alarm : Severity.Info });
        }

        Assert.Equal("4, 5", await SequencesAsync("after=3"));
        Assert.Equal("2, 4", await SequencesAsync("severity=alarm"));
        Assert.Equal("3", await SequencesAsync("text=SENTENCE%203"));
        Assert.Equal("1, 2", await SequencesAsync("after=0&limit=2"));
        Assert.Equal("4, 5", await SequencesAsync("limit=2"));
    }

    [Fact]
    public async Task StopBoth_PeerUnreachable_NothingStops()
    {
        using var response = await SendAsync(server.Control, "POST", "stop", """{"both":true}""");

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.False(server.Serving.IsCompleted);
    }

    [Fact]
    public async Task Dispatch_ForwardedCall_MeetsTheSameChecks()
    {
        var headers = new Dictionary<string, string> { ["If-Match"] = "\"7.12.1\"", ["X-HaConsole-User"] = "anna" };
        var saved = await server.Host.Dispatcher.DispatchAsync(new ForwardedRequest("PUT", "/api/v1/hot-standby", """{"failuresToSwitch":4}""", headers), CancellationToken.None);
        var refused = await server.Host.Dispatcher.DispatchAsync(new ForwardedRequest("POST", "/api/v1/switch", """{"to":3}""", headers), CancellationToken.None);
        var outside = await server.Host.Dispatcher.DispatchAsync(new ForwardedRequest("GET", "/status", "", headers), CancellationToken.None);

        Assert.Equal((200, "\"7.13.1\""), (saved.Status, saved.Headers["ETag"]));
        Assert.Equal("anna", server.Engine.Configuration.SavedBy);
        Assert.Equal((400, 404), (refused.Status, outside.Status));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path, string? body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "api/v1/" + path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await client.SendAsync(request);
    }

    private async Task<string> SequencesAsync(string query)
        => string.Join(", ", JsonNode.Parse(await server.Control.GetStringAsync("/api/v1/events?" + query))!.AsArray().Select(e => e!["sequence"]!.GetValue<long>()));
}
