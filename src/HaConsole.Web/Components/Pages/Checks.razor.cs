using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Web.Components.Settings;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Settings;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>Application checks and links to third systems: what they find on both servers, and what load balancers are told.</summary>
public sealed partial class Checks
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly int[] MuteChoices = [900, 3600, 28800, 86400, 604800];

    private readonly Dictionary<int, EngineHistory> histories = [];
    private readonly CancellationTokenSource closed = new();
    private IReadOnlyList<MonitorAnswer> own = [];
    private IReadOnlyList<MonitorAnswer> peer = [];
    private DateTimeOffset? answersAt;
    private CheckDefinition? edited;
    private bool editing;
    private Note? note;
    private (string Subject, Note Note)? said;
    private Question? question;
    private string? muting;
    private int muteSeconds = 3600;
    private string muteReason = "";
    private bool mayChange;
    private bool mayOperate;
    private bool busy;

    [Inject]
    private IStringLocalizer<Checks> T { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    [Inject]
    private ConsoleEngine Console { get; set; } = null!;

    [Inject]
    private ConfigurationOperations Operations { get; set; } = null!;

    [Inject]
    private ServiceOperations ByHand { get; set; } = null!;

    [Inject]
    private MonitorLook Look { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    [Inject]
    private IConfiguration Configuration { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private PairConfiguration Content => Console.Engine.Configuration.Content;

    private IReadOnlyList<CheckDefinition> Definitions => Content.Checks;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        var actor = await Actor.GetAsync();
        (mayChange, mayOperate) = (actor.Has(Right.Administer), actor.Has(Right.Operate));
        own = Look.Own();
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _ = LookAgainAsync(closed.Token);
        }
    }

    /// <inheritdoc/>
    protected override void OnSnapshot() => own = Look.Own();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        closed.Cancel();
        closed.Dispose();
    }

    private static string Tone(CheckInfo info) => info.Muted ? "warn" : info.State switch
    {
        "Up" or "Ok" => "good",
        "Down" or "Failed" => info.Severity == nameof(CheckSeverity.Warning) ? "warn" : "bad",
        _ => "",
    };

    private static string Shape(CheckInfo info) => info.State switch
    {
        "Up" or "Ok" => "✓",
        "Down" or "Failed" => "✕",
        _ => "?",
    };

    private static string Target(CheckDefinition check) => check.Type switch
    {
        CheckType.Http => check.Url,
        CheckType.Tcp => HostAndPort(check),
        CheckType.Dns => check.Lookup + (check.Host.Length > 0 ? " @ " + check.Host : ""),
        CheckType.Disk => check.Path,
        CheckType.Memory => "MemAvailable",
        CheckType.Certificate => check.Path.Length > 0 ? check.Path : HostAndPort(check),
        CheckType.Sql => check.Query.Length > 0 ? check.Query : "select 1",
        CheckType.Link => check.Main + (check.Alternate.Length > 0 ? " | " + check.Alternate : ""),
        _ => check.Command.Length > 0 ? check.Command : check.Host,
    };

    private static string HostAndPort(CheckDefinition check) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{check.Host}:{check.Port}");

    private string State(CheckInfo info) => T[$"state.{info.State}"] is { ResourceNotFound: false } text ? text : info.State;

    private CheckMute? MuteOf(string check) => Content.Mutes.FirstOrDefault(m => m.Check.Equals(check, StringComparison.OrdinalIgnoreCase) && m.Until > Time.GetUtcNow());

    private MonitorAnswer? AnswerOf(ServerStatus server, int mode) => (server.Local ? own : peer).ElementAtOrDefault(mode);

    /// <summary>Histories and the peer's answers are no part of the snapshot: they are asked for while the page is open.</summary>
    private async Task LookAgainAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(LookEvery, Time);
            do
            {
                await InvokeAsync(() => RefreshAsync(cancellationToken));
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page is closed.
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        foreach (var server in Snapshot.Servers)
        {
            if (await Console.Engine.HistoryOfAsync(server.Server, cancellationToken) is { } history)
            {
                histories[server.Server] = history;
            }
            else
            {
                histories.Remove(server.Server);
            }
        }

        if (Snapshot.Servers.FirstOrDefault(s => !s.Local) is { } other)
        {
            var address = other.Server == 1 ? Content.HotStandby.Server1Address : Content.HotStandby.Server2Address;
            var node = Configuration.GetSection("Node").Get<NodeOptions>() ?? new NodeOptions();
            peer = await Task.WhenAll(MonitorUrls.Modes.Select(mode => Look.AskAsync(MonitorUrls.Of(address, node, mode), cancellationToken)));
        }

        own = Look.Own();
        answersAt = Time.GetUtcNow();
        StateHasChanged();
    }

    private void Edit(CheckDefinition? definition) => (editing, edited, note, question, said, muting) = (true, definition, null, null, null, null);

    private void Close(Note? result) => (editing, edited, note) = (false, null, result);

    private async Task<OperationResult<ConfigurationChange>> SaveAsync(CheckDefinition wanted, CheckDefinition? seen)
        => await Operations.SaveCheckAsync(await Actor.GetAsync(), wanted, seen);

    private void AskRemove(CheckDefinition definition)
    {
        (said, muting) = (null, null);
        question = new Question(definition.Name, T["remove.text", definition.Name], T["remove.yes"], async () =>
            note = SettingsOutcome.Of(await Operations.RemoveCheckAsync(await Actor.GetAsync(), definition), S));
    }

    private void AskMute(string check) => (muting, question, said, muteReason) = (check, null, null, "");

    private Task MuteAsync() => DoAsync(muting!, async actor =>
    {
        var result = await Operations.MuteAsync(actor, muting!, muteSeconds, muteReason);
        muting = result.Succeeded ? null : muting;
        return SettingsOutcome.Of(result, S);
    });

    private Task UnmuteAsync(string check) => DoAsync(check, async actor => SettingsOutcome.Of(await Operations.UnmuteAsync(actor, check), S));

    private Task RunAsync(int server, string check) => DoAsync(check, async actor =>
    {
        var result = await ByHand.RunCheckAsync(actor, server, check);
        return result is { Succeeded: true, Value: { } info }
            ? new Note(info.State is "Up" or "Ok" ? "good" : "warn", T["run.done", check, server, State(info), Spoken(info.Detail)])
            : new Note("bad", result.End == OperationEnd.Forbidden ? S["forbidden.operate"] : S["failed", Spoken(result.Sentence)]);
    });

    private async Task DoAsync(string check, Func<Actor, Task<Note>> action)
    {
        busy = true;
        try
        {
            said = (check, await action(await Actor.GetAsync()));
        }
        finally
        {
            busy = false;
        }
    }
}
