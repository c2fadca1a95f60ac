using HaConsole.Engine.Configuration;
using HaConsole.Web.Components.Settings;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Sync;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SyncParts;

/// <summary>One conflict: field by field what lost and what is in force, and what can be done about it.</summary>
public sealed partial class ConflictItem
{
    private IReadOnlyList<string>? proving;
    private Note? note;
    private string reason = "";
    private bool dismissing;
    private bool mayChange;
    private bool busy;

    /// <summary>The conflict.</summary>
    [Parameter, EditorRequired]
    public ConflictView Conflict { get; set; } = null!;

    /// <summary>Something was changed.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    private IStringLocalizer<Synchronisation> T { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    [Inject]
    private SyncOperations Operations { get; set; } = null!;

    [Inject]
    private ConsoleEngine Console { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    private bool IsOpen => Conflict.State == ConflictView.Open;

    private string Who => string.Join(", ", Conflict.Saved.Select(s => s.By).Distinct(StringComparer.Ordinal).DefaultIfEmpty("–"));

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync() => mayChange = (await Actor.GetAsync()).Has(Right.Administer);

    private string Value(string text) => text.Length == 0 ? S["empty"] : text;

    private async Task MergeAsync(IReadOnlyList<string> keys)
    {
        var actor = await Actor.GetAsync();
        var wanted = keys.Count > 0 ? keys : [.. Conflict.Fields.Select(f => f.Key)];
        if (!actor.IsProven && wanted.Any(k => k.StartsWith(nameof(PairConfiguration.Access), StringComparison.Ordinal)))
        {
            proving = keys;
            return;
        }

        await DoAsync(async () => SyncOutcome.Of(await Operations.MergeAsync(actor, Conflict.Id, keys, Console.Engine.Configuration.Revision, dryRun: false), S));
    }

    private Task DismissAsync() => DoAsync(async () =>
        SyncOutcome.Of(await Operations.DismissAsync(await Actor.GetAsync(), Conflict.Id, reason), S, T["dismiss.done"], "forbidden"));

    private async Task DoAsync(Func<Task<Note>> action)
    {
        (busy, proving) = (true, null);
        try
        {
            note = await action();
            dismissing = dismissing && note.Tone == "bad";
            await OnChanged.InvokeAsync();
        }
        finally
        {
            busy = false;
        }
    }
}
