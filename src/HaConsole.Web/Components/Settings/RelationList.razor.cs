using HaConsole.Web.Model.Settings;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>Relations among settings, each with its numbers and whether it holds.</summary>
public sealed partial class RelationList
{
    /// <summary>The relations.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<Relation> Relations { get; set; } = [];

    /// <summary>Their texts.</summary>
    [Parameter, EditorRequired]
    public IStringLocalizer Texts { get; set; } = null!;
}
