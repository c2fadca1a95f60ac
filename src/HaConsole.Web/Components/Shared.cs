namespace HaConsole.Web.Components;

/// <summary>Names the texts that several pages use: <c>Resources/Components/Shared.resx</c>.</summary>
public sealed class Shared;
