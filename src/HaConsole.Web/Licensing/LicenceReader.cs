using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.Xml;
using System.Xml;
using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Licensing;

/// <summary>A licence that the vendor has signed.</summary>
/// <param name="Product">Product.</param>
/// <param name="Customer">Customer.</param>
/// <param name="Number">Its number.</param>
/// <param name="Expires">Last good day; null: no end.</param>
/// <param name="Servers">Addresses of the servers; empty: any.</param>
public sealed record Licence(string Product, string Customer, string Number, DateOnly? Expires, IReadOnlyList<string> Servers);

/// <summary>A file is no licence; the message says why.</summary>
public sealed class LicenceException(string code, string message) : Exception(message)
{
    /// <summary>Stable code.</summary>
    public string Code { get; } = code;
}

/// <summary>
/// Reads <c>IPSFT_lic.xml</c>. The signature must be that of the whole document by the configured key, in one fixed shape: what is more general
/// than that (other references, other transforms, keys in the file) serves only forgers.
/// </summary>
public static class LicenceReader
{
    /// <summary>Namespace of the elements.</summary>
    public const string Namespace = "urn:haconsole:licence:1";

    /// <summary>Longest file, in characters.</summary>
    public const int Longest = 65_536;

    private const int MostServers = 100;
    private static readonly string[] Signings = [SignedXml.XmlDsigRSASHA256Url, SignedXml.XmlDsigRSASHA384Url, SignedXml.XmlDsigRSASHA512Url];
    private static readonly string[] Digests = [SignedXml.XmlDsigSHA256Url, SignedXml.XmlDsigSHA384Url, SignedXml.XmlDsigSHA512Url];
    private static readonly string[] Canonical = [SignedXml.XmlDsigExcC14NTransformUrl, SignedXml.XmlDsigC14NTransformUrl];
    private static readonly string[] Once = ["Product", "Customer", "Number", "Issued", "Expires"];

    /// <summary>Reads and verifies; dates, customer and servers are compared by <see cref="Judge"/>.</summary>
    /// <exception cref="LicenceException">It is no licence of this vendor.</exception>
    public static Licence Read(string text, RSA key)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(key);
        if (text.Length > Longest)
        {
            throw new LicenceException("too-large", $"The licence has more than {Longest} characters: that is no licence file.");
        }

        try
        {
            var document = Parse(text);
            Verify(document, key);
            return Values(document.DocumentElement!);
        }
        catch (XmlException)
        {
            throw new LicenceException("not-xml", "The licence is no well-formed XML, or holds a document type, which no licence has.");
        }
        catch (Exception e) when (e is CryptographicException or FormatException or InvalidOperationException or NotSupportedException or ArgumentException or NullReferenceException)
        {
            throw new LicenceException("bad-signature", "The signature of the licence cannot be read.");
        }
    }

    /// <summary>How a licence stands on a day, for a configuration.</summary>
    public static LicenceStatus Judge(Licence licence, LicenceOptions options, HotStandbyParameters pair, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(licence);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(pair);
        var (state, code, sentence) = StateOf(licence, options, pair, today);
        return new LicenceStatus(state, code, sentence) { Customer = licence.Customer, Number = licence.Number, Expires = licence.Expires, Servers = licence.Servers };
    }

    private static (LicenceState State, string Code, string Sentence) StateOf(Licence licence, LicenceOptions options, HotStandbyParameters pair, DateOnly today)
    {
        if (!licence.Product.Equals(options.Product, StringComparison.Ordinal))
        {
            return (LicenceState.Invalid, "wrong-product", $"The licence is for the product {licence.Product}, not for {options.Product}.");
        }

        if (options.Customer.Length > 0 && !licence.Customer.Equals(options.Customer, StringComparison.Ordinal))
        {
            return (LicenceState.Invalid, "wrong-customer", $"The licence is for the customer {licence.Customer}, not for {options.Customer}.");
        }

        if (new[] { pair.Server1Address, pair.Server2Address }.FirstOrDefault(address => address.Length > 0 && licence.Servers.Count > 0 && !licence.Servers.Any(s => Same(s, address))) is { } other)
        {
            return (LicenceState.Invalid, "wrong-server", $"The licence is not for the server {other}.");
        }

        if (licence.Expires is not { } end)
        {
            return (LicenceState.Valid, "valid", $"The licence of {licence.Customer} is good without end.");
        }

        var left = end.DayNumber - today.DayNumber;
        var day = end.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return left < -options.GraceDays ? (LicenceState.Expired, "expired", $"The licence of {licence.Customer} ended on {day}. Hot standby goes on as it is, but cannot be switched on anew.")
            : left < 0 ? (LicenceState.Grace, "grace", $"The licence of {licence.Customer} ended on {day}; it counts for {options.GraceDays + left} more days.")
            : left <= options.WarnDays ? (LicenceState.Expiring, "expiring", $"The licence of {licence.Customer} ends on {day}, in {left} days.")
            : (LicenceState.Valid, "valid", $"The licence of {licence.Customer} is good until {day}.");
    }

    private static bool Same(string one, string other)
        => IPAddress.TryParse(one, out var a) && IPAddress.TryParse(other, out var b) ? a.Equals(b) : one.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>No document types: they are how entities, bombs and foreign files come in. Nothing is ever fetched.</summary>
    private static XmlDocument Parse(string text)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = Longest, MaxCharactersFromEntities = 1 };
        using var depth = XmlReader.Create(new StringReader(text), settings);
        while (depth.Read())
        {
            if (depth.Depth > 10)
            {
                throw new LicenceException("not-a-licence", "The file is no licence: it is nested too deep.");
            }
        }

        var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        using var reader = XmlReader.Create(new StringReader(text), settings);
        document.Load(reader);
        return document.DocumentElement is { LocalName: "Licence", NamespaceURI: Namespace }
            ? document
            : throw new LicenceException("not-a-licence", "The file is no licence: its first element is another one.");
    }

    private static void Verify(XmlDocument document, RSA key)
    {
        var signatures = document.GetElementsByTagName("Signature", SignedXml.XmlDsigNamespaceUrl).OfType<XmlElement>().ToList();
        if (signatures.Count == 0)
        {
            throw new LicenceException("not-signed", "The licence is not signed.");
        }

        if (signatures.Count > 1 || signatures[0].ParentNode != document.DocumentElement)
        {
            throw new LicenceException("bad-signature", "The licence has more than one signature, or one in the wrong place.");
        }

        var signed = new SignedXml(document) { Resolver = null! };
        signed.LoadXml(signatures[0]);
        var info = signed.SignedInfo;
        if (info is null || info.References.Count != 1 || info.References[0] is not Reference { Uri: "" } reference || signed.Signature.ObjectList.Count > 0
            || !Signings.Contains(info.SignatureMethod) || !Canonical.Contains(info.CanonicalizationMethod) || !Digests.Contains(reference.DigestMethod) || !IsWhole(reference.TransformChain))
        {
            throw new LicenceException("bad-signature", "The signature of the licence is not of the whole file, or not of a kind that is accepted.");
        }

        if (!signed.CheckSignature(key))
        {
            throw new LicenceException("forged", "The licence was not signed by the vendor, or was changed afterwards.");
        }
    }

    private static bool IsWhole(TransformChain chain)
        => chain.Count is 1 or 2 && chain[0] is XmlDsigEnvelopedSignatureTransform && (chain.Count == 1 || Canonical.Contains(chain[1].Algorithm));

    /// <summary>Each element once and none unknown: what somebody has signed means one thing.</summary>
    private static Licence Values(XmlElement root)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var servers = new List<string>();
        foreach (var element in root.ChildNodes.OfType<XmlElement>().Where(e => e.NamespaceURI != SignedXml.XmlDsigNamespaceUrl))
        {
            if (element.NamespaceURI != Namespace || element.ChildNodes.OfType<XmlElement>().Any() || element.InnerText.Length > 200)
            {
                throw Wrong(element.LocalName);
            }

            var text = element.InnerText.Trim();
            if (element.LocalName == "Server" && text.Length > 0 && servers.Count < MostServers)
            {
                servers.Add(text);
            }
            else if (!Once.Contains(element.LocalName) || !values.TryAdd(element.LocalName, text))
            {
                throw Wrong(element.LocalName);
            }
        }

        string Needed(string name) => values.TryGetValue(name, out var text) && text.Length > 0 ? text : throw Wrong(name);
        DateOnly? expires = !values.TryGetValue("Expires", out var end) ? null
            : DateOnly.TryParseExact(end, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw Wrong("Expires");
        return new Licence(Needed("Product"), Needed("Customer"), values.GetValueOrDefault("Number", ""), expires, servers);
    }

    private static LicenceException Wrong(string name) => new("not-a-licence", $"The element {name} of the licence is missing, wrong, unknown or there twice.");
}
