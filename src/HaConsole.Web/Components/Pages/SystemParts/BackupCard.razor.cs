using HaConsole.Engine.Configuration;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Settings;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;

namespace HaConsole.Web.Components.Pages.SystemParts;

/// <summary>Takes the configuration as a file, and puts one back after showing what it changes.</summary>
public sealed partial class BackupCard
{
    private const long LongestFile = 2_000_000;
    private const int MostChanges = 40;

    private string passphrase = "";
    private string restorePassphrase = "";
    private string file = "";
    private bool needsPassphrase;
    private bool busy;
    private PairConfiguration? wanted;
    private IReadOnlyList<FieldChange>? changes;
    private OperationResult? result;

    /// <summary>Who sits here may do it.</summary>
    [Parameter]
    public bool Admin { get; set; }

    [Inject]
    private IStringLocalizer<SystemPage> T { get; set; } = null!;

    [Inject]
    private SystemOperations Operations { get; set; } = null!;

    [Inject]
    private ConsoleEngine Console { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    private async Task MakeAsync()
    {
        busy = true;
        try
        {
            var made = await Operations.BackupAsync(await Actor.GetAsync(), passphrase);
            result = made;
            if (made.Value is { } backup)
            {
                passphrase = "";
                await using var module = await Js.InvokeAsync<IJSObjectReference>("import", "./js/history.js");
                await module.InvokeVoidAsync("save", backup.Name, backup.Text);
            }
        }
        finally
        {
            busy = false;
        }
    }

    private async Task PickAsync(InputFileChangeEventArgs picked)
    {
        Forget();
        if (picked.File.Size > LongestFile)
        {
            result = OperationResult.Invalid(T["restore.big"]);
            return;
        }

        using var reader = new StreamReader(picked.File.OpenReadStream(LongestFile));
        file = await reader.ReadToEndAsync();
        needsPassphrase = BackupCipher.IsEncrypted(file);
        if (!needsPassphrase)
        {
            Read();
        }
    }

    private void Read()
    {
        var read = Operations.Read(file, restorePassphrase);
        (wanted, result) = (read.Value, read.Succeeded ? null : read);
        changes = wanted is null ? null : ConfigurationDifference.Between(Console.Engine.Configuration.Content, wanted);
    }

    private static string Line(FieldChange change)
    {
        var name = string.Join(' ', new[] { change.Section, change.Item, change.Field }.Where(part => part.Length > 0));
        return change.Before.Length + change.After.Length == 0 ? name : $"{name}: {(change.Before.Length > 0 ? change.Before : "–")} → {(change.After.Length > 0 ? change.After : "–")}";
    }

    private async Task RestoreAsync()
    {
        busy = true;
        try
        {
            result = await Operations.RestoreAsync(await Actor.GetAsync(), wanted!);
            if (result.Succeeded)
            {
                (changes, wanted, file, needsPassphrase, restorePassphrase) = (null, null, "", false, "");
            }
        }
        finally
        {
            busy = false;
        }
    }

    private void Forget() => (changes, wanted, result, file, needsPassphrase, restorePassphrase) = (null, null, null, "", false, "");
}
