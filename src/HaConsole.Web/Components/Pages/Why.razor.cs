using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>Each rule of the transition table as this server sees it now: what holds, what does not, how far it has counted, when it acts.</summary>
public sealed partial class Why
{
    [Inject]
    private IStringLocalizer<Overview> T { get; set; } = null!;

    /// <inheritdoc/>
    protected override bool Matters(StatusSnapshot before, StatusSnapshot after) => SnapshotFacts.Of(before).Rules != SnapshotFacts.Of(after).Rules;
}
