using HaConsole.Web.Components.Settings;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SyncParts;

/// <summary>A key of the configuration as people know it from the pages, with the key itself.</summary>
public sealed partial class SettingKey
{
    /// <summary>Its key, for example <c>HotStandby:HoldHours</c> or <c>Services:cti:Command</c>.</summary>
    [Parameter, EditorRequired]
    public string Key { get; set; } = "";

    [Inject]
    private IStringLocalizer<Synchronisation> T { get; set; } = null!;

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

    private string Label => Key.Split(':') switch
    {
        ["HotStandby"] => T["key.HotStandby"],
        ["HotStandby", var setting] => Field(HotStandbyTexts, setting),
        ["LoadBalancer"] => BalancerTexts["title"],
        ["LoadBalancer", var setting, ..] => Field(BalancerTexts, setting),
        ["Access", "Users", var name, .. var rest] => Joined(T["key.user", name], rest),
        ["Access", "Tokens", var name, .. var rest] => Joined(T["key.token", name], rest),
        ["Access", ..] => S["section.Access"],
        ["Mutes", ..] => S["section.Mutes"],
        ["Services" or "Checks" or "Certificates" or "FileSets" or "Addresses"] => S["section." + Key],
        ["Services", var name, .. var rest] => Item("Services", name, rest, ServiceTexts),
        ["Checks", var name, .. var rest] => Item("Checks", name, rest, CheckTexts),
        ["Certificates", var name, .. var rest] => Item("Certificates", name, rest, S),
        ["FileSets", var name, .. var rest] => Item("FileSets", name, rest, S),
        ["Addresses", var name, .. var rest] => Item("Addresses", name, rest, S),
        ["Notifications", var list] => S["section." + list],
        ["Notifications", var list, var name, .. var rest] => Item(list, name, rest, NotificationTexts),
        _ => "",
    };

    private string Item(string section, string name, string[] rest, IStringLocalizer texts)
        => rest.Length == 0 ? S["item." + section, name] : $"{S["item." + section, name]} · {Field(texts, rest[0])}";

    private static string Joined(string item, string[] rest) => rest.Length == 0 ? item : $"{item} · {string.Join(" · ", rest)}";

    private static string Field(IStringLocalizer texts, string setting) => texts[$"{setting}.label"] is { ResourceNotFound: false } label ? label.Value : setting;
}
