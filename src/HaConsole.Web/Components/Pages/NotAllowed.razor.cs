using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>A page that the signed-in role may not see.</summary>
public sealed partial class NotAllowed
{
    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;
}
