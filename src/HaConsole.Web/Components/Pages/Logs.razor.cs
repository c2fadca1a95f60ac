using System.Globalization;
using HaConsole.Engine;
using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Logs;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;

namespace HaConsole.Web.Components.Pages;

/// <summary>The fault tolerant log of both servers by day, with its live end.</summary>
public sealed partial class Logs : IAsyncDisposable
{
    private static readonly TimeSpan OwnPeriod = TimeSpan.FromSeconds(1);

    /// <summary>The other server's log comes over the peer link, which has more important things to carry.</summary>
    private static readonly TimeSpan PeerPeriod = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource ended = new();
    private readonly LogWindow window = new();
    private IReadOnlyList<LogFile>? files;
    private List<LogLine> filtered = [];
    private List<string> words = [];
    private string current = "";
    private int currentServer;
    private string find = "";
    private bool follow = true;
    private bool loading = true;
    private bool scroll;
    private int unseen;
    private string? problem;
    private ElementReference box;
    private IJSObjectReference? module;

    /// <summary>Server whose log is shown.</summary>
    [SupplyParameterFromQuery(Name = "server")]
    private int? ServerAsked { get; set; }

    /// <summary>File that is shown; null for the newest.</summary>
    [SupplyParameterFromQuery(Name = "file")]
    private string? FileAsked { get; set; }

    /// <summary>Words that the shown lines have.</summary>
    [SupplyParameterFromQuery(Name = "find")]
    private string? FindAsked { get; set; }

    [Inject]
    private IStringLocalizer<Logs> T { get; set; } = null!;

    [Inject]
    private ConsoleEngine Console { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private int Local => Snapshot.Servers.FirstOrDefault(s => s.Local)?.Server ?? 1;

    private int Shown => ServerAsked is { } asked && Snapshot.Servers.Any(s => s.Server == asked) ? asked : Local;

    private ICollection<LogLine> Lines => words.Count == 0 ? window.Lines : filtered;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Dispose();
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
    protected override async Task OnParametersSetAsync()
    {
        find = FindAsked ?? "";
        words = Words(find);
        await LoadAsync();
    }

    /// <inheritdoc/>
    protected override bool Matters(StatusSnapshot before, StatusSnapshot after) => before.Servers.Count != after.Servers.Count;

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./js/history.js");
            _ = FollowEndAsync(ended.Token);
        }

        if (scroll && module is not null)
        {
            scroll = false;
            await module.InvokeVoidAsync("toEnd", box);
        }
    }

    private static List<string> Words(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(10)];

    private static string Mark(LogTone tone) => tone switch
    {
        LogTone.Bad => "■",
        LogTone.Warning => "▲",
        LogTone.Change => "●",
        _ => " ",
    };

    private static string DayOf(LogFile file)
        => DateOnly.TryParseExact(file.Day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day.ToString("d", CultureInfo.CurrentCulture)
            : file.Name;

    private string Size(long bytes) => bytes switch
    {
        < 1_000 => T["bytes", bytes],
        < 1_000_000 => T["kilobytes", bytes / 1_000.0],
        _ => T["megabytes", bytes / 1_000_000.0],
    };

    private string Link(int server, string? file)
        => Navigation.GetUriWithQueryParameters("logs", new Dictionary<string, object?> { ["server"] = server, ["file"] = file, ["find"] = find.Length > 0 ? find : null });

    private string Download(string name) => string.Create(CultureInfo.InvariantCulture, $"api/v1/logs/{Uri.EscapeDataString(name)}?server={Shown}");

    private async Task LoadAsync()
    {
        loading = true;
        problem = null;
        files = await Console.Engine.LogFilesOfAsync(Shown, ended.Token);
        var wanted = files?.FirstOrDefault(f => f.Name == FileAsked)?.Name ?? (files is { Count: > 0 } all ? all[0].Name : "");
        if (FileAsked is { Length: > 0 } asked && asked != wanted && files is not null)
        {
            problem = T["nofile", asked];
        }

        if (wanted != current || Shown != currentServer)
        {
            (current, currentServer, unseen) = (wanted, Shown, 0);
            window.Set(new LogPart(current, 0, 0, 0, ""));
            if (current.Length > 0 && await Console.Engine.ReadLogOfAsync(Shown, current, -LogWindow.PartBytes, LogWindow.PartBytes, ended.Token) is { } part)
            {
                window.Set(part);
                scroll = true;
            }
        }

        Filter();
        loading = false;
    }

    private void Filter() => filtered = words.Count == 0 ? [] : [.. window.Lines.Where(line => line.Has(words))];

    private Task FindAsync(ChangeEventArgs change)
    {
        find = change.Value?.ToString() ?? "";
        words = Words(find);
        Filter();
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("find", find.Length > 0 ? find : null), replace: true);
        return Task.CompletedTask;
    }

    private async Task FollowAsync(ChangeEventArgs change)
    {
        follow = change.Value is true;
        if (follow)
        {
            await GrowAsync();
            await ToEndAsync();
        }
    }

    private async Task ToEndAsync()
    {
        unseen = 0;
        if (module is not null)
        {
            await module.InvokeVoidAsync("toEnd", box);
        }
    }

    private async Task EarlierAsync()
    {
        var from = window.EarlierFrom;
        if (await Console.Engine.ReadLogOfAsync(currentServer, current, from, (int)(window.From - from), ended.Token) is { } part)
        {
            window.Prepend(part);
            Filter();
        }
        else
        {
            problem = T["unreachable", currentServer];
        }
    }

    private async Task FollowEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(currentServer == Local ? OwnPeriod : PeerPeriod, Time, cancellationToken);
                if (follow && current.Length > 0)
                {
                    await InvokeAsync(GrowAsync);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The page is left.
        }
        catch (Exception e) when (e is JSDisconnectedException or ObjectDisposedException)
        {
            // The browser is gone.
        }
    }

    /// <summary>Reads what the file has grown by; the view stays where it is unless it is at the end.</summary>
    private async Task GrowAsync()
    {
        var (server, name) = (currentServer, current);
        var part = await Console.Engine.ReadLogOfAsync(server, name, window.Next, LogWindow.PartBytes, ended.Token);
        if (part is null || (server, name) != (currentServer, current) || (part.Text.Length == 0 && part.Bytes >= window.Next))
        {
            return;
        }

        var atEnd = module is null || await module.InvokeAsync<bool>("atEnd", ended.Token, box);
        var added = window.Append(part);
        Filter();
        unseen = atEnd ? 0 : unseen + added;
        scroll = atEnd;
        StateHasChanged();
    }

    private RenderFragment Highlight(string message) => builder =>
    {
        var at = 0;
        while (at < message.Length && words.Count > 0)
        {
            var (start, length) = words.Select(w => (Start: message.IndexOf(w, at, StringComparison.OrdinalIgnoreCase), w.Length))
                .Where(hit => hit.Start >= 0).DefaultIfEmpty((Start: -1, Length: 0)).MinBy(hit => hit.Start);
            if (start < 0)
            {
                break;
            }

            builder.AddContent(0, message[at..start]);
            builder.OpenElement(1, "mark");
            builder.AddContent(2, message.Substring(start, length));
            builder.CloseElement();
            at = start + length;
        }

        builder.AddContent(3, message[at..]);
    };
}
