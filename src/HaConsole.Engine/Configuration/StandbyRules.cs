using FluentValidation;
using FluentValidation.Results;

namespace HaConsole.Engine.Configuration;

/// <summary>Rules of the answers that a Standby gives on the services' ports.</summary>
internal static class StandbyRules
{
    private const int LastPort = 65535;

    /// <summary>A port is needed when something is to answer there.</summary>
    public static string? Port(int port, StandbyResponder answer)
        => port is < 0 or > LastPort ? $"it must be 0 … {LastPort}"
            : port == 0 && answer != StandbyResponder.None ? $"it must be 1 … {LastPort} while the Standby answers there" : null;

    /// <summary>Scheme, host and port of a web server, nothing more: path and query are those of the request.</summary>
    public static string? Target(string text)
        => text.Length == 0 || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0
            && url is { UserInfo.Length: 0, AbsolutePath: "/", Query.Length: 0, Fragment.Length: 0 } && !text.Any(c => c is <= ' ' or > '~' or '\\')) ? null
            : "it must be the beginning of a URL such as https://portal.example.com, without a path, or empty";

    /// <summary>Two answers cannot share a port; a service that speaks TLS would be answered in clear text.</summary>
    public static void Together(PairConfiguration pair, ValidationContext<PairConfiguration> context)
    {
        for (var i = 0; i < pair.Services.Count; i++)
        {
            var service = pair.Services[i];
            if (service.StandbyResponder == StandbyResponder.None || service.Port == 0)
            {
                continue;
            }

            for (var j = 0; j < i; j++)
            {
                if (pair.Services[j].StandbyResponder != StandbyResponder.None && pair.Services[j].Port == service.Port)
                {
                    context.AddFailure(new ValidationFailure($"Services[{i}].Port", $"Services:{i}:Port is {service.Port}; it must differ from Services:{j}:Port"));
                }
            }

            if (service.Port is 443 or 8443 || (Uri.TryCreate(service.Url, UriKind.Absolute, out var url) && url.Scheme == "https" && url.Port == service.Port))
            {
                context.AddFailure(new ValidationFailure($"Services[{i}].StandbyResponder", $"Services:{i}:StandbyResponder answers plain HTTP only: clients that speak TLS to port {service.Port} get an error")
                {
                    Severity = Severity.Warning,
                });
            }
        }
    }

    /// <summary>Ports of this program on the server are not the service's.</summary>
    public static IEnumerable<ConfigurationProblem> OwnPorts(NodeOptions node, PairConfiguration pair)
    {
        for (var i = 0; i < pair.Services.Count; i++)
        {
            var service = pair.Services[i];
            var key = service.StandbyResponder == StandbyResponder.None || service.Port == 0 ? ""
                : service.Port == node.HttpPort ? "Node:HttpPort"
                : service.Port == node.HttpsPort ? "Node:HttpsPort"
                : service.Port == node.PeerPort ? "Node:PeerPort" : "";
            if (key.Length > 0)
            {
                yield return new ConfigurationProblem($"Services:{i}:Port", $"Services:{i}:Port is {service.Port}; it must differ from {key}");
            }
        }
    }
}
