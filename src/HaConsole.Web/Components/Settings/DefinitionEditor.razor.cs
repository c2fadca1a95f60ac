using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Model.Settings;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>Adds or changes a managed service, an application check, a certificate or a file set.</summary>
/// <typeparam name="T">Its definition.</typeparam>
public sealed partial class DefinitionEditor<T>
    where T : class, new()
{
    private RecordForm<T> form = null!;
    private SettingsForm? editor;
    private T? seen;
    private T? theirValue;
    private ConfigurationDocument? theirs;
    private IReadOnlyList<ConflictRow>? rows;
    private Note? note;
    private bool busy;

    /// <summary>Definition to change; null: a new one.</summary>
    [Parameter]
    public T? Seen { get; set; }

    /// <summary>The definition as it may be shown: without secrets.</summary>
    [Parameter]
    public Func<T, T> Shown { get; set; } = value => value;

    /// <summary>Fields for what is typed.</summary>
    [Parameter, EditorRequired]
    public Func<T, IReadOnlyList<FieldSpec>> Fields { get; set; } = null!;

    /// <summary>The definition without what its type does not use.</summary>
    [Parameter, EditorRequired]
    public Func<T, T> Only { get; set; } = null!;

    /// <summary>All rules.</summary>
    [Parameter, EditorRequired]
    public Func<T, T?, IReadOnlyList<FieldProblem>> Rules { get; set; } = null!;

    /// <summary>Saves.</summary>
    [Parameter, EditorRequired]
    public Func<T, T?, Task<OperationResult<ConfigurationChange>>> Save { get; set; } = null!;

    /// <summary>Finds the definition of the same name in what somebody else has saved; null when it is gone.</summary>
    [Parameter, EditorRequired]
    public Func<PairConfiguration, T, T?> Find { get; set; } = null!;

    /// <summary>The editor is done: with what was said about the save, or null when it was left.</summary>
    [Parameter]
    public EventCallback<Note?> OnClose { get; set; }

    /// <summary>Title.</summary>
    [Parameter]
    public string Title { get; set; } = "";

    /// <summary>Labels and helps.</summary>
    [Parameter, EditorRequired]
    public IStringLocalizer Texts { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    private IReadOnlyList<FieldSpec> Specs => Fields(form.Read().Value);

    /// <summary>What is typed there is not shown anywhere else.</summary>
    private bool IsSecret(string field) => Specs.FirstOrDefault(s => s.Name == field)?.Kind == FieldKind.Secret;

    private static string Section => typeof(T) == typeof(ServiceDefinition) ? "Services"
        : typeof(T) == typeof(CheckDefinition) ? "Checks"
        : typeof(T) == typeof(CertificateDefinition) ? "Certificates"
        : typeof(T) == typeof(AddressDefinition) ? "Addresses"
        : typeof(T) == typeof(NotificationChannel) ? "Channels"
        : typeof(T) == typeof(NotificationRule) ? "Rules"
        : typeof(T) == typeof(LoadBalancerSettings) ? "LoadBalancer"
        : "FileSets";

    private IReadOnlyList<FieldChange> Pending
    {
        get
        {
            var loaded = RecordTexts.Of(form.Loaded, CultureInfo.CurrentCulture);
            return [.. form.Changed.Select(name => IsSecret(name) ? new FieldChange(Section, "", name, "•••", "•••") { Kind = "secret" } : new FieldChange(Section, "", name, loaded[name], form[name].Trim()) { Kind = "changed" })];
        }
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        seen = Seen;
        form = new RecordForm<T>(seen is null ? new T() : Shown(seen), wanted => Rules(Only(wanted), seen));
    }

    private async Task SaveAsync()
    {
        if (busy || (editor is not null && !editor.Validate()))
        {
            note = busy ? note : new Note("bad", S["editor.check"]);
            return;
        }

        busy = true;
        try
        {
            var result = await Save(Only(form.Read().Value), seen);
            note = SettingsOutcome.Of(result, S);
            if (result.Succeeded)
            {
                form.Load(form.Read().Value);
                await OnClose.InvokeAsync(note);
            }
            else if (result is { End: OperationEnd.Conflict, Value.Document: { } other })
            {
                Compare(other);
            }
        }
        finally
        {
            busy = false;
        }
    }

    private void Compare(ConfigurationDocument other)
    {
        theirValue = seen is null ? null : Find(other.Content, seen);
        if (theirValue is null)
        {
            // It is gone: saving again adds it anew.
            (seen, rows, theirs) = (null, null, null);
            note = new Note("warn", S["editor.gone", other.SavedBy]);
            return;
        }

        (theirs, rows) = (other, ConflictRow.Of(form, Shown(theirValue)));
        if (rows.Count == 0)
        {
            Decided();
        }
    }

    private void Decided()
    {
        ConflictRow.Decide(form, Shown(theirValue!), rows!);
        (seen, rows, theirs, note) = (theirValue, null, null, null);
        editor?.Reset();
    }
}
