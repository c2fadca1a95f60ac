using System.Text.Json.Serialization;

namespace HaConsole.Engine.Configuration;

/// <summary>When a managed address is added on activation; it is removed in reverse.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AddressOrder>))]
public enum AddressOrder
{
    /// <summary>Before the services start, and removed when they have stopped: services can listen on it.</summary>
    [JsonStringEnumMemberName("before-services")]
    BeforeServices,

    /// <summary>When the services run, and removed before they stop: no client comes before they answer.</summary>
    [JsonStringEnumMemberName("after-services")]
    AfterServices,
}

/// <summary>An IP address that the Active holds, and nobody else. Seconds are decimal numbers.</summary>
public sealed record AddressDefinition
{
    /// <summary>Unique name: letters, digits, <c>-</c>, <c>_</c>, <c>.</c></summary>
    public string Name { get; init; } = "";

    /// <summary>IPv4 or IPv6 address with the length of its subnet's prefix, such as <c>10.1.1.100/24</c>.</summary>
    public string Address { get; init; } = "";

    /// <summary>Network interface. Empty: the one whose subnet holds the address.</summary>
    public string Interface { get; init; } = "";

    /// <summary>
    /// The interface is up on the Active and down on the Standby: it is switched on before the address is added, and off when it was removed.
    /// For an interface of its own, which carries nothing else. Default off.
    /// </summary>
    public bool SwitchInterface { get; init; }

    /// <summary>Label of an IPv4 address (<c>eth0:vip</c>). Empty: none.</summary>
    public string Label { get; init; } = "";

    /// <summary>When it is added. Default <c>before-services</c>.</summary>
    public AddressOrder Order { get; init; }

    /// <summary>How often it is announced after it was added. Default 5; 1 … 100.</summary>
    public int Announcements { get; init; } = 5;

    /// <summary>Seconds between two announcements. Default 1; 0.1 … 60.</summary>
    public double AnnounceInterval { get; init; } = 1;

    /// <summary>Shell command that adds it. Empty: built in.</summary>
    public string AddCommand { get; init; } = "";

    /// <summary>Shell command that removes it. Empty: built in.</summary>
    public string RemoveCommand { get; init; } = "";
}
