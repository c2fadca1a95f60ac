using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Failover;
using HaConsole.Web.Components.Settings;
using HaConsole.Web.Hosting;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Settings;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;

namespace HaConsole.Web.Components.Pages;

/// <summary>The guide's Hot Standby screen: parameters with their relations, status of both servers, and every revision.</summary>
public sealed partial class HotStandby
{
    private const string DraftKey = "haconsole-hot-standby";

    private readonly NodeOptions noOptions = new();
    private RecordForm<HotStandbyParameters> form = new(new HotStandbyParameters());
    private SettingsForm? editor;
    private ConfigurationDocument seen = null!;
    private ConfigurationDocument? theirs;
    private IReadOnlyList<ConflictRow>? rows;
    private IReadOnlyList<Relation>? consequences;
    private IReadOnlyList<NodeValue> nodeValues = [];
    private NodeOptions node = new();
    private Note? note;
    private Revision? undo;
    private string? log;
    private bool mayChange;
    private bool mayOperate;
    private bool busy;

    [SupplyParameterFromQuery(Name = "view")]
    private string? ViewName { get; set; }

    [SupplyParameterFromQuery(Name = "a")]
    private string? A { get; set; }

    [SupplyParameterFromQuery(Name = "b")]
    private string? B { get; set; }

    [Inject]
    private IStringLocalizer<HotStandby> T { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    [Inject]
    private ConsoleEngine Console { get; set; } = null!;

    [Inject]
    private ConfigurationOperations Operations { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    [Inject]
    private IConfiguration Configuration { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    private bool IsHistory => ViewName == "history";

    private NodeValue LocalAddress => nodeValues.FirstOrDefault(v => v.Name == nameof(NodeOptions.LocalAddress)) ?? new NodeValue(nameof(NodeOptions.LocalAddress), "", false, false, ValueSource.Default, "");

    private PairConfiguration Wanted => seen.Content with { HotStandby = form.Read().Value };

    private IReadOnlyList<FieldChange> Pending
        => [.. form.Changed.Select(name => new FieldChange("HotStandby", "", name, Loaded[name], form[name].Trim()))];

    /// <summary>What the form was made from; other parts of the configuration may change meanwhile.</summary>
    private string Basis => ConfigurationJson.Hash(new PairConfiguration { HotStandby = form.Loaded });

    private Dictionary<string, string> Loaded => RecordTexts.Of(form.Loaded, System.Globalization.CultureInfo.CurrentCulture);

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        Take(Console.Engine.Configuration);
        node = Configuration.GetSection("Node").Get<NodeOptions>() ?? noOptions;
        nodeValues = NodeValues.Of(Configuration);
        var actor = await Actor.GetAsync();
        (mayChange, mayOperate) = (actor.Has(Right.Administer), actor.Has(Right.Operate));
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && mayChange && await ReadDraftAsync() is { } draft)
        {
            foreach (var (field, text) in draft)
            {
                form[field] = text;
            }

            note = new Note("warn", T["draft"]);
            editor?.Reset();
            StateHasChanged();
        }
    }

    /// <inheritdoc/>
    protected override void OnSnapshot()
    {
        var now = Console.Engine.Configuration;
        if (now.Revision == seen.Revision || busy)
        {
            return;
        }

        if (!form.IsChanged || now.Content.HotStandby == form.Loaded)
        {
            // Another part was changed, or nothing is typed here: nobody need decide anything.
            seen = now;
            if (now.Content.HotStandby != form.Loaded)
            {
                Take(now);
                editor?.Reset();
            }
        }
        else
        {
            ShowConflict(now);
        }
    }

    private void Take(ConfigurationDocument document)
    {
        seen = document;
        if (form.Loaded != document.Content.HotStandby || !form.IsChanged)
        {
            form = new RecordForm<HotStandbyParameters>(document.Content.HotStandby, wanted => SettingsRules.Of(wanted, seen.Content));
        }

        (rows, theirs, consequences) = (null, null, null);
    }

    private bool CanSwitchTo(ServerStatus server)
        => mayOperate && server.Role == "Standby" && Snapshot.Servers.Count == 2;

    private string Why(ServerStatus server)
    {
        var view = Snapshot.Servers.FirstOrDefault(s => s.Local && s.Server != server.Server)?.View;
        string?[] reasons = [view is { Monitor: "Failed" } ? Spoken(view.MonitorSentence) : null, server.Local ? null : Spoken(Snapshot.PeerLink.Detail)];
        return reasons.FirstOrDefault(r => !string.IsNullOrEmpty(r)) ?? T["health." + server.Health];
    }

    private async Task ChangedAsync()
    {
        consequences = null;
        await Browser.InvokeVoidAsync("sessionStorage.setItem", DraftKey, Draft.Write(Basis, form));
    }

    private async Task FillAsync(TimingProfile profile)
    {
        form.Fill(profile.Values, TimingProfile.Fields);
        editor?.Reset();
        await ChangedAsync();
    }

    private async Task ValidateAsync()
    {
        if (!mayChange || busy)
        {
            return;
        }

        undo = null;
        if (editor is not null && !editor.Validate())
        {
            note = new Note("bad", T["check-fields"]);
            return;
        }

        if (!form.IsChanged)
        {
            note = new Note("good", T["nothing", seen.Revision]);
            return;
        }

        var dangers = ChangeConsequences.Of(form.Loaded, form.Read().Value);
        if (dangers.Count > 0)
        {
            (consequences, note) = (dangers, null);
            return;
        }

        await SaveAsync();
    }

    private async Task SaveAsync()
    {
        (busy, consequences) = (true, null);
        try
        {
            var result = await Operations.SaveHotStandbyAsync(await Actor.GetAsync(), form.Read().Value, form.Loaded);
            note = SettingsOutcome.Of(result, S);
            if (result is { Succeeded: true, Value: { } change })
            {
                await SavedAsync(change);
            }
            else if (result is { End: OperationEnd.Conflict, Value.Document: { } other })
            {
                ShowConflict(other);
            }
        }
        finally
        {
            busy = false;
        }
    }

    private async Task SavedAsync(ConfigurationChange change)
    {
        form.Load(change.Document.Content.HotStandby);
        Take(change.Document);
        undo = change.Before?.Revision;
        editor?.Reset();
        await ForgetAsync();
    }

    private void ShowConflict(ConfigurationDocument other)
    {
        rows = ConflictRow.Of(form, other.Content.HotStandby);
        if (rows.Count == 0)
        {
            Take(other);
            return;
        }

        theirs = other;
    }

    private void Decided()
    {
        ConflictRow.Decide(form, theirs!.Content.HotStandby, rows!);
        (seen, theirs, rows) = (theirs!, null, null);
        note = new Note("warn", T["decided"]);
        editor?.Reset();
    }

    private async Task CancelAsync()
    {
        form.Load(Console.Engine.Configuration.Content.HotStandby);
        Take(Console.Engine.Configuration);
        note = null;
        editor?.Reset();
        await ForgetAsync();
    }

    private Task UndoAsync() => RestoreAsync(undo!.Value);

    private Task RestoreAsync(ConfigurationDocument wanted) => RestoreAsync(wanted.Revision);

    private async Task RestoreAsync(Revision revision)
    {
        busy = true;
        try
        {
            var result = await Operations.RestoreAsync(await Actor.GetAsync(), revision, seen.Revision);
            note = SettingsOutcome.Of(result, S);
            undo = null;
            if (result is { Succeeded: true, Value: { } change })
            {
                await SavedAsync(change);
            }
            else if (result.End == OperationEnd.Conflict)
            {
                seen = Console.Engine.Configuration;
            }
        }
        finally
        {
            busy = false;
        }
    }

    private void Compare((string From, string To) chosen)
        => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["a"] = Text(chosen.From), ["b"] = Text(chosen.To) }), replace: true);

    private static string? Text(string revision) => revision.Length == 0 ? null : revision;

    private async Task ForgetAsync() => await Browser.InvokeVoidAsync("sessionStorage.removeItem", DraftKey);

    /// <summary>What was typed before the page was lost, if the parameters are still those that it was made from.</summary>
    private async Task<IReadOnlyDictionary<string, string>?> ReadDraftAsync()
    {
        try
        {
            var text = await Browser.InvokeAsync<string?>("sessionStorage.getItem", DraftKey);
            return Draft.Read(text, Basis, Loaded.Keys);
        }
        catch (JSException)
        {
            // A browser that stores nothing: there is no draft.
            return null;
        }
    }
}
