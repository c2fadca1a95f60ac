using HaConsole.Engine.Journal;
using HaConsole.Engine.Status;
using HaConsole.Storage;
using HaConsole.Web.History;
using HaConsole.Web.Live;
using HaConsole.Web.Model.History;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>Who did what on both servers, from where, and the proof that nobody has changed it since.</summary>
public sealed partial class Audit
{
    private const int PageRows = 100;

    private readonly SortedSet<string> actions = new(StringComparer.Ordinal) { "switch", "pause", "resume", "settings-save", "sign-in", "sign-in-failed" };
    private readonly List<AuditRow> rows = [];
    private readonly Dictionary<int, AuditVerification?> proofs = [];
    private AuditFilter wanted = new();
    private AuditFilter? shown;
    private AuditCursor? older;
    private string? fromFiles;
    private bool loading;
    private bool verifying;
    private bool admin;

    [SupplyParameterFromQuery(Name = "user")]
    private string? UserAsked { get; set; }

    [SupplyParameterFromQuery(Name = "action")]
    private string? ActionAsked { get; set; }

    [SupplyParameterFromQuery(Name = "result")]
    private string? ResultAsked { get; set; }

    [SupplyParameterFromQuery(Name = "text")]
    private string? TextAsked { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? FromAsked { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? ToAsked { get; set; }

    [Inject]
    private IStringLocalizer<Audit> T { get; set; } = null!;

    [Inject]
    private ConsoleEngine Console { get; set; } = null!;

    [Inject]
    private AuditTrail Trail { get; set; } = null!;

    [Inject]
    private HistoryHost History { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        base.OnInitialized();
        History.StatusChanged += OnStatus;
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        admin = (await Actor.GetAsync()).Has(Right.Administer);
        wanted = new AuditFilter
        {
            Pair = Snapshot.Pair,
            User = (UserAsked ?? "").Trim(),
            Action = (ActionAsked ?? "").Trim(),
            Result = ResultAsked is "done" or "refused" or "failed" ? ResultAsked : "",
            Text = TextAsked ?? "",
            From = TimelineQuery.Time(FromAsked),
            To = TimelineQuery.Time(ToAsked),
        };
        if (wanted != shown)
        {
            shown = wanted;
            await LoadAsync(null);
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await VerifyAsync();
        }
    }

    /// <summary>An entry of either server is new: the first page is read again unless somebody reads further back.</summary>
    protected override bool Matters(StatusSnapshot before, StatusSnapshot after)
    {
        if (rows.Count <= PageRows && !before.Servers.Select(s => s.LastAudit).SequenceEqual(after.Servers.Select(s => s.LastAudit)))
        {
            OnStatus();
        }

        return before.Servers.Count != after.Servers.Count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        History.StatusChanged -= OnStatus;
        base.Dispose(disposing);
    }

    private static string Value(ChangeEventArgs change) => (change.Value?.ToString() ?? "").Trim();

    private static string ToneOf(string result) => result switch
    {
        "done" => "good",
        "failed" => "bad",
        _ => "warn",
    };

    private static string SignOf(string result) => result switch
    {
        "done" => "✓",
        "failed" => "■",
        _ => "▲",
    };

    private string Export(string format)
    {
        var parts = new (string Name, string? Value)[]
        {
            ("user", wanted.User), ("action", wanted.Action), ("result", wanted.Result), ("text", wanted.Text), ("from", TimelineQuery.Write(wanted.From)), ("to", TimelineQuery.Write(wanted.To)),
        };
        return $"api/v1/audit/export?format={format}{string.Concat(parts.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"&{p.Name}={Uri.EscapeDataString(p.Value!)}"))}";
    }

    private void Go(AuditFilter filter) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["user"] = Part(filter.User),
        ["action"] = Part(filter.Action),
        ["result"] = Part(filter.Result),
        ["text"] = Part(filter.Text),
        ["from"] = TimelineQuery.Write(filter.From),
        ["to"] = TimelineQuery.Write(filter.To),
    }), replace: true);

    private static string? Part(string text) => text.Length > 0 ? text : null;

    private void OnStatus() => _ = InvokeAsync(() => OwnLanguage.RunAsync(async () =>
    {
        if (!loading && rows.Count <= PageRows)
        {
            await LoadAsync(null);
            StateHasChanged();
        }
    }));

    private Task OlderAsync() => LoadAsync(older);

    private async Task LoadAsync(AuditCursor? before)
    {
        loading = true;
        try
        {
            var page = await Trail.QueryAsync(wanted, before, PageRows, CancellationToken.None);
            if (before is null)
            {
                rows.Clear();
            }

            rows.AddRange(page.Page.Rows);
            actions.UnionWith(page.Page.Rows.Select(r => r.Action));
            (older, fromFiles) = (page.Page.Older, page.FromFiles);
        }
        finally
        {
            loading = false;
        }
    }

    private async Task VerifyAsync()
    {
        verifying = true;
        proofs.Clear();
        foreach (var server in Snapshot.Servers.Select(s => s.Server).ToList())
        {
            proofs[server] = await Trail.VerifyAsync(server, CancellationToken.None);
            StateHasChanged();
        }

        verifying = false;
        StateHasChanged();
    }

    private string Tone(int server) => proofs.TryGetValue(server, out var found) ? found switch
    {
        null => "warn",
        { Intact: true } => "good",
        _ => "bad",
    } : "";

    private string Sign(int server) => Tone(server) switch
    {
        "good" => "✓",
        "bad" => "■",
        "warn" => "?",
        _ => "…",
    };

    private string Proof(int server) => !proofs.TryGetValue(server, out var found) ? T["verifying"] : found switch
    {
        null => T["silent"],
        { Intact: true } => T["verified", found.Entries],
        _ => T["broken", found.FirstBad ?? 0],
    };
}
