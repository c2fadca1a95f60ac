using HaConsole.Engine.Status;
using HaConsole.Failover;
using HaConsole.Web.Components.Settings;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Sync;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SyncParts;

/// <summary>The replicated configuration on both servers: revision, confirmation, what differs, and taking one server's for both.</summary>
public sealed partial class ConfigurationCard
{
    private SyncChange? preview;
    private Revision seen;
    private Note? note;
    private int taken;
    private bool proving;
    private bool mayChange;
    private bool busy;

    /// <summary>How both compare.</summary>
    [Parameter, EditorRequired]
    public SyncView View { get; set; } = null!;

    /// <summary>Servers of the pair.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ServerStatus> Servers { get; set; } = [];

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

    private int Other => 3 - View.Server;

    private bool Differs => View.State is "behind" or "ahead" or "different" || (View.State == "equal" && View.Drift.Count > 0);

    private string Tone => View.State switch { "equal" => "good", "none" => "", _ => "bad" };

    private string Shape => View.State switch { "equal" => "✓", "none" => "○", "unknown" => "?", _ => "✕" };

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync() => mayChange = (await Actor.GetAsync()).Has(Right.Administer);

    private static string Short(string hash) => hash.Length > 16 ? hash[..16] + "…" : hash;

    private string Value(string text) => text.Length == 0 ? S["empty"] : text;

    private void Cancel() => (preview, proving) = (null, false);

    private async Task PreviewAsync(int server)
    {
        (preview, proving, note, taken, busy) = (null, false, null, server, true);
        try
        {
            seen = Console.Engine.Configuration.Revision;
            var result = await Operations.TakeAsync(await Actor.GetAsync(), server, seen, dryRun: true);
            if (result is { Succeeded: true, Value: { } change })
            {
                preview = change;
            }
            else
            {
                note = Said(result);
            }
        }
        finally
        {
            busy = false;
        }
    }

    private async Task TakeAsync()
    {
        var actor = await Actor.GetAsync();
        if (!actor.IsProven)
        {
            proving = true;
            return;
        }

        busy = true;
        try
        {
            var result = await Operations.TakeAsync(actor, taken, seen, dryRun: false);
            note = Said(result);
            Cancel();
            await OnChanged.InvokeAsync();
        }
        finally
        {
            busy = false;
        }
    }

    private Note Said(OperationResult<SyncChange> result) => SyncOutcome.Of(result, S);
}
