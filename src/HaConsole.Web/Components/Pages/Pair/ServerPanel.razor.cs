using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Pair;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.Pair;

/// <summary>One server: its role and why, what it counts, what it runs, what it saw lately. What is not heard of it is not shown as if it were.</summary>
public sealed partial class ServerPanel
{
    /// <summary>Snapshot that the server belongs to.</summary>
    [Parameter, EditorRequired]
    public StatusSnapshot Snapshot { get; set; } = null!;

    /// <summary>The server.</summary>
    [Parameter, EditorRequired]
    public ServerStatus Server { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Overview> T { get; set; } = null!;

    /// <inheritdoc/>
    protected override string Shows => SnapshotFacts.Of(Snapshot).Server(Server.Server);

    private string Id => $"server-{Server.Server}";

    private bool Known => Server.Local || Server.Role != "Unknown";

    private string Reason => Snapshot.LastSwitch is { Sentence.Length: > 0 } last && last.Server == Server.Server && Server.Role == "Active" ? Spoken(last.Sentence) : "";

    /// <summary>Those that have begun to count something that is not as it should be.</summary>
    private IReadOnlyList<CounterStatus> Counters => [.. (Server.View?.Counters ?? []).Where(counter => counter.Value > 0
        && (counter.Name is "peerFail" or "lanDown" or "bothStandby" || (counter.Name == "peerActive" && Server.Role == "Active")))];

    private static string ToneOf(double offset) => ClockOffset.IsAlarm(offset) ? "bad" : ClockOffset.IsWarning(offset) ? "warn" : "";

    /// <summary>A stopped service is as it should be, except on the Active.</summary>
    private string Look(string state) => state switch
    {
        "Running" or "Ok" or "Up" => "good",
        "Starting" or "Stopping" => "warn",
        "Stopped" => Server.Role == "Active" ? "bad" : "dim",
        "None" or "Unknown" => "dim",
        _ => "bad",
    };

    /// <summary>An absent address is as it should be, except on the Active.</summary>
    private string Look(AddressInfo address) => address.State switch
    {
        "Held" => Server.Role == "Active" ? "good" : "warn",
        "Absent" => Server.Role == "Active" ? "bad" : "dim",
        _ => "bad",
    };

    private static string Shape(string look) => look switch { "good" => "●", "warn" => "◐", "bad" => "✕", _ => "○" };
}
