using System.Globalization;
using System.Text.Json;

namespace HaConsole.Simulation.Scenarios;

/// <summary>Something wrong in a scenario file.</summary>
/// <param name="Path">JSON path, for example <c>$.faults[2].server</c>.</param>
/// <param name="Message">What is wrong and what is legal.</param>
public sealed record ScenarioProblem(string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Message}";
}

/// <summary>Takes the members out of one JSON object and notes everything that is wrong, each with its path.</summary>
internal sealed class ObjectReader
{
    private readonly string path;
    private readonly List<ScenarioProblem> problems;
    private readonly Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
    private readonly List<string> known = [];

    public ObjectReader(JsonElement element, string path, List<ScenarioProblem> problems)
    {
        this.path = path;
        this.problems = problems;
        if (element.ValueKind != JsonValueKind.Object)
        {
            problems.Add(new(path, $"must be an object, not {Describe(element)}"));
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!members.TryAdd(member.Name, member.Value))
            {
                Problem(member.Name, "is there more than once");
            }
        }
    }

    public bool Has(string name) => members.ContainsKey(name);

    /// <summary>Makes a member known without reading it, so that it is not reported as unknown.</summary>
    public void Allow(string name)
    {
        if (!known.Contains(name))
        {
            known.Add(name);
        }
    }

    public bool TryGet(string name, bool required, out JsonElement value)
    {
        Allow(name);
        if (members.TryGetValue(name, out value))
        {
            return true;
        }

        if (required)
        {
            Problem(name, "is missing");
        }

        return false;
    }

    public string PathOf(string name) => $"{path}.{name}";

    public void Problem(string name, string message) => problems.Add(new(PathOf(name), message));

    public string? Text(string name, bool required)
    {
        if (!TryGet(name, required, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Problem(name, $"must be a text, not {Describe(value)}");
        return null;
    }

    public bool Flag(string name, bool fallback)
    {
        if (!TryGet(name, false, out var value))
        {
            return fallback;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Problem(name, $"must be true or false, not {Describe(value)}");
        return fallback;
    }

    public double? Number(string name, bool required, double least, double most, string unit)
    {
        if (!TryGet(name, required, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number))
        {
            Problem(name, $"must be a number{unit}, not {Describe(value)}");
            return null;
        }

        if (number >= least && number <= most)
        {
            return number;
        }

        Problem(name, string.Create(CultureInfo.InvariantCulture, $"{number} is not in the range {least} … {most}{unit}"));
        return null;
    }

    public TimeSpan? Seconds(string name, bool required, double least, double most)
        => Number(name, required, least, most, " (seconds)") is { } seconds ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond)) : null;

    public long? Whole(string name, bool required, long least, long most)
    {
        if (!TryGet(name, required, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            Problem(name, $"must be a whole number, not {Describe(value)}");
            return null;
        }

        if (!value.TryGetInt64(out var number))
        {
            Problem(name, $"{value.GetRawText()} is not a whole number");
            return null;
        }

        if (number >= least && number <= most)
        {
            return number;
        }

        Problem(name, string.Create(CultureInfo.InvariantCulture, $"{number} is not in the range {least} … {most}"));
        return null;
    }

    public int Server(string name)
    {
        if (!TryGet(name, true, out var value))
        {
            return 0;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number is 1 or 2)
        {
            return number;
        }

        Problem(name, $"must be server 1 or 2, not {Describe(value)}");
        return 0;
    }

    /// <summary>Reports what nobody has asked for.</summary>
    public void Finish()
    {
        foreach (var name in members.Keys)
        {
            if (!known.Contains(name))
            {
                Problem(name, $"is not known here (known: {string.Join(", ", known)})");
            }
        }
    }

    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.Null => "null",
        JsonValueKind.String => $"the text \"{value.GetString()}\"",
        _ => value.GetRawText(),
    };
}
