using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.Xml;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Licensing;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Licensing;

/// <summary>The licence: what is taken, what is not and why, and that it forbids nothing but to switch hot standby on.</summary>
public sealed class LicenceTests : IDisposable
{
    private const string Fields = "<Product>HaConsole</Product><Customer>Ports of Nantes</Customer><Number>L-7</Number><Expires>2027-01-31</Expires><Server>127.0.0.11</Server><Server>127.0.0.12</Server>";
    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly HotStandbyParameters Pair = new() { Server1Address = "127.0.0.11", Server2Address = "127.0.0.12" };
    private readonly RSA vendor = RSA.Create(2048);
    private readonly RSA forger = RSA.Create(2048);

    public void Dispose()
    {
        vendor.Dispose();
        forger.Dispose();
    }

    [Fact]
    public void Good_IsRead()
    {
        var licence = LicenceReader.Read(Signed(Fields, vendor), vendor);
        var status = LicenceReader.Judge(licence, new LicenceOptions { Customer = "Ports of Nantes" }, Pair, Today);

        Assert.Equal(("Ports of Nantes", "L-7", new DateOnly(2027, 1, 31)), (licence.Customer, licence.Number, licence.Expires!.Value));
        Assert.Equal((LicenceState.Valid, "valid", true), (status.State, status.Code, status.Allows));
    }

    [Theory]
    [InlineData("2026-12-20", LicenceState.Expiring, true)]
    [InlineData("2026-11-20", LicenceState.Expiring, true)]
    [InlineData("2026-11-19", LicenceState.Grace, true)]
    [InlineData("2026-10-21", LicenceState.Grace, true)]
    [InlineData("2026-10-20", LicenceState.Expired, false)]
    public void End_WarnsBefore_AndCountsForSomeDaysAfter(string expires, LicenceState state, bool allows)
    {
        var licence = LicenceReader.Read(Signed(Fields.Replace("2027-01-31", expires, StringComparison.Ordinal), vendor), vendor);
        var status = LicenceReader.Judge(licence, new LicenceOptions(), Pair, Today);

        Assert.Equal((state, allows), (status.State, status.Allows));
        Assert.Contains(expires, status.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void OfAnotherProductCustomerOrServer_SaysSo()
    {
        var licence = LicenceReader.Read(Signed(Fields, vendor), vendor);

        Assert.Equal("wrong-product", LicenceReader.Judge(licence, new LicenceOptions { Product = "Other" }, Pair, Today).Code);
        Assert.Equal("wrong-customer", LicenceReader.Judge(licence, new LicenceOptions { Customer = "Ports of Brest" }, Pair, Today).Code);
        Assert.Equal("wrong-server", LicenceReader.Judge(licence, new LicenceOptions(), Pair with { Server2Address = "127.0.0.99" }, Today).Code);
    }

    [Fact]
    public void Forged_Changed_OrUnsigned_IsRefused()
    {
        Assert.Equal("forged", CodeOf(Signed(Fields, forger)));
        Assert.Equal("forged", CodeOf(Signed(Fields, vendor).Replace("2027-01-31", "2099-01-31", StringComparison.Ordinal)));
        Assert.Equal("not-signed", CodeOf($"<Licence xmlns=\"{LicenceReader.Namespace}\">{Fields}</Licence>"));
        Assert.Equal("not-a-licence", CodeOf("<Other/>"));
        Assert.Equal("not-a-licence", CodeOf(Signed(Fields + "<Customer>Somebody else</Customer>", vendor)));
        Assert.Equal("not-a-licence", CodeOf(Signed(Fields.Replace("2027-01-31", "soon", StringComparison.Ordinal), vendor)));
    }

    [Fact]
    public void HostileXml_IsRefused_AndNothingIsFetched()
    {
        var licence = Signed(Fields, vendor);
        const string doctype = "<!DOCTYPE Licence [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>";
        const string bomb = "<!DOCTYPE Licence [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";

        Assert.Equal("not-xml", CodeOf(doctype + licence.Replace("L-7", "&a;", StringComparison.Ordinal)));
        Assert.Equal("not-xml", CodeOf(bomb + licence.Replace("L-7", "&b;", StringComparison.Ordinal)));
        Assert.Equal("not-xml", CodeOf("<Licence"));
        Assert.Equal("not-xml", CodeOf(""));
        Assert.Equal("too-large", CodeOf(new string(' ', LicenceReader.Longest + 1)));
        Assert.Equal("not-a-licence", CodeOf(string.Concat(Enumerable.Repeat("<a>", 2000)) + string.Concat(Enumerable.Repeat("</a>", 2000))));
    }

    [Fact]
    public void WrappedSignature_IsRefused()
    {
        var original = Signed(Fields, vendor);
        var signature = original[original.IndexOf("<Signature", StringComparison.Ordinal)..original.IndexOf("</Licence>", StringComparison.Ordinal)];
        var forged = Fields.Replace("2027-01-31", "2099-01-31", StringComparison.Ordinal);

        // The genuine licence moved away, into the signature or beside, and other values where they are looked for.
        Assert.NotEqual("read", CodeOf($"<Licence xmlns=\"{LicenceReader.Namespace}\">{forged}{signature.Replace("</Signature>", $"<Object>{original}</Object></Signature>", StringComparison.Ordinal)}</Licence>"));
        Assert.NotEqual("read", CodeOf($"<Licence xmlns=\"{LicenceReader.Namespace}\">{forged}{original}</Licence>"));
        Assert.NotEqual("read", CodeOf(original.Replace("URI=\"\"", "URI=\"#other\"", StringComparison.Ordinal)));
        Assert.NotEqual("read", CodeOf(original.Replace("URI=\"\"", "URI=\"http://127.0.0.1:1/\"", StringComparison.Ordinal)));
        Assert.NotEqual("read", CodeOf(original.Replace("</Licence>", signature + "</Licence>", StringComparison.Ordinal)));

        // A part only is signed: what is outside of it could be anything.
        Assert.Equal("bad-signature", CodeOf(Signed(Fields, vendor, "http://www.w3.org/TR/1999/REC-xpath-19991116")));
    }

    [Fact]
    public async Task Server_WithoutALicence_RefusesOnlyToSwitchHotStandbyOn_AndTakesAGoodOne()
    {
        var directory = RunningServer.NewDirectory();
        var key = Path.Combine(directory, "vendor.pem");
        await File.WriteAllTextAsync(key, vendor.ExportSubjectPublicKeyInfoPem());
        await using var server = await RunningServer.StartAsync(directory, $"Licence:PublicKeyFile={key}", "Licence:Customer=Ports of Nantes");
        var far = Fields.Replace("2027-01-31", "2999-01-31", StringComparison.Ordinal);
        using var admin = await server.WithTokenAsync("admin");
        await Eventually.TrueAsync(() => server.Engine.Latest(10).Any(e => e.Kind == "licence-invalid"));

        // On already: everything may be changed, and it stays on.
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(admin, enabled: true)).Status);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(admin, enabled: false)).Status);
        var refused = await PutAsync(admin, enabled: true);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("There is no licence", refused.Body, StringComparison.Ordinal);

        var path = Path.Combine(directory, "IPSFT_lic.xml");
        await File.WriteAllTextAsync(path, Signed(far, forger));
        var wrong = await server.CommandAsync("licence", "install", path);
        Assert.Equal(65, wrong.Code);
        Assert.Contains("not signed by the vendor", wrong.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await server.CommandAsync("licence")).Code);

        await File.WriteAllTextAsync(path, Signed(far, vendor));
        var good = await server.CommandAsync("licence", "install", path);
        Assert.Equal(0, good.Code);
        Assert.Contains("install it there too", good.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await server.CommandAsync("licence")).Code);
        Assert.Equal("Ports of Nantes", JsonNode.Parse(await admin.GetStringAsync("/api/v1/licence"))!["customer"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(admin, enabled: true)).Status);
        Assert.Contains(server.Engine.Audit.Read(0, 100), e => e is { Action: "licence-install", Result: "done" });
    }

    [Fact]
    public async Task Server_ThatNeedsNone_SaysSo()
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Equal((0, "not-required: not required"), ((await server.CommandAsync("licence")).Code, (await server.CommandAsync("licence")).Output.TrimEnd()));
    }

    private static async Task<(HttpStatusCode Status, string Body)> PutAsync(HttpClient client, bool enabled)
    {
        using var before = await client.GetAsync("/api/v1/hot-standby");
        var parameters = JsonNode.Parse(await before.Content.ReadAsStringAsync())!;
        var name = parameters.AsObject().First(p => p.Key.Equals("enabled", StringComparison.OrdinalIgnoreCase)).Key;
        parameters[name] = enabled;
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/hot-standby") { Content = new StringContent(parameters.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("If-Match", before.Headers.ETag!.ToString());
        using var response = await client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private string CodeOf(string text)
    {
        try
        {
            LicenceReader.Read(text, vendor);
            return "read";
        }
        catch (LicenceException e)
        {
            return e.Code;
        }
    }

    private static string Signed(string fields, RSA key, string? transform = null)
    {
        var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        document.LoadXml($"<Licence xmlns=\"{LicenceReader.Namespace}\">{fields}</Licence>");
        var signed = new SignedXml(document) { SigningKey = key };
        signed.SignedInfo!.SignatureMethod = SignedXml.XmlDsigRSASHA256Url;
        signed.SignedInfo.CanonicalizationMethod = SignedXml.XmlDsigExcC14NTransformUrl;
        var reference = new Reference("") { DigestMethod = SignedXml.XmlDsigSHA256Url };
        reference.AddTransform(new XmlDsigEnvelopedSignatureTransform());
        if (transform is not null)
        {
            var path = new XmlDsigXPathTransform();
            var select = new XmlDocument { XmlResolver = null };
            select.LoadXml("<XPath xmlns=\"http://www.w3.org/2000/09/xmldsig#\">true()</XPath>");
            path.LoadInnerXml(select.ChildNodes);
            reference.AddTransform(path);
        }

        reference.AddTransform(new XmlDsigExcC14NTransform());
        signed.AddReference(reference);
        signed.ComputeSignature();
        document.DocumentElement!.AppendChild(document.ImportNode(signed.GetXml(), deep: true));
        return document.OuterXml;
    }
}
