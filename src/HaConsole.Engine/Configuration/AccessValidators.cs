using System.Text.RegularExpressions;
using FluentValidation;
using FluentValidation.Results;

namespace HaConsole.Engine.Configuration;

/// <summary>Rules of users and tokens. Values that are secrets are never part of a message.</summary>
public sealed partial class AccessConfigurationValidator : AbstractValidator<AccessConfiguration>
{
    private const int LongestName = 128;

    /// <summary>Makes the rules.</summary>
    public AccessConfigurationValidator()
    {
        RuleForEach(x => x.Users).ChildRules(user =>
        {
            user.Check(x => x.Name, (_, v) => LoginForm().IsMatch(v) ? null : "it must be 1 … 64 letters, digits, ., _, - or @");
            user.Check(x => x.DisplayName, (_, v) => Shown(v));
            user.Check(x => x.Role, (_, v) => Enum.IsDefined(v) ? null : "it must be viewer, operator or admin");
            user.Check(x => x.Language, (_, v) => LanguageForm().IsMatch(v) ? null : "it must be a language such as en or fr, or empty");
        });
        RuleForEach(x => x.Tokens).ChildRules(token =>
        {
            token.Check(x => x.Id, (_, v) => IdForm().IsMatch(v) ? null : "it must be 1 … 64 letters, digits, ., _ or -");
            token.Check(x => x.Name, (_, v) => Shown(v));
            token.Check(x => x.Scope, (_, v) => Enum.IsDefined(v) ? null : "it must be read, operate or admin");
            token.RuleFor(x => x.Hash).Custom((v, context) =>
            {
                if (!HashForm().IsMatch(v))
                {
                    context.AddFailure(new ValidationFailure(context.PropertyPath, $"{ProblemRules.KeyOf(context.PropertyPath)} is no SHA-256; it must be 64 lower-case hexadecimal digits"));
                }
            });
        });
        RuleFor(x => x.Users).Custom((list, context) => Unique("Users", "Name", [.. list.Select(u => u.Name)], context));
        RuleFor(x => x.Tokens).Custom((list, context) => Unique("Tokens", "Id", [.. list.Select(t => t.Id)], context));
    }

    /// <summary>What a change must not do, whatever it looks like by itself: lock everybody out.</summary>
    public static ConfigurationProblem? LockOut(PairConfiguration before, PairConfiguration wanted)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(wanted);
        return HasAdmin(before) && !HasAdmin(wanted)
            ? new ConfigurationProblem("Access:Users", "Access:Users would have no enabled admin any more; at least one must remain")
            : null;
    }

    private static bool HasAdmin(PairConfiguration pair) => pair.Access.Users.Any(u => u is { Role: AccessRole.Admin, Disabled: false });

    private static string? Shown(string text)
        => text.Length > LongestName ? $"it must have at most {LongestName} characters" : text.Any(char.IsControl) ? "it must not have control characters" : null;

    private static void Unique(string list, string member, string[] names, ValidationContext<AccessConfiguration> context)
    {
        for (var i = 0; i < names.Length; i++)
        {
            var first = Array.FindIndex(names, n => n.Equals(names[i], StringComparison.OrdinalIgnoreCase));
            if (first < i && names[i].Length > 0)
            {
                context.AddFailure(new ValidationFailure($"Access.{list}[{i}].{member}", $"Access:{list}:{i}:{member} is {names[i]}; it must differ from Access:{list}:{first}:{member}"));
            }
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9._@-]{1,64}\z")]
    private static partial Regex LoginForm();

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex IdForm();

    [GeneratedRegex(@"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?)?\z")]
    private static partial Regex LanguageForm();

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex HashForm();
}

/// <summary>Rules of one muted check.</summary>
public sealed class CheckMuteValidator : AbstractValidator<CheckMute>
{
    /// <summary>Makes the rules.</summary>
    public CheckMuteValidator()
    {
        this.Check(x => x.Check, (_, v) => DefinitionRules.Name(v));
        this.Check(x => x.Reason, (_, v) => v.Length > 500 ? "it must have at most 500 characters" : null);
        this.Check(x => x.Until, (x, v) => v > x.Since ? null : "it must be after the mute's Since");
    }
}
