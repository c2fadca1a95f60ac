using HaConsole.Engine.Status;
using Microsoft.AspNetCore.Components;

namespace HaConsole.Web.Components.Controls;

/// <summary>A pause, hold or maintenance in force, with what is left of it.</summary>
public sealed partial class ControlChip
{
    /// <summary>What it is.</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>Owner, reason and end.</summary>
    [Parameter, EditorRequired]
    public ControlStatus? Control { get; set; }
}
