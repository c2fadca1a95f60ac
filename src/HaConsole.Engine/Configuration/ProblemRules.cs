using System.Collections;
using System.Globalization;
using System.Linq.Expressions;
using System.Text.RegularExpressions;
using FluentValidation;
using FluentValidation.Results;

namespace HaConsole.Engine.Configuration;

/// <summary>The one form of all messages: <c>KEY is VALUE; it must …</c>.</summary>
internal static partial class ProblemRules
{
    private const int LongestShown = 100;

    /// <summary>Adds a rule: <paramref name="problem"/> returns what the value must be, or null when it is well.</summary>
    public static void Check<T, TValue>(
        this AbstractValidator<T> validator, Expression<Func<T, TValue>> property, Func<T, TValue, string?> problem, Severity severity = Severity.Error)
        => validator.RuleFor(property).Custom((value, context) =>
        {
            if (problem(context.InstanceToValidate, value) is { } text)
            {
                context.AddFailure(new ValidationFailure(context.PropertyPath, $"{KeyOf(context.PropertyPath)} is {Show(value)}; {text}", value) { Severity = severity });
            }
        });

    /// <summary>Adds a range, both ends included.</summary>
    public static void Range<T>(this AbstractValidator<T> validator, Expression<Func<T, double>> property, double least, double most, string unit)
        => validator.Check(property, (_, v) => v >= least && v <= most ? null : $"it must be {Show(least)} … {Show(most)}{(unit.Length == 0 ? "" : " " + unit)}");

    /// <summary>Adds a range, both ends included.</summary>
    public static void Range<T>(this AbstractValidator<T> validator, Expression<Func<T, int>> property, int least, int most)
        => validator.Check(property, (_, v) => v >= least && v <= most ? null : $"it must be {Show(least)} … {Show(most)}");

    /// <summary><c>Services[0].Name</c> as a configuration key: <c>Services:0:Name</c>.</summary>
    public static string KeyOf(string propertyPath) => Index().Replace(propertyPath, ":$1").Replace('.', ':');

    /// <summary>A value as it is typed.</summary>
    public static string Show(object? value) => value switch
    {
        null or "" => "empty",
        bool flag => flag ? "true" : "false",
        double number => number.ToString("0.######", CultureInfo.InvariantCulture),
        Enum name => Kebab(name.ToString()),
        ICollection list => list.Count + " entries",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        string text => Short(text),
        _ => value.ToString() ?? "",
    };

    /// <summary>The name of an enumeration's member as it is typed: <c>before-services</c>.</summary>
    public static string Kebab(string name)
        => string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>A text that fits into a message, whatever it holds.</summary>
    private static string Short(string text)
        => string.Concat((text.Length > LongestShown ? text[..LongestShown] + "…" : text).Select(c => char.IsControl(c) ? '\uFFFD' : c));

    [GeneratedRegex(@"\[(\d+)\]")]
    private static partial Regex Index();
}
