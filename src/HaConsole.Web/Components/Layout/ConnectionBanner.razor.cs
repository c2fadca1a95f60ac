using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Layout;

/// <summary>Says that the connection to this server is lost, how old everything shown is, and where the other server's console is.</summary>
public sealed partial class ConnectionBanner
{
    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;
}
