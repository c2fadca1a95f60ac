using System.Text.Json.Serialization;

namespace HaConsole.Web.Licensing;

/// <summary>How it stands with the licence.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LicenceState>))]
public enum LicenceState
{
    /// <summary>None is needed.</summary>
    NotRequired,

    /// <summary>It was not looked at yet.</summary>
    Unknown,

    /// <summary>Good.</summary>
    Valid,

    /// <summary>Good, but it ends soon.</summary>
    Expiring,

    /// <summary>It has ended and counts for some more days.</summary>
    Grace,

    /// <summary>It has ended, and the days after it too.</summary>
    Expired,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>Not readable, not signed by the vendor, or not for this product, customer or server.</summary>
    Invalid,
}

/// <summary>What is known of the licence.</summary>
/// <param name="State">How it stands.</param>
/// <param name="Code">Stable code: the state, or why it is invalid, such as <c>wrong-customer</c>.</param>
/// <param name="Sentence">For people.</param>
public sealed record LicenceStatus(LicenceState State, string Code, string Sentence)
{
    /// <summary>Who it is for.</summary>
    public string Customer { get; init; } = "";

    /// <summary>Its number.</summary>
    public string Number { get; init; } = "";

    /// <summary>Last day on which it is good; null when unknown or without end.</summary>
    public DateOnly? Expires { get; init; }

    /// <summary>Addresses of the servers that it is for; empty: any.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>Hot standby may be switched on.</summary>
    [JsonIgnore]
    public bool Allows => State is LicenceState.NotRequired or LicenceState.Valid or LicenceState.Expiring or LicenceState.Grace or LicenceState.Unknown;
}
