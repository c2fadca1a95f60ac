using HaConsole.Web.Model.Sync;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SyncParts;

/// <summary>Edits that lost against those of the other server: open ones first, settled ones folded away.</summary>
public sealed partial class ConflictList
{
    private const int MostPast = 20;

    /// <summary>All that are kept, newest first.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ConflictView> Conflicts { get; set; } = [];

    /// <summary>Something was changed.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    private IStringLocalizer<Synchronisation> T { get; set; } = null!;

    private IReadOnlyList<ConflictView> Past => [.. Conflicts.Where(c => c.State != ConflictView.Open).Take(MostPast)];
}
