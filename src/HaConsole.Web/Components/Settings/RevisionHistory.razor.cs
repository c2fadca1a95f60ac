using HaConsole.Engine.Configuration;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Model.Settings;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>All revisions of the configuration: who changed what and when; any two compared, any earlier one restored.</summary>
public sealed partial class RevisionHistory
{
    private const int Fields = 4;

    private int limit = 25;
    private ConfigurationDocument? asked;
    private IReadOnlyList<ConfigurationDocument> known = [];

    /// <summary>Revisions, newest first; the first one is in force.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ConfigurationDocument> Documents { get; set; } = [];

    /// <summary>Revision compared, as text; empty: none.</summary>
    [Parameter]
    public string From { get; set; } = "";

    /// <summary>Revision that it is compared with; empty: none.</summary>
    [Parameter]
    public string To { get; set; } = "";

    /// <summary>Two revisions are chosen.</summary>
    [Parameter]
    public EventCallback<(string From, string To)> OnCompare { get; set; }

    /// <summary>A revision shall be restored.</summary>
    [Parameter]
    public EventCallback<ConfigurationDocument> OnRestore { get; set; }

    /// <summary>Whether the actor may restore.</summary>
    [Parameter]
    public bool MayRestore { get; set; }

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    [Inject]
    private IStringLocalizer<HotStandby> T { get; set; } = null!;

    private List<Entry> Entries { get; set; } = [];

    private IEnumerable<Entry> Shown => Entries.Take(limit);

    private IReadOnlyList<FieldChange>? Compared
        => Find(From) is { } from && Find(To) is { } to ? ConfigurationDifference.Between(from.Content, to.Content) : null;

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (!known.SequenceEqual(Documents))
        {
            known = Documents;
            Entries = [.. Documents.Select((document, i) => new Entry(document, i == 0, i + 1 < Documents.Count ? Documents[i + 1] : null))];
        }
    }

    private ConfigurationDocument? Find(string revision) => Documents.FirstOrDefault(d => d.Revision.ToString() == revision);

    /// <summary>What a restore would change: users and mutes stay as they are.</summary>
    private IReadOnlyList<FieldChange> Restored(ConfigurationDocument wanted)
        => [.. ConfigurationDifference.Between(Documents[0].Content, wanted.Content).Where(c => c.Section is not ("Access" or "Mutes"))];

    private async Task RestoreAsync()
    {
        var wanted = asked!;
        asked = null;
        await OnRestore.InvokeAsync(wanted);
    }

    private string Summary(Entry entry)
    {
        if (entry.Before is null)
        {
            return S["history.oldest"];
        }

        var names = ConfigurationDifference.Between(entry.Before.Content, entry.Document.Content)
            .Select(c => c.Section == "HotStandby" ? T[$"{c.Field}.label"].Value : c.Item.Length > 0 ? S["item." + c.Section, c.Item].Value : S["section." + c.Section].Value)
            .Distinct().ToList();
        return names.Count == 0 ? S["history.same"] : string.Join(", ", names.Take(Fields)) + (names.Count > Fields ? " +" + (names.Count - Fields) : "");
    }

    private sealed record Entry(ConfigurationDocument Document, bool InForce, ConfigurationDocument? Before);
}
