using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>An address that no page has.</summary>
public sealed partial class NotFound
{
    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;
}
