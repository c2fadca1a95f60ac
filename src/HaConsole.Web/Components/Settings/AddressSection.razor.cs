using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>Managed addresses: where they are now, and their definitions.</summary>
public sealed partial class AddressSection
{
    private AddressDefinition? edited;
    private bool editing;
    private Note? note;
    private Question? question;

    /// <summary>Snapshot shown.</summary>
    [Parameter, EditorRequired]
    public StatusSnapshot Snapshot { get; set; } = null!;

    /// <summary>The user may change the configuration.</summary>
    [Parameter]
    public bool MayChange { get; set; }

    [Inject]
    private IStringLocalizer<AddressSection> T { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Shared> S { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SettingsTexts> Outcome { get; set; } = null!;

    [Inject]
    private ConsoleEngine Console { get; set; } = null!;

    [Inject]
    private ConfigurationOperations Operations { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    private IReadOnlyList<AddressDefinition> Definitions => Console.Engine.Configuration.Content.Addresses;

    private static string Tone(AddressInfo info) => info.State switch { "Held" => "good", "Absent" => "", _ => "bad" };

    private static string Shape(AddressInfo info) => info.State switch { "Held" => "●", "Absent" => "○", _ => "✕" };

    private void Edit(AddressDefinition? definition) => (editing, edited, note, question) = (true, definition, null, null);

    private void Close(Note? result) => (editing, edited, note) = (false, null, result);

    private async Task<OperationResult<ConfigurationChange>> SaveAsync(AddressDefinition wanted, AddressDefinition? seen)
        => await Operations.SaveAddressAsync(await Actor.GetAsync(), wanted, seen);

    private void AskRemove(AddressDefinition definition)
        => question = new Question(definition.Name, T["remove.text", definition.Name, definition.Address], T["remove.yes"], async () =>
            note = SettingsOutcome.Of(await Operations.RemoveAddressAsync(await Actor.GetAsync(), definition), Outcome));
}
