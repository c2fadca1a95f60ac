using HaConsole.Web.Components.Pages;
using HaConsole.Web.Model.Settings;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>What differs, setting by setting: before and afterwards.</summary>
public sealed partial class DifferenceList
{
    /// <summary>What differs.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<FieldChange> Changes { get; set; } = [];

    /// <summary>Title of the first column of values.</summary>
    [Parameter]
    public string? BeforeTitle { get; set; }

    /// <summary>Title of the second column of values.</summary>
    [Parameter]
    public string? AfterTitle { get; set; }

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    [Inject]
    private IStringLocalizer<HotStandby> HotStandbyTexts { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Pages.Services> ServiceTexts { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Pages.Checks> CheckTexts { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Pages.Notifications> NotificationTexts { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Pages.LoadBalancer> BalancerTexts { get; set; } = null!;

    private IStringLocalizer TextsOf(string section) => section switch
    {
        "Services" => ServiceTexts,
        "Checks" => CheckTexts,
        "Certificates" => S,
        "FileSets" => S,
        "Addresses" => S,
        "Channels" or "Rules" => NotificationTexts,
        "LoadBalancer" => BalancerTexts,
        _ => HotStandbyTexts,
    };

    private string Title(FieldChange change)
    {
        var field = change.Field.Length == 0 ? "" : TextsOf(change.Section)[$"{change.Field}.label"].Value;
        return change.Section switch
        {
            "HotStandby" => field,
            _ when change.Item.Length == 0 => field.Length > 0 ? field : S["section." + change.Section],
            _ => string.Join(" · ", new[] { S["item." + change.Section, change.Item].Value, field }.Where(part => part.Length > 0)),
        };
    }

    private string Shown(FieldChange change, string text) => text switch
    {
        "" => S["empty"],
        "true" => S["on"],
        "false" => S["off"],
        _ when TextsOf(change.Section)[$"{change.Field}.{text}"] is { ResourceNotFound: false } word => word,
        _ => text,
    };
}
