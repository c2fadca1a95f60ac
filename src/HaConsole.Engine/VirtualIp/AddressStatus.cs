using System.Text.Json.Serialization;

namespace HaConsole.Engine.VirtualIp;

/// <summary>How a managed address stands on one server.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AddressState>))]
public enum AddressState
{
    /// <summary>This server does not have it.</summary>
    Absent,

    /// <summary>This server has it and answers for it.</summary>
    Held,

    /// <summary>Another machine answers for it.</summary>
    Conflict,

    /// <summary>It could not be added, or not be removed.</summary>
    Failed,

    /// <summary>The link of its interface is down.</summary>
    LinkDown,
}

/// <summary>One managed address as it stands on this server now.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Address with the length of its prefix.</param>
/// <param name="Interface">Network interface; empty when none holds its subnet.</param>
/// <param name="State">Its state.</param>
/// <param name="Since">Since when it is in this state (UTC).</param>
/// <param name="Detail">Why, when it is not well; else empty.</param>
public sealed record AddressStatus(string Name, string Address, string Interface, AddressState State, DateTimeOffset Since, string Detail);
