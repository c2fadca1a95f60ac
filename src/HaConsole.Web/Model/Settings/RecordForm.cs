using System.Globalization;
using System.Reflection;

namespace HaConsole.Web.Model.Settings;

/// <summary>A wrong or doubtful value of a form.</summary>
/// <param name="Field">Name of the setting; empty when it belongs to none.</param>
/// <param name="Message">What is legal; English, as the engine says it.</param>
/// <param name="IsWarning">The value is accepted all the same.</param>
public sealed record FieldProblem(string Field, string Message, bool IsWarning);

/// <summary>Settings as they are typed: texts by the name of the setting, so that nothing typed is ever lost or turned into something else.</summary>
public abstract class TextForm
{
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    /// <summary>Text of a setting; empty when there is no such setting.</summary>
    public string this[string field]
    {
        get => texts.GetValueOrDefault(field, "");
        set => texts[field] = value ?? "";
    }

    /// <summary>Everything that is typed.</summary>
    public IReadOnlyDictionary<string, string> Texts => texts;

    /// <summary>Whether a box is ticked.</summary>
    public bool IsOn(string field) => this[field] == "true";

    /// <summary>Ticks a box or not.</summary>
    public void Turn(string field, bool on) => this[field] = on ? "true" : "false";

    /// <summary>Fields that differ from what was loaded.</summary>
    public abstract IReadOnlyList<string> Changed { get; }

    /// <summary>Whether anything differs from what was loaded.</summary>
    public bool IsChanged => Changed.Count > 0;

    /// <summary>What is wrong with what is typed, by the rules of engine, file and API.</summary>
    public abstract IReadOnlyList<FieldProblem> Validate();
}

/// <summary>A record of the configuration as a form. Numbers are typed with a decimal point or comma; lists one entry a line.</summary>
/// <typeparam name="T">The record: its settable members are the settings.</typeparam>
public sealed class RecordForm<T> : TextForm
    where T : class, new()
{
    private static readonly PropertyInfo[] Members = RecordTexts.Members(typeof(T));

    private readonly Func<T, IReadOnlyList<FieldProblem>> rules;
    private Dictionary<string, string> loaded = [];

    /// <summary>Loads a record.</summary>
    /// <param name="value">What is loaded.</param>
    /// <param name="rules">All rules of the record in its place, without the record's own key prefix.</param>
    public RecordForm(T value, Func<T, IReadOnlyList<FieldProblem>>? rules = null)
    {
        this.rules = rules ?? (_ => []);
        Load(value);
    }

    /// <summary>What was loaded.</summary>
    public T Loaded { get; private set; } = null!;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Changed => [.. Members.Select(m => m.Name).Where(name => Normal(this[name]) != Normal(loaded[name]))];

    /// <summary>Replaces everything typed.</summary>
    public void Load(T value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Loaded = value;
        loaded = RecordTexts.Of(value, CultureInfo.CurrentCulture);
        foreach (var (name, text) in loaded)
        {
            this[name] = text;
        }
    }

    /// <summary>Fills in some settings and leaves the others as they are.</summary>
    public void Fill(T from, IEnumerable<string> fields)
    {
        var source = RecordTexts.Of(from, CultureInfo.CurrentCulture);
        foreach (var field in fields)
        {
            this[field] = source[field];
        }
    }

    /// <summary>What is typed, on another base: fields that were not touched follow it.</summary>
    public void Rebase(T newBase)
    {
        var mine = Changed.ToDictionary(field => field, field => this[field]);
        Load(newBase);
        foreach (var (field, text) in mine)
        {
            this[field] = text;
        }
    }

    /// <summary>What is typed as a record; a text that cannot be read keeps what was loaded and is a problem.</summary>
    public (T Value, IReadOnlyList<FieldProblem> Problems) Read()
    {
        var value = new T();
        var problems = new List<FieldProblem>();
        foreach (var member in Members)
        {
            var (read, wrong) = Parse(member.PropertyType, this[member.Name]);
            if (wrong is not null)
            {
                problems.Add(new FieldProblem(member.Name, wrong, false));
            }

            member.SetValue(value, wrong is null ? read : member.GetValue(Loaded));
        }

        return (value, problems);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<FieldProblem> Validate()
    {
        var (value, problems) = Read();
        return [.. problems, .. rules(value).Where(rule => problems.All(p => p.Field != rule.Field))];
    }

    private static string Normal(string text) => text.ReplaceLineEndings("\n").Trim();

    private static (object? Value, string? Wrong) Parse(Type type, string text)
    {
        var trimmed = text.Trim();
        if (type == typeof(bool))
        {
            return (trimmed == "true", null);
        }

        if (type == typeof(double))
        {
            return Numbers.TryRead(trimmed, out var number) ? (number, null) : (null, "it must be a number such as 0.5 or 30");
        }

        if (type == typeof(int))
        {
            return int.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? (whole, null) : (null, "it must be a whole number such as 5");
        }

        if (type == typeof(long))
        {
            return long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large) ? (large, null) : (null, "it must be a whole number such as 5");
        }

        if (type.IsEnum)
        {
            return Enum.TryParse(type, trimmed, ignoreCase: true, out var named) && Enum.IsDefined(type, named!)
                ? (named, null)
                : (null, "it must be one of " + string.Join(", ", Enum.GetNames(type)).ToLowerInvariant());
        }

        var lines = text.ReplaceLineEndings("\n").Split('\n').Where(line => line.Trim().Length > 0).ToList();
        return type == typeof(string) ? (trimmed, null)
            : type == typeof(IReadOnlyList<string>) ? (lines, null)
            : Variables(lines);
    }

    private static (object? Value, string? Wrong) Variables(List<string> lines)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            var name = at > 0 ? line[..at].Trim() : "";
            if (name.Length is 0 or > 200 || name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) || line.Any(char.IsControl))
            {
                return (null, "it must be lines of the form NAME=value");
            }

            if (!variables.TryAdd(name, line[(at + 1)..]))
            {
                return (null, $"it must name {name} once");
            }
        }

        return (variables, null);
    }
}

/// <summary>Numbers as people type them.</summary>
public static class Numbers
{
    /// <summary>Reads a decimal number with a point or a comma, whatever the language; no thousands, no exponents.</summary>
    public static bool TryRead(string text, out double number)
    {
        ArgumentNullException.ThrowIfNull(text);
        return double.TryParse(text.Replace(',', '.'), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }
}

/// <summary>Records of settings as texts.</summary>
public static class RecordTexts
{
    /// <summary>A record as texts, by the name of the setting.</summary>
    public static Dictionary<string, string> Of<T>(T value, CultureInfo culture)
        where T : class
        => Members(typeof(T)).ToDictionary(m => m.Name, m => TextOf(m.GetValue(value), culture), StringComparer.Ordinal);

    /// <summary>Settings of a record, in its order.</summary>
    internal static PropertyInfo[] Members(Type record) => [.. record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite)];

    private static string TextOf(object? value, CultureInfo culture) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        double number => number.ToString("0.######", culture),
        IReadOnlyDictionary<string, string> variables => string.Join('\n', variables.Select(v => $"{v.Key}={v.Value}")),
        IEnumerable<string> lines => string.Join('\n', lines),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
