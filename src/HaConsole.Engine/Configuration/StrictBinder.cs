using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace HaConsole.Engine.Configuration;

/// <summary>
/// Reads configuration sections into the option records and reports every key it does not know and every value it cannot read, where the
/// framework's binder would silently go on with a default.
/// </summary>
internal sealed class StrictBinder
{
    private static readonly Dictionary<Type, PropertyInfo[]> Known = [];

    private readonly List<ConfigurationProblem> problems = [];

    /// <summary>Every problem so far.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems => problems;

    /// <summary>Reads a section; what it does not say keeps its default.</summary>
    public T Read<T>(IConfigurationSection section)
        where T : new()
        => (T)ReadObject(typeof(T), section);

    /// <summary>Reads a list; entries are in the order of their numbers.</summary>
    public IReadOnlyList<T> ReadList<T>(IConfigurationSection section)
        where T : new()
        => (IReadOnlyList<T>)ReadList(typeof(T), section);

    /// <summary>Reports the children of a section that are none of some names.</summary>
    public void RefuseOthers(IConfigurationSection section, IReadOnlyCollection<string> names)
    {
        foreach (var child in section.GetChildren().Where(c => !names.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
        {
            problems.Add(new ConfigurationProblem(child.Path, $"{child.Path} is not a known key; {Suggest(child.Key, names)}"));
        }
    }

    /// <summary>Names of the keys of an option record.</summary>
    public static IReadOnlyList<string> KeysOf(Type type) => [.. PropertiesOf(type).Select(p => p.Name)];

    /// <summary>"did you mean …?" when a name is near, else all names.</summary>
    public static string Suggest(string wrong, IReadOnlyCollection<string> names, string? otherwise = null)
    {
        var nearest = names.MinBy(n => Distance(wrong, n));
        return nearest is not null && Distance(wrong, nearest) <= Math.Max(2, wrong.Length / 4)
            ? $"did you mean {nearest}?"
            : otherwise ?? "known are " + string.Join(", ", names);
    }

    private static PropertyInfo[] PropertiesOf(Type type)
    {
        lock (Known)
        {
            if (!Known.TryGetValue(type, out var properties))
            {
                properties = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite)];
                Known[type] = properties;
            }

            return properties;
        }
    }

    private object ReadObject(Type type, IConfigurationSection section)
    {
        var result = Activator.CreateInstance(type)!;
        var properties = PropertiesOf(type);
        RefuseOthers(section, [.. properties.Select(p => p.Name)]);
        foreach (var property in properties)
        {
            var child = section.GetSection(property.Name);
            if (ReadValue(property.PropertyType, child) is { } value)
            {
                property.SetValue(result, value);
            }
        }

        return result;
    }

    /// <summary>The value; null when the section says nothing, or nothing legal.</summary>
    private object? ReadValue(Type type, IConfigurationSection section)
    {
        var hasChildren = section.GetChildren().Any();
        if (type == typeof(IReadOnlyList<string>))
        {
            return hasChildren || section.Value is not null ? ReadStrings(section) : null;
        }

        if (type == typeof(IReadOnlyDictionary<string, string>))
        {
            return hasChildren ? section.GetChildren().ToDictionary(c => c.Key, c => c.Value ?? "", StringComparer.Ordinal) : null;
        }

        if (hasChildren)
        {
            problems.Add(new ConfigurationProblem(section.Path, $"{section.Path} has keys of its own; it must be {Legal(type)}"));
            return null;
        }

        return section.Value is { } text ? Parse(type, text, section.Path) : null;
    }

    private List<string> ReadStrings(IConfigurationSection section)
    {
        if (section.Value is { Length: > 0 } single)
        {
            if (section.Key.Equals(nameof(ServiceDefinition.Arguments), StringComparison.OrdinalIgnoreCase))
            {
                // A comma may be part of an argument: only lists of addresses can be written as one text.
                problems.Add(new ConfigurationProblem(section.Path, $"{section.Path} is {single}; it must be a list such as {section.Path}:0, {section.Path}:1, …"));
                return [];
            }

            return [.. single.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        }

        return [.. Entries(section).Select(c => c.Value ?? "")];
    }

    private IList ReadList(Type entryType, IConfigurationSection section)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(entryType))!;
        foreach (var entry in Entries(section))
        {
            if (entry.Value is { Length: > 0 })
            {
                problems.Add(new ConfigurationProblem(entry.Path, $"{entry.Path} is {entry.Value}; it must have keys: {string.Join(", ", KeysOf(entryType))}"));
                continue;
            }

            list.Add(ReadObject(entryType, entry));
        }

        return list;
    }

    private IEnumerable<IConfigurationSection> Entries(IConfigurationSection section)
    {
        var entries = new List<(int Number, IConfigurationSection Section)>();
        foreach (var child in section.GetChildren())
        {
            if (int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                entries.Add((number, child));
            }
            else
            {
                problems.Add(new ConfigurationProblem(child.Path, $"{child.Path} is not an entry of a list; it must be {section.Path}:0, {section.Path}:1, …"));
            }
        }

        return entries.OrderBy(e => e.Number).Select(e => e.Section);
    }

    private object? Parse(Type type, string text, string key)
    {
        object? value = null;
        var trimmed = text.Trim();
        if (type == typeof(string))
        {
            value = text;
        }
        else if (type == typeof(bool))
        {
            value = bool.TryParse(trimmed, out var flag) ? flag : null;
        }
        else if (type == typeof(int))
        {
            value = int.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null;
        }
        else if (type == typeof(double))
        {
            value = double.TryParse(trimmed, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? number : null;
        }
        else if (type.IsEnum)
        {
            value = Array.Find(Enum.GetNames(type), n => n.Equals(trimmed, StringComparison.OrdinalIgnoreCase) || ProblemRules.Kebab(n).Equals(trimmed, StringComparison.OrdinalIgnoreCase)) is { } name ? Enum.Parse(type, name) : null;
        }

        if (value is null)
        {
            problems.Add(new ConfigurationProblem(key, $"{key} is {(trimmed.Length == 0 ? "empty" : text)}; it must be {Legal(type)}"));
        }

        return value;
    }

    private static string Legal(Type type)
    {
        if (type.IsEnum)
        {
            return "one of " + string.Join(", ", Enum.GetNames(type).Select(ProblemRules.Kebab));
        }

        return type == typeof(bool) ? "true or false"
            : type == typeof(int) ? "a whole number"
            : type == typeof(double) ? "a decimal number such as 0.5"
            : "a text";
    }

    /// <summary>Edits that turn one name into the other (Levenshtein), letter case aside.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
