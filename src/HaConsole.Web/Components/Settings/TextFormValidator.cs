using FluentValidation;
using FluentValidation.Results;
using HaConsole.Web.Model.Settings;

namespace HaConsole.Web.Components.Settings;

/// <summary>The rules of a form, which are those of the engine, as a validator of its fields.</summary>
public sealed class TextFormValidator : AbstractValidator<TextForm>
{
    /// <summary>Makes the rules.</summary>
    public TextFormValidator() => RuleFor(form => form).Custom((form, context) =>
    {
        foreach (var problem in form.Validate())
        {
            context.AddFailure(new ValidationFailure(problem.Field, problem.Message) { Severity = problem.IsWarning ? Severity.Warning : Severity.Error });
        }
    });
}
