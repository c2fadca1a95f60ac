using System.Text.Json;

namespace HaConsole.Web.Model.Settings;

/// <summary>What is typed and not saved, as the browser keeps it for a page that is loaded again.</summary>
public static class Draft
{
    /// <summary>Changed fields with the values that they were made from.</summary>
    /// <param name="basis">Hash of what was loaded into the form.</param>
    /// <param name="form">What is typed.</param>
    public static string Write(string basis, TextForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        return JsonSerializer.Serialize(new Kept(basis, form.Changed.ToDictionary(field => field, field => form[field])));
    }

    /// <summary>The fields; null when there are none, or when the values that they were made from are others by now. The text may be anything.</summary>
    /// <param name="text">What the browser has kept.</param>
    /// <param name="basis">Hash of what is loaded now.</param>
    /// <param name="known">Names of the fields.</param>
    public static IReadOnlyDictionary<string, string>? Read(string? text, string basis, IEnumerable<string> known)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            var kept = JsonSerializer.Deserialize<Kept>(text);
            var fields = kept?.Fields?.Where(f => known.Contains(f.Key) && f.Value is not null).ToDictionary(f => f.Key, f => f.Value);
            return kept?.Basis == basis && fields is { Count: > 0 } ? fields : null;
        }
        catch (JsonException)
        {
            // Not written by this page.
            return null;
        }
    }

    private sealed record Kept(string? Basis, Dictionary<string, string>? Fields);
}
