using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Model.Settings;

/// <summary>How a setting is typed.</summary>
public enum FieldKind
{
    /// <summary>One line.</summary>
    Text,

    /// <summary>A number with decimals.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A box to tick.</summary>
    Flag,

    /// <summary>One of some words.</summary>
    Choice,

    /// <summary>Several lines.</summary>
    Lines,

    /// <summary>A secret: never shown; left empty it stays what it is.</summary>
    Secret,
}

/// <summary>A setting on a page.</summary>
/// <param name="Name">Name of the setting; label, help and range are texts under that name.</param>
/// <param name="Kind">How it is typed.</param>
public sealed record FieldSpec(string Name, FieldKind Kind)
{
    /// <summary>Words of a choice.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

/// <summary>Values of time that go together.</summary>
/// <param name="Name">Name of the profile; its label is a text under that name.</param>
/// <param name="Values">H, T, N and the restart time.</param>
public sealed record TimingProfile(string Name, HotStandbyParameters Values)
{
    /// <summary>Settings that a profile fills in.</summary>
    public static IReadOnlyList<string> Fields { get; } =
        [nameof(HotStandbyParameters.HeartbeatTimeout), nameof(HotStandbyParameters.HeartbeatInterval), nameof(HotStandbyParameters.FailuresToSwitch), nameof(HotStandbyParameters.FrameworkRestartTime)];

    /// <summary>The guide's values, one for a local network, and one for a failover below a second.</summary>
    public static IReadOnlyList<TimingProfile> All { get; } =
    [
        new("guide", new HotStandbyParameters()),
        new("lan", new HotStandbyParameters { HeartbeatInterval = 1, HeartbeatTimeout = 0.5, FailuresToSwitch = 3, FrameworkRestartTime = 2 }),
        new("fast", new HotStandbyParameters { HeartbeatInterval = 0.1, HeartbeatTimeout = 0.05, FailuresToSwitch = 3, FrameworkRestartTime = 0.2 }),
    ];

    /// <summary>Whether a form holds these values.</summary>
    public bool Fits(HotStandbyParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return parameters.HeartbeatInterval.Equals(Values.HeartbeatInterval) && parameters.HeartbeatTimeout.Equals(Values.HeartbeatTimeout) && parameters.FailuresToSwitch == Values.FailuresToSwitch;
    }
}

/// <summary>The fields of the guide's screen (3 and 6.1.2) in its order, and those that this product adds.</summary>
public static class HotStandbyFields
{
    /// <summary>"IP Address of this server": of this server alone, from file or environment.</summary>
    public const string LocalAddress = "LocalAddress";

    /// <summary>"Fault tolerant logs": a list, not a setting.</summary>
    public const string Logs = "Logs";

    /// <summary>The addresses, with the status beside them.</summary>
    public static IReadOnlyList<FieldSpec> Servers { get; } =
        [new(nameof(HotStandbyParameters.Server1Address), FieldKind.Text), new(nameof(HotStandbyParameters.Server2Address), FieldKind.Text)];

    /// <summary>The guide's other settings.</summary>
    public static IReadOnlyList<FieldSpec> Guide { get; } =
    [
        new(nameof(HotStandbyParameters.Enabled), FieldKind.Flag),
        new(nameof(HotStandbyParameters.VipAddress), FieldKind.Text),
        new(nameof(HotStandbyParameters.TestVipDestination), FieldKind.Flag),
        new(nameof(HotStandbyParameters.UseVipToBuildUrls), FieldKind.Flag),
        new(nameof(HotStandbyParameters.SwitchOnApplicationError), FieldKind.Flag),
        new(nameof(HotStandbyParameters.FirstServerAutoRestart), FieldKind.Flag),
        new(nameof(HotStandbyParameters.HeartbeatTimeout), FieldKind.Number),
        new(nameof(HotStandbyParameters.HeartbeatInterval), FieldKind.Number),
        new(nameof(HotStandbyParameters.FailuresToSwitch), FieldKind.Whole),
    ];

    /// <summary>What the guide's screen does not have.</summary>
    public static IReadOnlyList<FieldSpec> Additional { get; } =
    [
        new(nameof(HotStandbyParameters.FrameworkRestartTime), FieldKind.Number),
        new(nameof(HotStandbyParameters.HoldHours), FieldKind.Number),
        new(nameof(HotStandbyParameters.FastConfirmation), FieldKind.Flag),
        new(nameof(HotStandbyParameters.VipFirst), FieldKind.Flag),
    ];
}
