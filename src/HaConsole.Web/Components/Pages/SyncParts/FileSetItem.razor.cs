using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;
using HaConsole.Engine.Status;
using HaConsole.Web.Components.Settings;
using HaConsole.Web.Model.FileSets;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SyncParts;

/// <summary>One file set: state here and there, direction, progress, differences, problems, and what can be done.</summary>
public sealed partial class FileSetItem
{
    private const int MostListed = 50;
    private Question? question;
    private Note? note;
    private bool mayOperate;
    private bool mayChange;
    private bool busy;

    /// <summary>The set.</summary>
    [Parameter, EditorRequired]
    public FileSetView Set { get; set; } = null!;

    /// <summary>Its definition.</summary>
    [Parameter, EditorRequired]
    public FileSetDefinition Definition { get; set; } = null!;

    /// <summary>Servers of the pair.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ServerStatus> Servers { get; set; } = [];

    /// <summary>Both servers have been asked.</summary>
    [Parameter]
    public bool Known { get; set; }

    /// <summary>The definition cannot be changed now.</summary>
    [Parameter]
    public bool Locked { get; set; }

    /// <summary>The definition is to be changed.</summary>
    [Parameter]
    public EventCallback OnEdit { get; set; }

    /// <summary>The set is to be taken out of the list.</summary>
    [Parameter]
    public Func<Task> OnRemove { get; set; } = () => Task.CompletedTask;

    /// <summary>Something was done.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    private IStringLocalizer<Synchronisation> T { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    [Inject]
    private FileSetOperations Operations { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    private FileSetPlace? Sender => Set.Servers.FirstOrDefault(s => s.Server == Set.Source) ?? Set.Servers.MaxBy(s => s.ComparedAt);

    private int Active => Servers.FirstOrDefault(s => s.Role == "Active")?.Server ?? 0;

    /// <summary>There is an Active, and somebody to compare with.</summary>
    private bool HasActive => Servers.Count > 1 && Active > 0;

    private string Direction => Set.Source is { } from ? T["files.direction", from, 3 - from] : T["files.direction.none"];

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        var actor = await Actor.GetAsync();
        (mayOperate, mayChange) = (actor.Has(Right.Operate), actor.Has(Right.Administer));
    }

    private static string Tone(string state) => state switch
    {
        nameof(FileSetState.InSync) => "good",
        nameof(FileSetState.OutOfSync) or nameof(FileSetState.Failed) => "bad",
        nameof(FileSetState.Waiting) or FileSetView.Unknown => "unknown",
        _ => "warn",
    };

    private static string Shape(string state) => state switch
    {
        nameof(FileSetState.InSync) => "✓",
        nameof(FileSetState.OutOfSync) => "≠",
        nameof(FileSetState.Failed) => "✕",
        nameof(FileSetState.Waiting) => "○",
        FileSetView.Unknown => "?",
        _ => "⟳",
    };

    /// <summary>In the language of the page, with what the system said; a code that is not known is its sentence.</summary>
    private string ProblemText(FileProblem problem)
        => T["files.problem." + problem.Code] is { ResourceNotFound: false } text ? $"{text} ({Spoken(problem.Sentence)})" : Spoken(problem.Sentence);

    private void AskRemove() => (note, question) = (null, new Question(Set.Name, T["files.remove.text", Set.Name, Set.Path], T["files.remove.yes"], OnRemove));

    private void Ask(FileSetCommand command) => (note, question) = (null, new Question(
        Set.Name,
        T[$"files.{command}.text", Set.Path, Active, 3 - Active, Definition.KeepDays],
        T[$"files.{command}.yes"],
        () => CommandAsync(command)));

    private async Task CommandAsync(FileSetCommand command)
    {
        (busy, question) = (true, null);
        StateHasChanged();
        try
        {
            var result = await Operations.CommandAsync(await Actor.GetAsync(), Set.Name, command);
            note = SyncOutcome.Of(result, S, T[$"files.{command}.done", Set.Name], command == FileSetCommand.Audit ? "forbidden.operate" : "forbidden");
            await OnChanged.InvokeAsync();
        }
        finally
        {
            busy = false;
            StateHasChanged();
        }
    }
}
