namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>A fact of networks that can be cut; without root it has nothing to stand on and is left out of the run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute() => Skip = Environment.IsPrivilegedProcess ? null! : "cutting a network needs root";
}
