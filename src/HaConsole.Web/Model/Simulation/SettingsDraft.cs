using System.Globalization;
using System.Text.Json;
using HaConsole.Engine.Configuration;
using HaConsole.Simulation.Scenarios;

namespace HaConsole.Web.Model.Simulation;

/// <summary>What a field of the editor holds.</summary>
public enum DraftFieldKind
{
    /// <summary>A time.</summary>
    Seconds,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>On or off.</summary>
    Flag,
}

/// <summary>One member of a scenario's <c>settings</c>.</summary>
/// <param name="Name">Its name below <c>$.settings</c>.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="FromPair">The pair's configuration says it; the others are only known to the scenario.</param>
public sealed record SettingField(string Name, DraftFieldKind Kind, bool FromPair);

/// <summary>One parameter set in the editor: texts as they were typed, so that nothing typed is lost, however wrong.</summary>
public sealed class SettingsDraft
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <summary>All fields in the order of the screen.</summary>
    public static IReadOnlyList<SettingField> Fields { get; } =
    [
        new("heartbeatInterval", DraftFieldKind.Seconds, true),
        new("heartbeatTimeout", DraftFieldKind.Seconds, true),
        new("failuresToSwitch", DraftFieldKind.Whole, true),
        new("firstServerAutoRestart", DraftFieldKind.Flag, true),
        new("switchOnApplicationError", DraftFieldKind.Flag, true),
        new("testVipDestination", DraftFieldKind.Flag, true),
        new("vipFirst", DraftFieldKind.Flag, true),
        new("fastConfirmation", DraftFieldKind.Flag, true),
        new("serviceStartDelay", DraftFieldKind.Seconds, true),
        new("serviceStopDelay", DraftFieldKind.Seconds, false),
        new("frameworkStartDelay", DraftFieldKind.Seconds, false),
        new("latency", DraftFieldKind.Seconds, false),
        new("tickPhase.1", DraftFieldKind.Seconds, false),
        new("tickPhase.2", DraftFieldKind.Seconds, false),
    ];

    /// <summary>Text of a field; a flag is <c>true</c> or <c>false</c>.</summary>
    public string this[string name]
    {
        get => values.GetValueOrDefault(name, "");
        set => values[name] = value;
    }

    /// <summary>Hot standby mode is on; a scenario of a pair that is switched off is possible, but has no field.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>A copy to be changed on its own.</summary>
    public SettingsDraft Copy()
    {
        var copy = new SettingsDraft { Enabled = Enabled };
        foreach (var (name, value) in values)
        {
            copy[name] = value;
        }

        return copy;
    }

    /// <summary>Settings as texts.</summary>
    public static SettingsDraft From(ScenarioSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new SettingsDraft
        {
            Enabled = settings.Enabled,
            ["heartbeatInterval"] = DurationText.Exact(settings.HeartbeatInterval),
            ["heartbeatTimeout"] = DurationText.Exact(settings.HeartbeatTimeout),
            ["failuresToSwitch"] = settings.FailuresToSwitch.ToString(CultureInfo.InvariantCulture),
            ["firstServerAutoRestart"] = Flag(settings.FirstServerAutoRestart),
            ["switchOnApplicationError"] = Flag(settings.SwitchOnApplicationError),
            ["testVipDestination"] = Flag(settings.TestVipDestination),
            ["vipFirst"] = Flag(settings.VipFirst),
            ["fastConfirmation"] = Flag(settings.FastConfirmation),
            ["serviceStartDelay"] = DurationText.Exact(settings.ServiceStartDelay),
            ["serviceStopDelay"] = DurationText.Exact(settings.ServiceStopDelay),
            ["frameworkStartDelay"] = DurationText.Exact(settings.FrameworkStartDelay),
            ["latency"] = DurationText.Exact(settings.Latency),
            ["tickPhase.1"] = DurationText.Exact(settings.TickPhase1),
            ["tickPhase.2"] = settings.TickPhase2 is { } phase ? DurationText.Exact(phase) : "",
        };
    }

    /// <summary>The parameters in force of a pair, as a simulation takes them.</summary>
    public static ScenarioSettings OfPair(PairConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var p = configuration.HotStandby;
        return new ScenarioSettings
        {
            HeartbeatInterval = TimeSpan.FromSeconds(p.HeartbeatInterval),
            HeartbeatTimeout = TimeSpan.FromSeconds(p.HeartbeatTimeout),
            FailuresToSwitch = p.FailuresToSwitch,
            FirstServerAutoRestart = p.FirstServerAutoRestart,
            SwitchOnApplicationError = p.SwitchOnApplicationError,
            TestVipDestination = p.TestVipDestination,
            VipFirst = p.VipFirst,
            FastConfirmation = p.FastConfirmation,
            ServiceStartDelay = TimeSpan.FromSeconds(Math.Min(86400, FailoverTimeBudget.Of(configuration).StartDelay)),
        };
    }

    /// <summary>Takes those fields that the pair's configuration says; the others stay.</summary>
    public void TakeFrom(ScenarioSettings pair)
    {
        var theirs = From(pair);
        foreach (var field in Fields.Where(field => field.FromPair))
        {
            this[field.Name] = theirs[field.Name];
        }
    }

    /// <summary>Whether a field says something else than the pair's configuration.</summary>
    public bool Differs(SettingField field, SettingsDraft pair)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(pair);
        return field.FromPair && !Same(field, this[field.Name], pair[field.Name]);
    }

    /// <summary>Whether two texts of a field mean the same.</summary>
    public static bool Same(SettingField field, string a, string b)
    {
        ArgumentNullException.ThrowIfNull(field);
        return a == b || (field.Kind == DraftFieldKind.Seconds && DurationText.TryParse(a, out var x) && DurationText.TryParse(b, out var y) && x.Equals(y));
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("settings");
        if (!Enabled)
        {
            json.WriteBoolean("enabled", false);
        }

        foreach (var field in Fields.Where(field => !field.Name.Contains('.', StringComparison.Ordinal)))
        {
            Write(json, field.Name, field.Kind, this[field.Name]);
        }

        json.WriteStartObject("tickPhase");
        Write(json, "1", DraftFieldKind.Seconds, this["tickPhase.1"]);
        Write(json, "2", DraftFieldKind.Seconds, this["tickPhase.2"]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>A text that is no number stays a text: the reader of scenario files says what is wrong with it, and where.</summary>
    internal static void Write(Utf8JsonWriter json, string name, DraftFieldKind kind, string text)
    {
        if (kind == DraftFieldKind.Flag)
        {
            json.WriteBoolean(name, text == "true");
        }
        else if (string.IsNullOrWhiteSpace(text))
        {
            // Left empty means as by default.
        }
        else if (kind == DraftFieldKind.Seconds && DurationText.TryParse(text, out var seconds))
        {
            json.WriteNumber(name, seconds);
        }
        else if (kind == DraftFieldKind.Whole && decimal.TryParse(text.Trim(), NumberStyles.Number, CultureInfo.InvariantCulture, out var number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteString(name, text);
        }
    }

    private static string Flag(bool value) => value ? "true" : "false";
}
