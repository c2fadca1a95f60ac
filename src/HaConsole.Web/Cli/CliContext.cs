using System.CommandLine;
using HaConsole.Web.Hosting;

namespace HaConsole.Web.Cli;

/// <summary>A verb ends with an exit code and one line on standard error.</summary>
public sealed class CliException(int code, string message) : Exception(message)
{
    /// <summary>Exit code.</summary>
    public int Code { get; } = code;
}

/// <summary>What every verb works with.</summary>
internal sealed class CliContext(ProductParts parts, IReadOnlyList<string> configurationArguments, TextWriter output, TextWriter error)
{
    /// <summary>Whose data directory; for every verb.</summary>
    public Option<string?> DataDirectoryOption { get; } = new("--data-directory")
    {
        Description = "data directory of the server (default: Node:DataDirectory, else data)",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>One more configuration file; for every verb.</summary>
    public Option<string?> ConfigOption { get; } = new("--config")
    {
        Description = "additional JSON configuration file, below environment and command line",
        HelpName = "FILE",
        Recursive = true,
    };

    public ProductParts Parts => parts;

    public IReadOnlyList<string> ConfigurationArguments => configurationArguments;

    public TextWriter Output => output;

    public TextWriter Error => error;

    public IConfigurationRoot Configuration(ParseResult parsed)
        => ConfigurationSources.Build(configurationArguments, parsed.GetValue(ConfigOption), parsed.GetValue(DataDirectoryOption));

    public string DataDirectory(ParseResult parsed)
        => parsed.GetValue(DataDirectoryOption) ?? ConfigurationSources.DataDirectory(Configuration(parsed));

    public ControlClient Connect(ParseResult parsed) => new(DataDirectory(parsed));
}
