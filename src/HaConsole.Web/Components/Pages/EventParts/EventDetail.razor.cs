using System.Globalization;
using HaConsole.Storage;
using HaConsole.Web.History;
using HaConsole.Web.Hosting;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.EventParts;

/// <summary>One event: its cause, its evidence, and what both servers saw around it; acknowledgement and notes.</summary>
public sealed partial class EventDetail
{
    /// <summary>Events of both servers that are shown around one.</summary>
    private static readonly TimeSpan Around = TimeSpan.FromSeconds(15);

    private IReadOnlyList<EventRow>? around;
    private EventRow? loaded;
    private string text = "";
    private bool may;
    private bool busy;
    private OperationResult? result;

    /// <summary>The event.</summary>
    [Parameter, EditorRequired]
    public EventRow Row { get; set; } = null!;

    /// <summary>It was acknowledged, or has a new note.</summary>
    [Parameter]
    public EventCallback<EventRow> Changed { get; set; }

    /// <summary>It shall not be shown any more.</summary>
    [Parameter]
    public EventCallback Closed { get; set; }

    [Inject]
    private IStringLocalizer<Events> T { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private PublicUrls Urls { get; set; } = null!;

    [Inject]
    private Timeline Timeline { get; set; } = null!;

    [Inject]
    private HistoryOperations Operations { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        may = (await Actor.GetAsync()).Has(Right.Operate);
        if (loaded is { } before && (before.Server, before.Sequence) == (Row.Server, Row.Sequence))
        {
            return;
        }

        loaded = Row;
        (text, result, around) = ("", null, null);
        around = await Timeline.AroundAsync(Row, Around, CancellationToken.None);
    }

    /// <summary>To give to somebody else.</summary>
    private string Link => Urls.For(string.Create(CultureInfo.InvariantCulture, $"events?event={Row.Server}-{Row.Sequence}"), new Uri(Navigation.BaseUri)).ToString();

    private List<EventRow> Of(int server) => [.. (around ?? []).Where(r => r.Server == server)];

    private string Offset(EventRow row) => (row.At - Row.At).TotalSeconds.ToString("+0.0;-0.0;0.0", CultureInfo.CurrentCulture) + " s";

    private Task AcknowledgeAsync() => DoAsync(actor => Operations.AcknowledgeAsync(actor, Row.Server, Row.Sequence, text));

    private Task NoteAsync() => DoAsync(actor => Operations.NoteAsync(actor, Row.Server, Row.Sequence, text));

    private async Task DoAsync(Func<Actor, Task<OperationResult>> operation)
    {
        busy = true;
        try
        {
            result = await operation(await Actor.GetAsync());
            if (result.Succeeded)
            {
                // What was typed is kept when nothing was saved.
                text = "";
                await Changed.InvokeAsync(await Timeline.FindAsync(Row.Server, Row.Sequence, CancellationToken.None) ?? Row);
            }
        }
        finally
        {
            busy = false;
        }
    }
}
