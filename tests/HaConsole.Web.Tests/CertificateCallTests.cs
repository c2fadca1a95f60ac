using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using HaConsole.Engine.Certificates;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests;

/// <summary>Certificates and clocks by API and command line.</summary>
public sealed class CertificateCallTests : IAsyncLifetime
{
    private static readonly CertificateReport Sound = new()
    {
        Name = "portal",
        Present = true,
        Readable = true,
        Fingerprint = "AA11",
        KeyFingerprint = "BB22",
        KeyMatches = true,
        ChainComplete = true,
        Subject = "CN=portal.example",
        NotBefore = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        NotAfter = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero),
        DaysLeft = 300,
    };

    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Get_IsBothServersSideBySide()
    {
        server.Engine.Certificates = Known(Sound, Sound with { Fingerprint = "CC33" });
        using var reader = await server.WithTokenAsync("read");

        var first = JsonNode.Parse(await reader.GetStringAsync("/api/v1/certificates"))!["certificates"]![0]!;

        Assert.Equal(("portal", "Alarm", false), (first["name"]!.GetValue<string>(), first["level"]!.GetValue<string>(), first["identical"]!.GetValue<bool>()));
        Assert.Equal(("AA11", "CC33"), (first["server1"]!["fingerprint"]!.GetValue<string>(), first["server2"]!["fingerprint"]!.GetValue<string>()));
        Assert.Equal("certificate-differs", first["findings"]![0]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Copy_IsDoneAndAuditedWithBothFingerprints()
    {
        server.Engine.Certificates = Known(Sound, Sound with { Fingerprint = "CC33" });
        using var admin = await server.WithTokenAsync("admin");
        using var response = await PostAsync(admin, "certificates/portal/copy", """{"from":1}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("certificates copy portal 1", server.Engine.Calls);
        var entry = server.Engine.Audit.Read(0, 100)[^1];
        Assert.Equal(("certificate-copy", "certificate portal from server 1 to server 2", "haconsole certificates copy portal --from 1", "SHA-256 CC33", "SHA-256 AA11", "done"),
            (entry.Action, entry.Target, entry.CommandLine, entry.Before, entry.After, entry.Result));
    }

    [Theory]
    [InlineData("""{"from":3}""", 400, "from must be 1 or 2")]
    [InlineData("{}", 400, "from must be 1 or 2")]
    [InlineData("""{"from":1,"to":2}""", 400, "to")]
    [InlineData("""{"from":1}""", 409, "does not belong")]
    public async Task Copy_NotDone_SaysWhy(string body, int status, string detail)
    {
        server.Engine.CopyOutcome = new CertificateCopyOutcome(false, "the key does not belong to the certificate", [], []);
        using var admin = await server.WithTokenAsync("admin");
        using var response = await PostAsync(admin, "certificates/portal/copy", body);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(detail, JsonNode.Parse(await response.Content.ReadAsStringAsync())!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_HasBothServersLook()
    {
        using var person = await server.WithTokenAsync("operate");
        using var response = await PostAsync(person, "certificates/look", "");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("certificates look", server.Engine.Calls);
    }

    [Fact]
    public async Task Time_IsTheHistoryOfEachServerThatAnswers()
    {
        ClockPoint At(double age) => new(DateTimeOffset.UnixEpoch, age, 2, 0.001, 0.0005, 0.0015, 0.002, 0.001, 0.003);
        server.Engine.ClockHistory = new ClockHistory(1, DateTimeOffset.UnixEpoch, ClockLevel.Warning, 2.5, 0.002, 1, [At(7200), At(30)]);
        using var reader = await server.WithTokenAsync("read");
        var alone = JsonNode.Parse(await reader.GetStringAsync("/api/v1/time"))!["servers"]!.AsArray();
        server.Engine.PeerReachable = true;
        var both = JsonNode.Parse(await reader.GetStringAsync("/api/v1/time?minutes=60"))!["servers"]!.AsArray();

        Assert.Equal((1, 2), (alone.Count, alone[0]!["points"]!.AsArray().Count));
        Assert.Equal([1, 2], both.Select(s => s!["server"]!.GetValue<int>()));
        Assert.Equal(0.001, both[1]!["points"]!.AsArray().Single()!["roundTripLeast"]!.GetValue<double>());
        Assert.Equal(("Warning", 2.5), (both[0]!["level"]!.GetValue<string>(), both[0]!["offsetSeconds"]!.GetValue<double>()));
        using var wrong = await reader.GetAsync("/api/v1/time?minutes=2000");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task Verb_ShowsAndCopies()
    {
        Assert.Equal((0, "no certificates are configured (Certificates:N:Name, …)"), Ended(await server.CommandAsync("certificates")));

        server.Engine.Certificates = Known(Sound, Sound);
        var same = await server.CommandAsync("certificates", "--look");
        Assert.Equal(0, same.Code);
        Assert.StartsWith("portal: ok, the same on both servers", same.Output, StringComparison.Ordinal);
        Assert.Contains("#2 CN=portal.example, until 2027-01-01 (", same.Output, StringComparison.Ordinal);
        Assert.Contains("certificates look", server.Engine.Calls);

        server.Engine.Certificates = Known(Sound, null);
        Assert.Contains("#2 not known", (await server.CommandAsync("certificates")).Output, StringComparison.Ordinal);
        server.Engine.Certificates = Known(Sound, Sound with { Fingerprint = "CC33" });
        var differs = await server.CommandAsync("certificates");
        Assert.Equal(2, differs.Code);
        Assert.Contains("alarm   Certificate portal differs", differs.Output, StringComparison.Ordinal);
        Assert.Equal("portal", JsonNode.Parse((await server.CommandAsync("certificates", "--format", "json")).Output)!["certificates"]![0]!["name"]!.GetValue<string>());

        var copied = await server.CommandAsync("certificates", "copy", "portal", "--from", "2");
        Assert.Equal(0, copied.Code);
        Assert.Contains("/p.key.bak-20260301T120000Z", copied.Output, StringComparison.Ordinal);
        server.Engine.CopyOutcome = new CertificateCopyOutcome(false, "the key does not belong", [], []);
        Assert.Equal(5, (await server.CommandAsync("certificates", "copy", "portal", "--from", "2")).Code);
        Assert.Equal(64, (await server.CommandAsync("certificates", "copy", "portal")).Code);
    }

    [Fact]
    public async Task Configuration_TakesTheListByCallAndByVerb()
    {
        using var admin = await server.WithTokenAsync("admin");
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/configuration") { Content = new StringContent("""{"certificates":[{"name":"portal","certificateFile":"/p.pem","warnDays":20,"checkInterval":60}]}""", Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        using var response = await admin.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(new CertificateDefinition { Name = "portal", CertificateFile = "/p.pem", WarnDays = 20, CheckInterval = 60 }, server.Engine.Configuration.Content.Certificates.Single());
        Assert.Contains("20", (await server.CommandAsync("settings", "get", "Certificates:0:WarnDays")).Output, StringComparison.Ordinal);
        Assert.Contains("portal", server.Engine.Audit.Read(0, 100)[^1].After, StringComparison.Ordinal);
    }

    private static PairCertificates Known(CertificateReport? one, CertificateReport? two) => new(DateTimeOffset.UnixEpoch, CertificateComparer.Compare(
        [new CertificateDefinition { Name = "portal", CertificateFile = "/p.pem" }],
        one is null ? null : new ServerCertificates(1, DateTimeOffset.UnixEpoch, [one]),
        two is null ? null : new ServerCertificates(2, DateTimeOffset.UnixEpoch, [two]),
        new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero)));

    private static (int Code, string Output) Ended(CommandResultText result) => (result.Code, result.Output.TrimEnd());

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string body)
        => client.PostAsync("/api/v1/" + path, new StringContent(body, Encoding.UTF8, "application/json"));
}
