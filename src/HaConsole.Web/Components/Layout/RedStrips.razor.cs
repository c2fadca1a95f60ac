using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Pair;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Layout;

/// <summary>What must not be overlooked, on every page and not dismissable: two Actives, no Active, peer lost and the like.</summary>
public sealed partial class RedStrips
{
    private bool mayOperate;

    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;

    /// <summary>Said with what was measured instead of by the alarm's own sentence.</summary>
    private ClockOffset? Clock => ClockOffset.Of(Snapshot);

    /// <summary>Server that a switch would make the Active; null when there is none.</summary>
    private int? Standby => Snapshot.Servers.FirstOrDefault(server => server.Role == "Standby")?.Server;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    private bool DatabaseDown => Snapshot.Database.Length > 0 && !Snapshot.Database.StartsWith("ready", StringComparison.OrdinalIgnoreCase) && !Snapshot.Database.StartsWith("starting", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    protected override bool Matters(StatusSnapshot before, StatusSnapshot after) => SnapshotFacts.Of(before).Strips != SnapshotFacts.Of(after).Strips;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        mayOperate = (await Actor.GetAsync()).Has(Right.Operate);
    }
}
