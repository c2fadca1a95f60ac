using System.Globalization;
using System.Net;

namespace HaConsole.SampleService;

/// <summary>What the command line and the environment say. Seconds are decimal numbers.</summary>
internal sealed record ServiceOptions
{
    public const string Usage =
        "usage: haconsole-sample-service [--address A] [--port P] [--name NAME] [--start-delay S] [--crash-after S] [--ignore-term]";

    /// <summary>Address to listen on. Default: <c>HACONSOLE_LOCAL_ADDRESS</c>, which HaConsole sets for managed services, else 127.0.0.1.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port to listen on, 0 … 65535; 0 takes a free one. Default 9000.</summary>
    public int Port { get; init; } = 9000;

    /// <summary>Name in the answer. Default: the address.</summary>
    public string Name { get; init; } = "";

    /// <summary>Seconds before it listens. Default 0.</summary>
    public double StartDelay { get; init; }

    /// <summary>Seconds after which it dies with exit code 1; 0 = never.</summary>
    public double CrashAfter { get; init; }

    /// <summary>Refuses to stop on SIGTERM.</summary>
    public bool IgnoreTerm { get; init; }

    /// <summary>Null, with a one-line reason, when the arguments are wrong.</summary>
    public static ServiceOptions? Parse(string[] arguments, Func<string, string?> environment, out string problem)
    {
        problem = "";
        var options = new ServiceOptions();
        var address = environment("HACONSOLE_LOCAL_ADDRESS") ?? "127.0.0.1";
        for (var i = 0; i < arguments.Length; i++)
        {
            var key = arguments[i];
            if (key == "--ignore-term")
            {
                options = options with { IgnoreTerm = true };
                continue;
            }

            if (++i >= arguments.Length)
            {
                problem = $"{key} needs a value; {Usage}";
                return null;
            }

            var value = arguments[i];
            switch (key)
            {
                case "--address":
                    address = value;
                    break;
                case "--name":
                    options = options with { Name = value };
                    break;
                case "--port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort:
                    options = options with { Port = port };
                    break;
                case "--start-delay" when Seconds(value) is { } delay:
                    options = options with { StartDelay = delay };
                    break;
                case "--crash-after" when Seconds(value) is { } life:
                    options = options with { CrashAfter = life };
                    break;
                default:
                    problem = $"{key} {value} is not understood; {Usage}";
                    return null;
            }
        }

        if (!IPAddress.TryParse(address, out var ip))
        {
            problem = $"--address {address} is not an IP address";
            return null;
        }

        return options with { Address = ip, Name = options.Name.Length > 0 ? options.Name : address };
    }

    private static double? Seconds(string text)
        => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 86400 ? seconds : null;
}
