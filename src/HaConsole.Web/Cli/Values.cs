using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace HaConsole.Web.Cli;

/// <summary>Values as they are typed.</summary>
public static class Values
{
    /// <summary>Seconds of a duration: <c>90</c>, <c>30s</c>, <c>15m</c>, <c>2h</c>, <c>1d</c>; null when it is none or above 366 days.</summary>
    public static double? Duration(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var unit = text.Length == 0 ? ' ' : char.ToLowerInvariant(text[^1]);
        var factor = unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        var number = factor == 0 ? text : text[..^1];
        const NumberStyles style = NumberStyles.AllowDecimalPoint;
        if (!double.TryParse(number, style, CultureInfo.InvariantCulture, out var value))
        {
            return null;
        }

        var seconds = value * (factor == 0 ? 1 : factor);
        return seconds is > 0 and <= 366 * 86400.0 ? seconds : null;
    }

    /// <summary>Seconds as people read them: <c>3 d 4 h</c>, <c>2 min 5 s</c>, <c>0.4 s</c>.</summary>
    public static string Age(double seconds)
    {
        var t = TimeSpan.FromSeconds(Math.Max(0, seconds));
        return t switch
        {
            { TotalDays: >= 1 } => Parts(t.Days, "d", t.Hours, "h"),
            { TotalHours: >= 1 } => Parts(t.Hours, "h", t.Minutes, "min"),
            { TotalMinutes: >= 1 } => Parts(t.Minutes, "min", t.Seconds, "s"),
            { TotalSeconds: >= 10 } => string.Create(CultureInfo.InvariantCulture, $"{t.TotalSeconds:0} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{t.TotalSeconds:0.#} s"),
        };
    }

    /// <summary>A short measured time: <c>26 ms</c>, <c>1.84 s</c>, <c>2 min 5 s</c>.</summary>
    public static string Took(double seconds) => seconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, seconds) * 1000:0} ms"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.##} s"),
        _ => Age(seconds),
    };

    /// <summary>A name of several words as people write it: <c>UpUnverified</c> is "Up, unverified", <c>NotPaired</c> "Not paired".</summary>
    public static string Words(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name == "UpUnverified"
            ? "Up, unverified"
            : string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) && char.IsLower(name[i - 1]) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));
    }

    internal static Option<double?> DurationOption(string name, string description)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = "DURATION" };
        option.CustomParser = result => Parse<double?>(result, Duration, $"{name}: must be a duration above 0 and at most 366d, for example 90, 30s, 15m, 2h, 1d");
        return option;
    }

    internal static Option<int?> NumberOption(string name, string description, int least, int most, bool required = false)
    {
        var option = new Option<int?>(name) { Description = description, Required = required, HelpName = most - least == 1 ? $"{least}|{most}" : "N" };
        var range = most - least == 1 ? $"{least} or {most}" : $"{least} to {most}";
        option.CustomParser = result => Parse<int?>(
            result,
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= least && n <= most ? n : null,
            $"{name}: must be {range}");
        return option;
    }

    internal static Option<string> FormatOption()
    {
        var option = new Option<string>("--format") { Description = "text (default) or json", HelpName = "text|json", DefaultValueFactory = _ => "text" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("text" or "json") } token])
            {
                result.AddError($"--format: must be text or json, not '{token.Value}'");
            }
        });
        return option;
    }

    internal static Option<string> ReasonOption() => new("--reason") { Description = "why, for the journal", HelpName = "TEXT", DefaultValueFactory = _ => "" };

    private static T? Parse<T>(ArgumentResult result, Func<string, T?> parse, string problem)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var value = parse(text);
        if (value is null)
        {
            result.AddError($"{problem}, not '{text}'");
        }

        return value;
    }

    private static string Parts(int big, string bigUnit, int small, string smallUnit)
        => small == 0 ? $"{big} {bigUnit}" : $"{big} {bigUnit} {small} {smallUnit}";
}
