using System.Globalization;

namespace HaConsole.Web.Model.Settings;

/// <summary>A field that two operators have changed to different values.</summary>
/// <param name="name">Name of the setting.</param>
/// <param name="was">Value that both started from.</param>
/// <param name="theirs">Value saved by the other one.</param>
/// <param name="mine">Value typed here.</param>
public sealed class ConflictRow(string name, string was, string theirs, string mine)
{
    /// <summary>Name of the setting.</summary>
    public string Field => name;

    /// <summary>Value that both started from.</summary>
    public string Was => was;

    /// <summary>Value saved by the other one.</summary>
    public string Theirs => theirs;

    /// <summary>Value typed here.</summary>
    public string Mine => mine;

    /// <summary>What is decided; at first: what was touched here.</summary>
    public bool TakeMine { get; set; } = was != mine;

    /// <summary>Fields in which what is typed differs from what the other one has saved.</summary>
    public static IReadOnlyList<ConflictRow> Of<T>(RecordForm<T> form, T theirs)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(form);
        var (was, saved) = (RecordTexts.Of(form.Loaded, CultureInfo.CurrentCulture), RecordTexts.Of(theirs, CultureInfo.CurrentCulture));
        return [.. saved.Where(s => s.Value != form[s.Key]).Select(s => new ConflictRow(s.Key, was[s.Key], s.Value, form[s.Key]))];
    }

    /// <summary>Makes the other one's values the base of the form and types in what was decided for here.</summary>
    public static void Decide<T>(RecordForm<T> form, T theirs, IEnumerable<ConflictRow> rows)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(rows);
        var mine = rows.Where(row => row.TakeMine).ToList();
        form.Load(theirs);
        foreach (var row in mine)
        {
            form[row.Field] = row.Mine;
        }
    }
}
