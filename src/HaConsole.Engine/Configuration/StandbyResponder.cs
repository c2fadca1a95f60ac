using System.Text.Json.Serialization;

namespace HaConsole.Engine.Configuration;

/// <summary>What the Standby answers on a service's own port.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StandbyResponder>))]
public enum StandbyResponder
{
    /// <summary>Nothing: the port is closed.</summary>
    None,

    /// <summary>307 to the Active, with path and query.</summary>
    Redirect,

    /// <summary>503 with Retry-After.</summary>
    Unavailable,
}
