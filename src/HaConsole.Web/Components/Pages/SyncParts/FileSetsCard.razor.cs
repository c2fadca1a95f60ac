using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Web.Components.Settings;
using HaConsole.Web.Live;
using HaConsole.Web.Model.FileSets;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SyncParts;

/// <summary>Directories that the Standby holds as the Active has them: how they are, and their definitions.</summary>
public sealed partial class FileSetsCard
{
    private FileSetDefinition? edited;
    private Note? note;
    private bool editing;
    private bool mayChange;

    /// <summary>All sets as both servers see them.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<FileSetView> Sets { get; set; } = [];

    /// <summary>Servers of the pair.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ServerStatus> Servers { get; set; } = [];

    /// <summary>Both servers have been asked.</summary>
    [Parameter]
    public bool Known { get; set; }

    /// <summary>Something was changed.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    private IStringLocalizer<Synchronisation> T { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    [Inject]
    private ConsoleEngine Console { get; set; } = null!;

    [Inject]
    private ConfigurationOperations Operations { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    private IReadOnlyList<FileSetDefinition> Definitions => Console.Engine.Configuration.Content.FileSets;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync() => mayChange = (await Actor.GetAsync()).Has(Right.Administer);

    private void Edit(FileSetDefinition? definition) => (editing, edited, note) = (true, definition, null);

    private async Task CloseAsync(Note? result)
    {
        (editing, edited, note) = (false, null, result);
        await OnChanged.InvokeAsync();
    }

    private async Task<OperationResult<ConfigurationChange>> SaveAsync(FileSetDefinition wanted, FileSetDefinition? seen)
        => await Operations.SaveFileSetAsync(await Actor.GetAsync(), wanted, seen);

    private async Task RemoveAsync(FileSetDefinition definition)
    {
        note = SettingsOutcome.Of(await Operations.RemoveFileSetAsync(await Actor.GetAsync(), definition), S);
        await OnChanged.InvokeAsync();
    }
}
