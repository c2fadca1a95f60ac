using FluentValidation;
using FluentValidation.Results;
using HaConsole.Web.Model.Settings;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace HaConsole.Web.Components.Settings;

/// <summary>A form of settings whose rules are looked at with every key: relations among fields show at each of them.</summary>
public sealed partial class SettingsForm
{
    private readonly TextFormValidator validator = new();
    private readonly HashSet<string> touched = [];
    private EditContext context = null!;
    private ValidationMessageStore messages = null!;
    private List<ValidationFailure> failures = [];
    private bool submitted;

    /// <summary>What is typed.</summary>
    [Parameter, EditorRequired]
    public TextForm Form { get; set; } = null!;

    /// <summary>Fields.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>The form is submitted, whether or not it is valid; by a button, or by Enter in a field.</summary>
    [Parameter]
    public EventCallback OnSubmit { get; set; }

    /// <summary>Something was typed.</summary>
    [Parameter]
    public EventCallback OnChange { get; set; }

    /// <summary>Nothing may be typed.</summary>
    [Parameter]
    public bool ReadOnly { get; set; }

    /// <summary>Show what is missing only where something was typed, as for a new entry.</summary>
    [Parameter]
    public bool Patient { get; set; }

    /// <summary>Name of the form for those who hear it.</summary>
    [Parameter]
    public string Label { get; set; } = "";

    /// <summary>Style of the form.</summary>
    [Parameter]
    public string Class { get; set; } = "settings";

    /// <summary>Whether the values may be saved.</summary>
    public bool IsValid => failures.All(f => f.Severity != Severity.Error);

    /// <summary>Problems that belong to no field.</summary>
    public IEnumerable<string> OtherProblems => failures.Where(f => f.PropertyName.Length == 0).Select(f => Spoken(f.ErrorMessage));

    /// <summary>Looks at all fields and shows everything that is wrong.</summary>
    public bool Validate()
    {
        submitted = true;
        Look();
        return IsValid;
    }

    /// <summary>Values were replaced: what was shown about the old ones is gone.</summary>
    public void Reset()
    {
        submitted = false;
        touched.Clear();
        Look();
    }

    /// <summary>Problems to show at a field: errors, or warnings.</summary>
    internal IEnumerable<string> ProblemsOf(string field, bool warnings)
        => warnings ? failures.Where(f => f.PropertyName == field && f.Severity != Severity.Error).Select(f => f.ErrorMessage)
            : !Patient || submitted || touched.Contains(field) ? context.GetValidationMessages(context.Field(field)) : [];

    internal async Task SetAsync(string field, string text)
    {
        Form[field] = text;
        touched.Add(field);
        context.NotifyFieldChanged(context.Field(field));
        await OnChange.InvokeAsync();
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (context?.Model != Form)
        {
            (submitted, context) = (false, new EditContext(Form));
            touched.Clear();
            messages = new ValidationMessageStore(context);
            context.OnFieldChanged += (_, _) => Look();
            Look();
        }
    }

    private void Look()
    {
        failures = validator.Validate(Form).Errors;
        messages.Clear();
        foreach (var failure in failures.Where(f => f.Severity == Severity.Error))
        {
            messages.Add(context.Field(failure.PropertyName), failure.ErrorMessage);
        }

        context.NotifyValidationStateChanged();
        StateHasChanged();
    }

    private Task SubmitAsync() => OnSubmit.InvokeAsync();
}
