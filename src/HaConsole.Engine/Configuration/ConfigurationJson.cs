using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace HaConsole.Engine.Configuration;

/// <summary>The configuration as JSON: one shape for files, exports and hashes. Names are those of the keys.</summary>
public static class ConfigurationJson
{
    /// <summary>Options of every reader and writer of <see cref="PairConfiguration"/> and <see cref="ConfigurationDocument"/>.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNameCaseInsensitive = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>As <see cref="Options"/>, in one line.</summary>
    internal static JsonSerializerOptions Compact { get; } = new(Options) { WriteIndented = false };

    /// <summary>
    /// One text for one meaning: members in the order of their names, no spaces, nothing that has its default. Leaving defaults out keeps
    /// the hash when a later version adds a setting that nobody has changed.
    /// </summary>
    public static string Canonical(PairConfiguration content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var root = new JsonObject
        {
            [nameof(PairConfiguration.Checks)] = Entries(content.Checks, new CheckDefinition()),
            [nameof(PairConfiguration.Format)] = content.Format,
            [nameof(PairConfiguration.HotStandby)] = WithoutDefaults(content.HotStandby, new HotStandbyParameters()),
            [nameof(PairConfiguration.Services)] = Entries(content.Services, new ServiceDefinition()),
        };
        if (!content.Access.IsEmpty)
        {
            root[nameof(PairConfiguration.Access)] = new JsonObject
            {
                [nameof(AccessConfiguration.Tokens)] = Entries(content.Access.Tokens, new TokenDefinition()),
                [nameof(AccessConfiguration.Users)] = Entries(content.Access.Users, new UserDefinition()),
            };
        }

        if (content.Addresses.Count > 0)
        {
            root[nameof(PairConfiguration.Addresses)] = Entries(content.Addresses, new AddressDefinition());
        }

        if (content.Certificates.Count > 0)
        {
            root[nameof(PairConfiguration.Certificates)] = Entries(content.Certificates, new CertificateDefinition());
        }

        if (content.FileSets.Count > 0)
        {
            root[nameof(PairConfiguration.FileSets)] = Entries(content.FileSets, new FileSetDefinition());
        }

        if (!content.LoadBalancer.IsDefault)
        {
            root[nameof(PairConfiguration.LoadBalancer)] = WithoutDefaults(content.LoadBalancer, new LoadBalancerSettings());
        }

        if (content.Mutes.Count > 0)
        {
            root[nameof(PairConfiguration.Mutes)] = Entries(content.Mutes, new CheckMute());
        }

        if (!content.Notifications.IsEmpty)
        {
            root[nameof(PairConfiguration.Notifications)] = new JsonObject
            {
                [nameof(NotificationSettings.Channels)] = Entries(content.Notifications.Channels, new NotificationChannel()),
                [nameof(NotificationSettings.Rules)] = Entries(content.Notifications.Rules, new NotificationRule()),
            };
        }

        return root.ToJsonString();
    }

    /// <summary>Lower-case SHA-256 of <see cref="Canonical"/>.</summary>
    public static string Hash(PairConfiguration content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(content))));

    private static JsonArray Entries<T>(IEnumerable<T> entries, T defaults) => new([.. entries.Select(e => WithoutDefaults(e, defaults))]);

    private static JsonObject WithoutDefaults<T>(T value, T defaults)
    {
        var standard = JsonSerializer.SerializeToNode(defaults, Options)!.AsObject();
        var result = new JsonObject();
        foreach (var (name, node) in JsonSerializer.SerializeToNode(value, Options)!.AsObject().OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            if (!JsonNode.DeepEquals(node, standard[name]))
            {
                result[name] = Sorted(node);
            }
        }

        return result;
    }

    private static JsonNode? Sorted(JsonNode? node) => node is JsonObject members
        ? new JsonObject(members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())))
        : node?.DeepClone();
}
