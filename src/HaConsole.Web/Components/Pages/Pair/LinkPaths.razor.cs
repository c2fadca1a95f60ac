using System.Globalization;
using HaConsole.Engine.Status;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.Pair;

/// <summary>The paths of the peer link as this server sees them: up or down, latency and loss.</summary>
public sealed partial class LinkPaths
{
    /// <summary>Snapshot shown.</summary>
    [Parameter, EditorRequired]
    public StatusSnapshot Snapshot { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Overview> T { get; set; } = null!;

    /// <summary>The one of two paths that is left; null when both are up, or none, or there is only one.</summary>
    private int? Lost => Snapshot.PeerLink.Paths is [var one, var two] && IsUp(one) != IsUp(two) ? (IsUp(one) ? one : two).Path : null;

    private static bool IsUp(PeerPathInfo path) => path.State == "Up";

    private static string Ms(double? seconds) => seconds is { } known ? string.Create(CultureInfo.CurrentCulture, $"{known * 1000:0.#} ms") : "–";

    private string Note(PeerPathInfo path)
    {
        string[] notes = [path.Listens ? "" : T["paths.silent"].Value, path.Reverse ? T["paths.reverse"].Value : "", Spoken(path.Detail)];
        return string.Join(" · ", notes.Where(note => note.Length > 0));
    }
}
