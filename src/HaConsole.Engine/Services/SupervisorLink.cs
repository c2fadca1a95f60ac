using System.Text.Json.Serialization;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.VirtualIp;

namespace HaConsole.Engine.Services;

/// <summary>How the worker finds its supervisor.</summary>
public static class SupervisorLink
{
    /// <summary>Environment variable of the worker: <c>socket:token:process:descriptor</c>. Absent: there is no supervisor.</summary>
    public const string Variable = "HACONSOLE_SUPERVISOR";

    /// <summary>Version of the messages; both sides come from the same installation, so another one is an error.</summary>
    internal const int Version = 3;
}

/// <summary>One line between worker and supervisor. Which fields are set depends on <paramref name="Op"/>.</summary>
/// <param name="Op">Worker: hello, configure, checks, start, stop, service, announce, renew, told. Supervisor: report.</param>
internal sealed record SupervisorMessage(string Op)
{
    /// <summary>hello: version of the messages.</summary>
    public int Version { get; init; }

    /// <summary>hello: proof that it is the supervisor's own child.</summary>
    public string? Token { get; init; }

    /// <summary>hello: pair.</summary>
    public string? Pair { get; init; }

    /// <summary>hello: number of this server.</summary>
    public int? Server { get; init; }

    /// <summary>hello: IP address of this server.</summary>
    public string? LocalAddress { get; init; }

    /// <summary>configure, start, stop: number of the order. told: number of the note. report: last order carried out.</summary>
    public long Sequence { get; init; }

    /// <summary>configure: definitions in start order.</summary>
    public IReadOnlyList<ServiceDefinition>? Services { get; init; }

    /// <summary>checks: those that are up.</summary>
    public IReadOnlyList<string>? Checks { get; init; }

    /// <summary>configure: managed addresses.</summary>
    public AddressPlan? Addresses { get; init; }

    /// <summary>service: its name.</summary>
    public string? Service { get; init; }

    /// <summary>service: what to do with it.</summary>
    public ServiceCommand Command { get; init; }

    /// <summary>service: who wants it.</summary>
    public string? Owner { get; init; }

    /// <summary>start, stop: epoch.</summary>
    public long Epoch { get; init; }

    /// <summary>renew: milliseconds from <see cref="At"/> until the services are stopped.</summary>
    public double Milliseconds { get; init; }

    /// <summary>renew: milliseconds from <see cref="At"/> until what still runs is killed.</summary>
    public double GoneByMilliseconds { get; init; }

    /// <summary>renew: when the engine's loop turned, by the clock that all processes of a machine share (its time stamp). A message may wait.</summary>
    public long At { get; init; }

    /// <summary>renew: first turn of the unbroken series of leases.</summary>
    public long Since { get; init; }

    /// <summary>report: the report.</summary>
    public ServicesReport? Report { get; init; }
}

/// <summary>JSON of the messages and of service definitions.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SupervisorMessage))]
[JsonSerializable(typeof(ServiceDefinition))]
[JsonSerializable(typeof(AddressDefinition))]
internal sealed partial class ServiceJson : JsonSerializerContext;
