using System.Globalization;
using HaConsole.Web.Components.Layout;
using HaConsole.Web.Model.Help;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>The documentation of the version that runs: all chapters, or one.</summary>
public sealed partial class Help
{
    /// <summary>Name of the chapter; empty: the list of all.</summary>
    [Parameter]
    public string? Chapter { get; set; }

    [Inject]
    private IStringLocalizer<HelpDialog> T { get; set; } = null!;

    private static string Language => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;

    /// <summary>Language of the chapter: that of the page when it is there in it.</summary>
    private string Written => HelpChapters.IsIn(Chapter ?? "", Language) ? Language : "en";

    private string? Text { get; set; }

    private string Title => Text is null ? T["chapters"] : HelpChapters.TitleOf(Chapter!, Language);

    /// <inheritdoc/>
    protected override void OnParametersSet() => Text = string.IsNullOrEmpty(Chapter) ? null : HelpChapters.Read(Chapter, Language);
}
