using HaConsole.Engine.Certificates;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Web.Components.Settings;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Certificates;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SyncParts;

/// <summary>Certificates and keys of both servers side by side, copying them, and their definitions.</summary>
public sealed partial class CertificatesCard
{
    private CertificateDefinition? edited;
    private Question? question;
    private Note? note;
    private (string Name, Note Note, IReadOnlyList<string> Backups)? said;
    private bool editing;
    private bool mayOperate;
    private bool mayChange;
    private bool busy;

    /// <summary>All certificates.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<CertificateView> Views { get; set; } = [];

    /// <summary>Servers of the pair.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ServerStatus> Servers { get; set; } = [];

    [Inject]
    private IStringLocalizer<Synchronisation> T { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    [Inject]
    private ConsoleEngine Console { get; set; } = null!;

    [Inject]
    private ConfigurationOperations Operations { get; set; } = null!;

    [Inject]
    private CertificateOperations ByHand { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        var actor = await Actor.GetAsync();
        (mayOperate, mayChange) = (actor.Has(Right.Operate), actor.Has(Right.Administer));
    }

    private static string Tone(CertificateLevel level) => level switch { CertificateLevel.Ok => "good", CertificateLevel.Warning => "warn", CertificateLevel.Alarm => "bad", _ => "unknown" };

    private static string Shape(CertificateLevel level) => level switch { CertificateLevel.Ok => "✓", CertificateLevel.Warning => "▲", CertificateLevel.Alarm => "✕", _ => "?" };

    private static string Word(bool? value) => value switch { true => "yes", false => "no", null => "unknown" };

    private string State(CertificateSide side) => T["certificates.state." + side.State] is { ResourceNotFound: false } text ? text : side.State;

    private void Edit(CertificateDefinition? definition) => (editing, edited, note, question, said) = (true, definition, null, null, null);

    private void Close(Note? result) => (editing, edited, note) = (false, null, result);

    private async Task<OperationResult<ConfigurationChange>> SaveAsync(CertificateDefinition wanted, CertificateDefinition? seen)
        => await Operations.SaveCertificateAsync(await Actor.GetAsync(), wanted, seen);

    private void AskRemove(CertificateDefinition definition)
    {
        said = null;
        question = new Question(definition.Name, T["certificates.remove.text", definition.Name], T["certificates.remove.yes"], async () =>
            note = SettingsOutcome.Of(await Operations.RemoveCertificateAsync(await Actor.GetAsync(), definition), S));
    }

    private void AskCopy(CertificateView view, CertificateCopyChoice copy)
    {
        said = null;
        question = new Question(view.Name, T["certificates.copy.text", view.Name, copy.From, copy.To], T["certificates.copy", copy.From, copy.To], () => DoAsync(async actor =>
        {
            var result = await ByHand.CopyAsync(actor, view.Name, copy.From);
            said = (view.Name, SyncOutcome.Of(result, S, T["certificates.copied", view.Name, copy.From, copy.To], "forbidden"), result.Value?.Backups ?? []);
        }));
    }

    private Task LookAsync() => DoAsync(async actor =>
    {
        var result = await ByHand.LookAsync(actor);
        note = result.Succeeded ? null : SyncOutcome.Of(result, S, "", "forbidden.operate");
    });

    private async Task DoAsync(Func<Actor, Task> action)
    {
        busy = true;
        StateHasChanged();
        try
        {
            await action(await Actor.GetAsync());
        }
        finally
        {
            busy = false;
            StateHasChanged();
        }
    }
}
