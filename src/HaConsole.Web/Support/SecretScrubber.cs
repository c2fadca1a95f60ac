using System.Text;
using System.Text.RegularExpressions;

namespace HaConsole.Web.Support;

/// <summary>
/// Takes secrets out of text that leaves the house: every value that is known to be one, in all forms in which it is usually written, and
/// whatever looks like one by what stands before it. Rather too much is removed than too little.
/// </summary>
public sealed partial class SecretScrubber
{
    /// <summary>What stands where a secret was.</summary>
    public const string Mask = "[removed]";

    /// <summary>Shortest value that is searched for, in characters; a shorter one is in too many words.</summary>
    public const int ShortestValue = 4;

    private readonly IReadOnlyList<string> values;

    /// <summary>A scrubber for these values; those that are shorter than <see cref="ShortestValue"/> do not count.</summary>
    public SecretScrubber(IEnumerable<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);

        // The longest first: one may be a part of another.
        values = [.. secrets.Where(IsSearched).SelectMany(Forms).Distinct(StringComparer.Ordinal).OrderByDescending(value => value.Length)];
    }

    /// <summary>The text without secrets.</summary>
    public string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var value in values)
        {
            text = text.Replace(value, Mask, StringComparison.Ordinal);
        }

        text = PrivateKey().Replace(text, Mask);
        text = Header().Replace(text, found => found.Groups[1].Value + Mask);
        text = Scheme().Replace(text, found => $"{found.Groups[1].Value} {Mask}");
        text = UserInfo().Replace(text, $"://{Mask}@");
        text = Option().Replace(text, found => found.Groups[1].Value + Mask);
        return Named().Replace(text, Masked);
    }

    private static bool IsSearched(string value)
        => value.Length >= ShortestValue && !bool.TryParse(value, out _) && !(value.Length < 8 && value.All(char.IsAsciiDigit));

    private static IEnumerable<string> Forms(string value)
    {
        yield return value;
        yield return Uri.EscapeDataString(value);
        yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(value));
        yield return System.Text.Json.JsonEncodedText.Encode(value).ToString();
        yield return System.Text.Json.JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
        yield return System.Net.WebUtility.HtmlEncode(value);
    }

    /// <summary>A quoted value stays quoted, so that JSON stays JSON; a bare value after a quoted name is none of a text's.</summary>
    private static string Masked(Match found)
    {
        var (name, value) = (found.Groups[1].Value, found.Groups[2].Value);
        if (value[0] is '"' or '\'')
        {
            return value.Length <= 2 ? found.Value : $"{name}{value[0]}{Mask}{value[0]}";
        }

        return name.Contains('"', StringComparison.Ordinal) || value is "true" or "false" or "null" || value.StartsWith(Mask, StringComparison.Ordinal) ? found.Value : name + Mask;
    }

    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY-----|\z)", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"\b((?:set-cookie|cookie|authorization)\s{0,3}:\s{0,3})[^\r\n""]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Header();

    [GeneratedRegex(@"\b(bearer|basic)\s{1,3}[A-Za-z0-9._~+/=-]{8,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"://[^/\s:@""]{0,100}:[^/\s@""]{1,200}@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"(--?[\w-]{0,30}(?:password|passwd|secret|token|api-?key)[\w-]{0,20}\s{1,3})[^\s""-][^\s""]*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Option();

    [GeneratedRegex(@"\b([\w.-]{0,40}?(?:password|passwd|pwd|passphrase|secret|token|credential|api[-_]?key|signing[-_]?key)[\w-]{0,20}[""']?\s{0,3}[=:]\s{0,3})(""(?:[^""\\\r\n]|\\.)*""|'[^'\r\n]*'|[^\s,;&""'{}\[\]]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Named();
}
