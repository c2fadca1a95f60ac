using System.Globalization;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Status;
using HaConsole.Storage;
using HaConsole.Web.History;
using HaConsole.Web.Model.History;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;

namespace HaConsole.Web.Components.Pages;

/// <summary>The events of both servers in their order, with what they were founded on.</summary>
public sealed partial class Events : IAsyncDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly SortedSet<string> kinds = new(StringComparer.Ordinal) { "role-changed", "switch", "controls-changed", "configuration-saved", EventRemark.AcknowledgedKind, EventRemark.NoteKind };
    private TimelineQuery query = new();
    private TimelineQuery? shown;
    private EventList list = null!;
    private DateTimeOffset began;
    private string text = "";
    private string? fromJournal;
    private EventRow? selected;
    private EventCount? count;
    private bool loading = true;
    private bool looking;
    private int news;
    private ElementReference box;
    private Virtualize<EventRow>? virtualize;
    private IJSObjectReference? module;

    [SupplyParameterFromQuery(Name = "severity")]
    private string? SeverityAsked { get; set; }

    [SupplyParameterFromQuery(Name = "server")]
    private int? ServerAsked { get; set; }

    [SupplyParameterFromQuery(Name = "kind")]
    private string? KindAsked { get; set; }

    [SupplyParameterFromQuery(Name = "text")]
    private string? TextAsked { get; set; }

    [SupplyParameterFromQuery(Name = "decisions")]
    private bool? DecisionsAsked { get; set; }

    [SupplyParameterFromQuery(Name = "open")]
    private bool? OpenAsked { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? FromAsked { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? ToAsked { get; set; }

    [SupplyParameterFromQuery(Name = "event")]
    private string? EventAsked { get; set; }

    [Inject]
    private IStringLocalizer<Events> T { get; set; } = null!;

    [Inject]
    private Timeline Timeline { get; set; } = null!;

    [Inject]
    private HistoryHost History { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private string Count => count switch
    {
        null => "",
        { Exact: true } exact => T["count", exact.Value],
        { } about => T["count.about", about.Value],
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        History.Arrived -= OnArrived;
        History.StatusChanged -= OnArrived;
        await ended.CancelAsync();
        ended.Dispose();
        if (module is not null)
        {
            try
            {
                await module.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The browser is gone, and its module with it.
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        base.OnInitialized();
        list = new EventList(OlderAsync);
        History.Arrived += OnArrived;
        History.StatusChanged += OnArrived;
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        query = TimelineQuery.Of(SeverityAsked, ServerAsked, KindAsked, TextAsked, DecisionsAsked, OpenAsked, FromAsked, ToAsked);
        if (query != shown)
        {
            text = query.Text;
            await LoadAsync();
        }

        await SelectAskedAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./js/history.js");
        }
    }

    /// <summary>While the database is down the snapshot alone tells of news.</summary>
    protected override bool Matters(StatusSnapshot before, StatusSnapshot after)
    {
        if (fromJournal is not null && before.Servers.Select(s => s.LastEvent).SequenceEqual(after.Servers.Select(s => s.LastEvent)) is false)
        {
            OnArrived();
        }

        return before.Servers.Count != after.Servers.Count;
    }

    private static string Value(ChangeEventArgs change) => change.Value?.ToString() ?? "";

    private static string Name(EventRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Server}-{row.Sequence}");

    private bool IsSelected(EventRow row) => selected is { } chosen && chosen.Server == row.Server && chosen.Sequence == row.Sequence;

    private string Export(string format) => $"api/v1/events/export?format={format}{query.Query()}";

    private void Go(TimelineQuery wanted) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(wanted.Parts()), replace: true);

    private void SearchAsync() => Go(query with { Text = text.Trim() });

    private void Select(EventRow row) => Choose(IsSelected(row) ? null : Name(row));

    private void Choose(string? name) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("event", name), replace: true);

    private async Task SelectAskedAsync()
    {
        var parts = (EventAsked ?? "").Split('-');
        selected = parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var server)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
                ? list.Rows.FirstOrDefault(r => r.Server == server && r.Sequence == sequence) ?? await Timeline.FindAsync(server, sequence, ended.Token)
                : null;
    }

    /// <summary>Begins anew with the newest events of the filter.</summary>
    private async Task LoadAsync()
    {
        shown = query;
        loading = true;
        news = 0;
        began = Time.GetUtcNow();
        var page = await Timeline.QueryAsync(query.Filter(Snapshot.Pair), new EventPaging { Limit = EventList.PageRows }, ended.Token);
        fromJournal = page.FromJournal;
        list.Set(page.Page);
        kinds.UnionWith(page.Page.Rows.Select(r => r.Kind));
        count = fromJournal is null ? await CountAsync() : null;
        selected = selected is { } chosen ? list.Rows.FirstOrDefault(IsSelected) ?? chosen : null;
        loading = false;
        if (virtualize is not null)
        {
            await virtualize.RefreshDataAsync();
        }
    }

    private async Task<EventCount?> CountAsync()
    {
        try
        {
            return await History.Events.CountAsync(query.Filter(Snapshot.Pair), ended.Token);
        }
        catch (DatabaseUnavailableException)
        {
            // The list itself says so.
            return null;
        }
    }

    private async Task<EventPage> OlderAsync(EventCursor? before, CancellationToken cancellationToken)
        => (await Timeline.QueryAsync(query.Filter(Snapshot.Pair), new EventPaging { Before = before, Limit = EventList.PageRows }, cancellationToken)).Page;

    private async ValueTask<ItemsProviderResult<EventRow>> ProvideAsync(ItemsProviderRequest request)
    {
        var rows = await list.RangeAsync(request.StartIndex, request.Count, request.CancellationToken);
        return new ItemsProviderResult<EventRow>(rows, list.Total);
    }

    private void OnArrived() => _ = InvokeAsync(() => OwnLanguage.RunAsync(LookAsync));

    /// <summary>New events are let in when their place is seen; else they are counted.</summary>
    private async Task LookAsync()
    {
        if (looking || ended.IsCancellationRequested || loading)
        {
            return;
        }

        looking = true;
        try
        {
            var atTop = module is null || await module.InvokeAsync<bool>("atTop", ended.Token, box);
            if (atTop || (fromJournal is null) != History.IsReady)
            {
                await LoadAsync();
            }
            else
            {
                var filter = query.Filter(Snapshot.Pair);
                var recent = filter with { From = filter.From > began.AddMinutes(-1) ? filter.From : began.AddMinutes(-1) };
                var page = await Timeline.QueryAsync(recent, new EventPaging { Limit = EventList.PageRows }, ended.Token);
                news = list.News(page.Page.Rows);
            }

            StateHasChanged();
        }
        catch (Exception e) when (e is OperationCanceledException or JSDisconnectedException or ObjectDisposedException)
        {
            // The page is left.
        }
        finally
        {
            looking = false;
        }
    }

    private async Task ToTopAsync()
    {
        await LoadAsync();
        if (module is not null)
        {
            await module.InvokeVoidAsync("toTop", box);
        }
    }

    private async Task ChangedAsync(EventRow row)
    {
        list.Replace(row);
        selected = row;
        if (virtualize is not null)
        {
            await virtualize.RefreshDataAsync();
        }
    }
}
