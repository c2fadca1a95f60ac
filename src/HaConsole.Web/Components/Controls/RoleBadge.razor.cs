using HaConsole.Engine.Status;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Controls;

/// <summary>A server's role in word, shape and colour.</summary>
public sealed partial class RoleBadge
{
    /// <summary>The server.</summary>
    [Parameter, EditorRequired]
    public ServerStatus Server { get; set; } = null!;

    /// <summary><c>ready</c> or <c>not-ready</c> for a Standby; empty: not said.</summary>
    [Parameter]
    public string Ready { get; set; } = "";

    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;

    private string Role => Server.Role;
}
