using HaConsole.Engine.Configuration;
using HaConsole.Engine.Notifications;
using HaConsole.Web.Components.Settings;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Notifications;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>Who is told what: channels, rules, and what became of each message.</summary>
public sealed partial class Notifications
{
    private const int MostShown = 100;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource closed = new();
    private NotificationView? view;
    private NotificationChannel? channel;
    private NotificationRule? rule;
    private bool editingChannel;
    private bool editingRule;
    private Note? note;
    private Question? question;
    private (string Channel, Note Note, IReadOnlyList<string> Dialogue)? tested;
    private bool mayChange;
    private bool busy;

    [Inject]
    private IStringLocalizer<Notifications> T { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    [Inject]
    private ConsoleEngine Console { get; set; } = null!;

    [Inject]
    private ConfigurationOperations Operations { get; set; } = null!;

    [Inject]
    private NotificationOperations ByHand { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private PairConfiguration Content => Console.Engine.Configuration.Content;

    private NotificationSettings Settings => Content.Notifications;

    private bool IsEditing => editingChannel || editingRule;

    private IReadOnlyList<Delivery> Log => [.. (view?.Log ?? []).Take(MostShown)];

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync() => mayChange = (await Actor.GetAsync()).Has(Right.Administer);

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _ = LookAgainAsync(closed.Token);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        closed.Cancel();
        closed.Dispose();
    }

    private static NotificationChannel Masked(NotificationChannel definition) => new NotificationSettings { Channels = [definition] }.WithoutSecrets().Channels[0];

    private static string Tone(DeliveryState state) => state switch { DeliveryState.Delivered => "good", DeliveryState.Failing => "bad", DeliveryState.Expired => "bad", DeliveryState.Dropped => "warn", _ => "" };

    private static string Shape(DeliveryState state) => state switch { DeliveryState.Delivered => "✓", DeliveryState.Failing => "✕", DeliveryState.Expired => "✕", DeliveryState.Dropped => "⊘", _ => "…" };

    private IReadOnlyList<ChannelPlace> Places(string name) => view?.Channels.FirstOrDefault(c => c.Name == name)?.Servers ?? [];

    /// <summary>What the other server says is no part of the snapshot: it is asked for while the page is open.</summary>
    private async Task LookAgainAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(LookEvery, Time);
            do
            {
                var seen = await ByHand.LookAsync(cancellationToken);
                await InvokeAsync(() =>
                {
                    view = seen;
                    StateHasChanged();
                });
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page is closed.
        }
    }

    private void EditChannel(NotificationChannel? definition)
    {
        Close(null);
        (editingChannel, channel) = (true, definition);
    }

    private void EditRule(NotificationRule? definition)
    {
        Close(null);
        (editingRule, rule) = (true, definition);
    }

    private void Close(Note? result) => (editingChannel, editingRule, channel, rule, note, question, tested) = (false, false, null, null, result, null, null);

    private async Task<OperationResult<ConfigurationChange>> SaveChannelAsync(NotificationChannel wanted, NotificationChannel? seen)
        => await Operations.SaveChannelAsync(await Actor.GetAsync(), wanted, seen);

    private async Task<OperationResult<ConfigurationChange>> SaveRuleAsync(NotificationRule wanted, NotificationRule? seen)
        => await Operations.SaveRuleAsync(await Actor.GetAsync(), wanted, seen);

    private void AskRemove(NotificationChannel definition)
        => question = new Question("c-" + definition.Name, T["channel.remove.text", definition.Name], T["remove.yes"], async () =>
            note = SettingsOutcome.Of(await Operations.RemoveChannelAsync(await Actor.GetAsync(), definition), S));

    private void AskRemove(NotificationRule definition)
        => question = new Question("r-" + definition.Name, T["rule.remove.text", definition.Name], T["remove.yes"], async () =>
            note = SettingsOutcome.Of(await Operations.RemoveRuleAsync(await Actor.GetAsync(), definition), S));

    private async Task TestAsync(string name, int server)
    {
        busy = true;
        tested = (name, new Note("warn", T["test.runs"]), []);
        try
        {
            var result = await ByHand.TestAsync(await Actor.GetAsync(), name, server);
            var said = result.End switch
            {
                OperationEnd.Done => new Note("good", T["test.done", server, Spoken(result.Sentence)]),
                OperationEnd.Forbidden => new Note("bad", S["forbidden"]),
                _ => new Note("bad", T["test.failed", server, Spoken(result.Sentence)]),
            };
            tested = (name, said, result.Value?.Dialogue ?? []);
        }
        finally
        {
            busy = false;
        }
    }
}
