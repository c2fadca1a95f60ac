using System.Collections;
using System.Data.Common;
using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Support;

/// <summary>What of a configuration must not leave the house, and the configuration without it.</summary>
public static class SupportSecrets
{
    /// <summary>
    /// A copy for support: without what <see cref="PairConfiguration.WithoutSecrets"/> leaves out, and besides without the values of all
    /// environment variables of services, headers of checks, the paths of webhooks, and arguments that follow a name such as <c>--password</c>.
    /// </summary>
    public static PairConfiguration Clean(PairConfiguration content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var plain = content.WithoutSecrets();
        return plain with
        {
            Services = [.. plain.Services.Select(s => s with
            {
                Environment = s.Environment.ToDictionary(v => v.Key, _ => SecretScrubber.Mask, StringComparer.Ordinal),
                Arguments = WithoutValues(s.Arguments),
            })],
            Checks = [.. plain.Checks.Select(c => c.Header.Length == 0 ? c : c with { Header = HeaderName(c.Header) + ": " + SecretScrubber.Mask })],
            Notifications = plain.Notifications with
            {
                Channels = [.. plain.Notifications.Channels.Select(c => c with { Url = HostOf(c.Url), Arguments = WithoutValues(c.Arguments) })],
            },
        };
    }

    /// <summary>The secret values of a configuration.</summary>
    public static IEnumerable<string> Of(PairConfiguration content)
    {
        ArgumentNullException.ThrowIfNull(content);
        IEnumerable<string> all =
        [
            .. content.Access.Users.SelectMany(u => new[] { u.PasswordHash, u.SecurityStamp }),
            .. content.Access.Tokens.Select(t => t.Hash),
            .. content.Notifications.Channels.SelectMany(c => new[] { c.Password, c.Token, c.SigningKey }.Concat(PathsOf(c.Url)).Concat(Values(c.Arguments))),
            .. content.Services.SelectMany(s => s.Environment.Where(v => PairConfiguration.IsSecretName(v.Key)).Select(v => v.Value).Concat(Values(s.Arguments))),
            .. content.Checks.Where(c => c.Header.Contains(':', StringComparison.Ordinal)).Select(c => c.Header[(c.Header.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()),
        ];
        return all.Where(value => value.Length > 0);
    }

    /// <summary>The secret values of this server's own sources: files, environment, command line; and those of the process's environment.</summary>
    public static IEnumerable<string> Of(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        foreach (var (key, value) in configuration.AsEnumerable())
        {
            if (value is { Length: > 0 })
            {
                foreach (var secret in PairConfiguration.IsSecretName(LastOf(key)) ? [value] : InConnection(key, value))
                {
                    yield return secret;
                }
            }
        }

        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (PairConfiguration.IsSecretName((string)variable.Key) && variable.Value is string { Length: >= 6 } value)
            {
                yield return value;
            }
        }
    }

    private static string LastOf(string key) => key[(key.LastIndexOf(':') + 1)..];

    private static IEnumerable<string> InConnection(string key, string value)
    {
        if (!LastOf(key).Contains("Connection", StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = value };
            return [.. parts.Keys.Cast<string>().Where(name => PairConfiguration.IsSecretName(name) || name.Equals("pwd", StringComparison.OrdinalIgnoreCase)).Select(name => $"{parts[name]}")];
        }
        catch (ArgumentException)
        {
            // None that can be taken apart: then the whole of it is one.
            return [value];
        }
    }

    private static string HeaderName(string header) => header.Split(':')[0].Trim();

    private static string HostOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? $"{parsed.GetLeftPart(UriPartial.Scheme)}{parsed.Authority.Split('@')[^1]}/{SecretScrubber.Mask}" : "";

    /// <summary>Whoever knows the path of a chat's webhook may write there; also from each of its parts on.</summary>
    private static IEnumerable<string> PathsOf(string url)
    {
        var path = Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.PathAndQuery : "";
        return Enumerable.Range(0, path.Length).Where(i => i == 0 || path[i - 1] == '/').Select(i => path[i..]).Where(part => part.Length > 12);
    }

    private static string[] WithoutValues(IReadOnlyList<string> arguments)
        => [.. arguments.Select((argument, i) => FollowsName(arguments, i) ? SecretScrubber.Mask : argument)];

    private static IEnumerable<string> Values(IReadOnlyList<string> arguments)
        => arguments.Where((_, i) => FollowsName(arguments, i)).Concat(arguments.Where(IsAssignment).Select(a => a[(a.IndexOf('=', StringComparison.Ordinal) + 1)..]));

    private static bool IsAssignment(string argument) => argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && PairConfiguration.IsSecretName(argument[..at]);

    private static bool FollowsName(IReadOnlyList<string> arguments, int i)
        => i > 0 && arguments[i - 1].StartsWith('-') && !arguments[i - 1].Contains('=', StringComparison.Ordinal) && PairConfiguration.IsSecretName(arguments[i - 1]);
}
