using System.Globalization;
using System.Text.RegularExpressions;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Cli;

namespace HaConsole.Web.Hosting;

/// <summary>
/// Configuration of this server: appsettings.json &lt; appsettings.{Environment}.json &lt; <c>--config FILE</c> &lt; environment
/// (<c>Section__Key</c>) &lt; command line (<c>--Section:Key=value</c>).
/// </summary>
public static partial class ConfigurationSources
{
    /// <summary>Name of the environment: <c>ASPNETCORE_ENVIRONMENT</c>, <c>DOTNET_ENVIRONMENT</c> or Production.</summary>
    public static string EnvironmentName => Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
        ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
        ?? Environments.Production;

    /// <summary>Merges all sources. A file that is not JSON or not there is a <see cref="StartRefusedException"/>.</summary>
    /// <param name="arguments">Arguments of the form <c>--Section:Key=value</c> or <c>Section:Key=value</c>.</param>
    /// <param name="file">Additional JSON file; null for none.</param>
    /// <param name="dataDirectory">Overrides <c>Node:DataDirectory</c>; null for not.</param>
    public static IConfigurationRoot Build(IReadOnlyList<string> arguments, string? file, string? dataDirectory)
    {
        var builder = new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true, reloadOnChange: false)
            .AddJsonFile($"appsettings.{EnvironmentName}.json", optional: true, reloadOnChange: false);
        if (file is not null)
        {
            builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        }

        // The last one counts when a key is given twice.
        var overrides = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var argument in arguments)
        {
            var text = argument.TrimStart('-');
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            overrides[text[..equals]] = text[(equals + 1)..];
        }

        if (dataDirectory is not null)
        {
            overrides["Node:DataDirectory"] = dataDirectory;
        }

        try
        {
            return builder.AddEnvironmentVariables().AddInMemoryCollection(overrides).Build();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException)
        {
            throw new StartRefusedException((e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message).ReplaceLineEndings(" "), ExitCode.Invalid);
        }
    }

    /// <summary><c>Node:DataDirectory</c>, whatever is wrong with the other keys.</summary>
    public static string DataDirectory(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration["Node:DataDirectory"] is { Length: > 0 } directory ? directory : new NodeOptions().DataDirectory;
    }

    /// <summary>The <c>Node</c> section. A value of the wrong kind is a <see cref="StartRefusedException"/>.</summary>
    public static NodeOptions Node(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection("Node");
        foreach (var key in (string[])["HttpPort", "HttpsPort", "PeerPort"])
        {
            if (section[key] is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535))
            {
                throw new StartRefusedException($"Node:{key} '{text}': must be 0 to 65535", ExitCode.Invalid);
            }
        }

        return section.Get<NodeOptions>() ?? new NodeOptions();
    }

    /// <summary>Whether a word of the command line is a configuration argument, <c>--Section:Key=value</c> or <c>Section:Key=value</c>.</summary>
    public static bool IsArgument(string word) => Argument().IsMatch(word);

    [GeneratedRegex(@"^(--)?[A-Za-z][A-Za-z0-9_-]*(:[A-Za-z0-9_.-]+)+=", RegexOptions.CultureInvariant)]
    private static partial Regex Argument();
}
