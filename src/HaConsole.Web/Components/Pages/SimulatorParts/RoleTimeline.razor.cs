using System.Globalization;
using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;
using HaConsole.Web.Model.Simulation;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SimulatorParts;

/// <summary>
/// Both servers' roles over time. Places are percentages, sizes of text and marks are pixels: the picture fits every width and stays readable.
/// </summary>
public sealed partial class RoleTimeline
{
    private const int BandHeight = 27;
    private const int PairHeight = 17;
    private const int LabelHeight = 22;
    private const int MostMarks = 100;
    private const int MostLanes = 3;

    private RolePicture picture = null!;
    private string said = "";

    /// <summary>Prefix of the patterns' ids; one for each picture of a page.</summary>
    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    /// <summary>Which parameter set; empty when there is only one.</summary>
    [Parameter]
    public string Title { get; set; } = "";

    /// <summary>What came of the run.</summary>
    [Parameter, EditorRequired]
    public SimulationResult Result { get; set; } = null!;

    /// <summary>What happened.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<Fault> Faults { get; set; } = [];

    /// <summary>Length of the axis.</summary>
    [Parameter, EditorRequired]
    public TimeSpan Axis { get; set; }

    [Inject]
    private IStringLocalizer<Simulator> T { get; set; } = null!;

    private bool HasVip => picture.Vip.Count > 1;

    private int Top => 22 + (15 * Enumerable.Range(0, Faults.Count).Select(Lane).DefaultIfEmpty(0).Max());

    private int OneTop => Top + LabelHeight;

    private int TwoTop => OneTop + BandHeight + LabelHeight;

    private int PairTop => TwoTop + BandHeight + LabelHeight;

    private int VipTop => PairTop + PairHeight + LabelHeight;

    private int Bottom => (HasVip ? VipTop : PairTop) + PairHeight;

    private int Height => Bottom + 28;

    private IEnumerable<(string Label, int Y)> Labels
    {
        get
        {
            yield return (T["server", 1], OneTop);
            yield return (T["server", 2], TwoTop);
            yield return (T["pair"], PairTop);
            if (HasVip)
            {
                yield return (T["vip"], VipTop);
            }
        }
    }

    private IEnumerable<(IReadOnlyList<BandPiece<ServerCondition>> Pieces, int Y)> ServerBands => [(picture.One, OneTop), (picture.Two, TwoTop)];

    private string Summary => T["picture.summary", Result.Switches, DurationText.Human(Result.DualActive), DurationText.Human(Result.NoActive)];

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        picture = RolePicture.Of(Result, Axis);
        said = "";
    }

    private static string Percent(double value) => value.ToString("0.###", CultureInfo.InvariantCulture) + "%";

    private double Left(TimeSpan at) => picture.Scale.Left(at);

    private string Fill(ServerCondition condition) => $"url(#{Id}-{Pattern(condition)})";

    private static string Pattern(ServerCondition condition) => condition switch
    {
        ServerCondition.Active => "active",
        ServerCondition.Standby => "standby",
        ServerCondition.Frozen => "frozen",
        ServerCondition.NotRunning => "gone",
        _ => "changing",
    };

    /// <summary>Flags that are close together stand on each other.</summary>
    private int Lane(int index) => Math.Min(MostLanes, Faults.Take(index).Count(other => Math.Abs(Left(other.At) - Left(Faults[index].At)) < 4));
}
