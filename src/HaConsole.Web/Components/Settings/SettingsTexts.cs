namespace HaConsole.Web.Components.Settings;

/// <summary>Names the texts that the pages of settings have in common: <c>Resources/Components/Settings/SettingsTexts.resx</c>.</summary>
public sealed class SettingsTexts;
