using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Web.Components.Settings;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>Managed services: how they are on both servers, commands by hand, and their definitions.</summary>
public sealed partial class Services
{
    private ServiceDefinition? edited;
    private bool editing;
    private Note? note;
    private (string Subject, Note Note)? said;
    private Question? question;
    private bool mayChange;
    private bool mayOperate;
    private bool busy;

    [Inject]
    private IStringLocalizer<Services> T { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    [Inject]
    private ConsoleEngine Console { get; set; } = null!;

    [Inject]
    private ConfigurationOperations Operations { get; set; } = null!;

    [Inject]
    private ServiceOperations ByHand { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    private IReadOnlyList<ServiceDefinition> Definitions => Console.Engine.Configuration.Content.Services;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        var actor = await Actor.GetAsync();
        (mayChange, mayOperate) = (actor.Has(Right.Administer), actor.Has(Right.Operate));
    }

    private static ServiceDefinition Masked(ServiceDefinition definition) => new PairConfiguration { Services = [definition] }.WithoutSecrets().Services[0];

    private static string Tone(ServiceInfo info) => info.State switch
    {
        "Running" => "good",
        "Starting" or "Stopping" => "warn",
        "StartFailed" or "StopFailed" or "Failed" => "bad",
        _ => "",
    };

    private static string Shape(ServiceInfo info) => info.State switch
    {
        "Running" => "▶",
        "Starting" or "Stopping" => "…",
        "StartFailed" or "StopFailed" or "Failed" => "✕",
        "Stopped" => "■",
        _ => "?",
    };

    private static IEnumerable<ServiceCommand> Commands(ServiceInfo? info)
        => info?.State is "Running" or "Starting" ? [ServiceCommand.Restart, ServiceCommand.Stop] : [ServiceCommand.Start];

    private string StandbyText(StandbyInfo standby)
        => T[standby.State == "Failed" ? "standby.failed" : standby.Detail is { Length: > 0 } ? "standby.redirects" : "standby.unavailable", standby.Port, Spoken(standby.Detail)];

    private string State(ServiceInfo info) => T[$"state.{info.State}"] is { ResourceNotFound: false } text ? text : info.State;

    private void Edit(ServiceDefinition? definition) => (editing, edited, note, question, said) = (true, definition, null, null, null);

    private void Close(Note? result) => (editing, edited, note) = (false, null, result);

    private async Task<OperationResult<ConfigurationChange>> SaveAsync(ServiceDefinition wanted, ServiceDefinition? seen)
        => await Operations.SaveServiceAsync(await Actor.GetAsync(), wanted, seen);

    private async Task MoveAsync(string name, int by)
        => note = SettingsOutcome.Of(await Operations.MoveServiceAsync(await Actor.GetAsync(), name, by), S);

    private void AskRemove(ServiceDefinition definition)
    {
        said = null;
        question = new Question(definition.Name, T["remove.text", definition.Name], T["remove.yes"], async () =>
            note = SettingsOutcome.Of(await Operations.RemoveServiceAsync(await Actor.GetAsync(), definition), S));
    }

    private void AskCommand(int server, ServiceDefinition definition, ServiceCommand command)
    {
        said = null;
        Task Do() => CommandAsync(server, definition.Name, command);
        if (command == ServiceCommand.Start)
        {
            _ = InvokeAsync(Do);
            return;
        }

        var text = T[$"command.{command}.text", definition.Name, server];
        question = new Question(definition.Name, text, T[$"command.{command}"], Do);
    }

    private async Task CommandAsync(int server, string service, ServiceCommand command)
    {
        busy = true;
        StateHasChanged();
        try
        {
            var result = await ByHand.CommandAsync(await Actor.GetAsync(), server, service, command);
            said = (service, result.End switch
            {
                OperationEnd.Done => new Note("good", T[$"command.{command}.done", service, server]),
                OperationEnd.Forbidden => new Note("bad", S["forbidden.operate"]),
                _ => new Note("bad", S["refused", Spoken(result.Sentence)]),
            });
        }
        finally
        {
            busy = false;
            StateHasChanged();
        }
    }
}
