using HaConsole.Web.Model.Drills;

namespace HaConsole.Web.Api;

/// <summary>Body of <c>POST drills</c>.</summary>
public sealed record DrillRequest
{
    /// <summary>Switch (there and back), Stop (watches while somebody stops the Active) or Proof (disturbs nothing).</summary>
    public DrillKind? Kind { get; init; }
}

/// <summary>Body of <c>POST drills/plan</c>.</summary>
public sealed record DrillPlanRequest
{
    /// <summary>Time of day of the daily proof on the answering server, <c>HH:mm</c>, in its local time; null ends the plan.</summary>
    public string? At { get; init; }
}

/// <summary>How the drills stand, as the answering server knows it.</summary>
/// <param name="Running">The drill that this server leads now; null when it leads none.</param>
/// <param name="LastProven">Last proof of either server that succeeded; null when there is none.</param>
/// <param name="DailyProofAt">Time of day of this server's daily proof, <c>HH:mm</c>; null when none is planned.</param>
public sealed record DrillState(DrillView? Running, DrillView? LastProven, string? DailyProofAt);
