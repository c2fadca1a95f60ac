using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Layout;

/// <summary>The end of the header: which server this is, help, and what belongs to the one who is signed in. Never drawn anew with the pair's news.</summary>
public sealed partial class HeaderMenu
{
    private static readonly string[] Themes = ["system", "light", "dark"];

    /// <summary>This server, as the header names it; null when it is not known.</summary>
    [Parameter, EditorRequired]
    public string? Own { get; set; }

    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;

    private static string Language => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
}
