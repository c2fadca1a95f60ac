using System.Globalization;
using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using HaConsole.Web.Model.FileSets;
using HaConsole.Web.Model.Pair;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.Pair;

/// <summary>The pair as a picture: balancer or VIP, both servers, third systems, heartbeat and configuration between the servers.</summary>
public sealed partial class Topology
{
    private static readonly string[] Tones = ["good", "bad", "warn", "off"];

    /// <summary>Snapshot shown.</summary>
    [Parameter, EditorRequired]
    public StatusSnapshot Snapshot { get; set; } = null!;

    /// <summary>File sets of both servers; empty when there are none, or before both were asked.</summary>
    [Parameter]
    public IReadOnlyList<FileSetView> FileSets { get; set; } = [];

    /// <summary>The form for phones.</summary>
    [Parameter]
    public bool Narrow { get; set; }

    [Inject]
    private IStringLocalizer<Overview> T { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Shared> S { get; set; } = null!;

    [Inject]
    private ConsoleEngine Engine { get; set; } = null!;

    /// <inheritdoc/>
    protected override string Shows => $"{SnapshotFacts.Of(Snapshot).Picture} {Vip} {FileSetViews.Worst(FileSets)} {FileSets.Count} {FileSets.Max(set => set.LagSeconds)} {FileSets.Any(set => set.IsBad)}";

    private IReadOnlyList<CheckInfo> Systems { get; set; } = [];

    private TopologyLayout Layout { get; set; } = null!;

    private string Vip => Engine.Engine.Configuration.Content.HotStandby.VipAddress;

    private int ActiveServer => Snapshot.Servers.FirstOrDefault(server => server.Role == "Active")?.Server ?? Snapshot.Servers.FirstOrDefault(server => server.Local)?.Server ?? 1;

    private string Summary => string.Join(". ", Snapshot.Servers.Select(server => $"S{server.Server} {S["role." + server.Role]}")) + $". {T["heartbeat"]}{Colon}{Spoken(Snapshot.PeerLink.State)}{PathsSummary}. {T["sync"]}{Colon}{T["configuration." + (Snapshot.ConfigurationOnPeer?.State ?? "unknown")]}. {FilesWord}";

    private string PathsSummary => Snapshot.PeerLink.Paths is { Count: > 1 } paths ? string.Concat(paths.Select(path => $", {T["paths.path"]} {path.Path} {T[path.State == "Up" ? "paths.up" : "paths.down"]}")) : "";

    /// <summary>Heartbeats both ways, as each server sees the other, and the configuration.</summary>
    private IEnumerable<(string Tone, (int X, int Y) From, (int X, int Y) To, string Label, (int X, int Y) At)> Arrows
    {
        get
        {
            var connected = Snapshot.PeerLink.State == "Connected";
            var trip = connected && Snapshot.PeerLink.RoundTripSeconds is { } seconds ? Ms(seconds) : "";
            var (there, back) = (ToneOf(1), ToneOf(2));
            var configuration = Snapshot.ConfigurationOnPeer?.State ?? "unknown";
            var sync = SyncTone(configuration);
            var (first, second) = (Layout.First, Layout.Second);
            if (Snapshot.PeerLink.Paths is [var path1, var path2])
            {
                foreach (var arrow in PathArrows(path1, path2))
                {
                    yield return arrow;
                }
            }
            else if (Narrow)
            {
                yield return (there, (60, first.Bottom), (60, second.Y), "", (0, -20));
                yield return (back, (84, second.Y), (84, first.Bottom), $"{T["heartbeat"]} {Word(there, back)}{trip}", (100, first.Bottom + 52));
            }
            else
            {
                var middle = Layout.Width / 2;
                yield return (there, (first.Right, first.Y + 24), (second.X, second.Y + 24), $"{T["heartbeat"]} {Word(there, back)}{trip}", (middle, first.Y + 16));
                yield return (back, (second.X, first.Y + 42), (first.Right, first.Y + 42), "", (middle, -20));
            }

            if (Narrow)
            {
                yield return (sync, Snapshot.Servers.Any(s => s is { Server: 2, Role: "Active" }) ? (32, second.Y) : (32, first.Bottom), Snapshot.Servers.Any(s => s is { Server: 2, Role: "Active" }) ? (32, first.Bottom) : (32, second.Y), $"{T["sync"]}{Colon}{T["configuration." + configuration]}", (100, first.Bottom + 74));
                yield return (sync, (-40, -40), (-39, -40), FilesWord, (100, first.Bottom + 94));
            }
            else
            {
                var middle = Layout.Width / 2;
                var reverse = ActiveServer == 2;
                yield return (sync, reverse ? (second.X, first.Y + 76) : (first.Right, first.Y + 76), reverse ? (first.Right, first.Y + 76) : (second.X, first.Y + 76), $"{T["sync"]}{Colon}{T["configuration." + configuration]}", (middle, first.Y + 68));
                yield return (sync, (-40, -40), (-39, -40), FilesWord, (middle, first.Y + 94));
            }
        }
    }

    /// <summary>Each of two paths with its own state and latency, as this server sees them.</summary>
    private IEnumerable<(string Tone, (int X, int Y) From, (int X, int Y) To, string Label, (int X, int Y) At)> PathArrows(PeerPathInfo path1, PeerPathInfo path2)
    {
        var (first, second) = (Layout.First, Layout.Second);
        var paths = new[] { path1, path2 };
        for (var i = 0; i < paths.Length; i++)
        {
            var up = paths[i].State == "Up";
            var trip = up && paths[i].RoundTripSeconds is { } seconds ? Ms(seconds) : "";
            var label = $"{T["heartbeat"]} {paths[i].Path}{(up ? "" : " " + T["heartbeat.none"])}{trip}";
            yield return Narrow
                ? (up ? "good" : "bad", (60 + (24 * i), first.Bottom), (60 + (24 * i), second.Y), label, (100, first.Bottom + 32 + (20 * i)))
                : (up ? "good" : "bad", (first.Right, first.Y + 22 + (24 * i)), (second.X, first.Y + 22 + (24 * i)), label, (Layout.Width / 2, first.Y + 16 + (24 * i)));
        }
    }

    /// <summary>The worst state of the file sets, and how long the slowest of the last changes took; empty when there are none.</summary>
    private string FilesWord
    {
        get
        {
            if (FileSets.Count == 0)
            {
                return "";
            }

            var lag = FileSets.Max(set => set.LagSeconds) is { } seconds ? " · " + Amounts.Seconds(seconds) : "";
            return $"{T["files"]}{Colon}{T["files." + FileSetViews.Worst(FileSets)]}{lag}";
        }
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        Systems = TopologyLayout.SystemsOf(Snapshot);
        Layout = TopologyLayout.For(Systems.Count, Narrow);
    }

    /// <summary>The same link as the other server sees it; null when nothing is known of that.</summary>
    private CheckInfo? FromStandby(CheckInfo system) => Snapshot.Servers.FirstOrDefault(server => server.Server != ActiveServer)?.Checks.FirstOrDefault(check => check.Name == system.Name);

    private static string Short(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";

    private static string Ms(double seconds) => string.Create(CultureInfo.CurrentCulture, $" · {seconds * 1000:0.#} ms");

    private static string LookOf(string state) => state switch { "Ok" or "Up" => "good", "Unknown" or "None" => "off", _ => "bad" };

    /// <summary>The worse of configuration and file sets.</summary>
    private string SyncTone(string configuration)
    {
        var files = FileSetViews.Worst(FileSets);
        return FileSets.Any(set => set.IsBad) ? "bad"
            : configuration is not ("equal" or "unknown") ? "warn"
            : configuration == "unknown" ? "off"
            : files is "" or "InSync" ? "good"
            : "warn";
    }

    private string Mark(string tone) => $"arrow-{tone}{(Narrow ? "-n" : "")}";

    private string Word(string there, string back) => there == "good" && back == "good" ? "" : there == "bad" && back == "bad" ? T["heartbeat.none"] : T["heartbeat.part"];

    /// <summary>How one server hears the other, by its own word.</summary>
    private string ToneOf(int server) => Snapshot.Servers.FirstOrDefault(s => s.Server == server) switch
    {
        { View: { } view } => view.Link == "Connected" ? "good" : "bad",
        { Local: false, Role: "Unknown" } => "bad",
        _ => "off",
    };

    private bool Serves(ServerStatus server) => Snapshot.Vip is "Here" or "Peer" ? server.Local == (Snapshot.Vip == "Here") : server.Role == "Active";

    private (int X, int Y) VipEnd(ServerStatus server)
    {
        var place = Layout.Of(server.Server);
        return !Narrow ? (place.CenterX, place.Y) : server.Server == 1 ? (place.CenterX, place.Y) : (place.Right + 8, place.Y + 10);
    }

    /// <summary>The managed address at its holder; of several the first and how many more.</summary>
    private static string HeldBy(ServerStatus server)
    {
        var held = server.Addresses.Where(address => address.State is "Held").ToList();
        return held.Count == 0 ? "" : Short(held[0].Address, 24) + (held.Count > 1 ? $" +{held.Count - 1}" : "");
    }

    private string Running(ServerStatus server)
    {
        if (server.Services.Count == 0)
        {
            return server.Role == "Unknown" ? T["silent"] : T["services.none"];
        }

        var running = server.Services.Count(service => service.State == "Running");
        return T["services.running", running, server.Services.Count];
    }
}
