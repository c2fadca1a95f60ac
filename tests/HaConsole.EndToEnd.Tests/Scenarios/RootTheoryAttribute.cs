namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>A <see cref="RootFactAttribute"/> with several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute() => Skip = Environment.IsPrivilegedProcess ? null! : "cutting a network needs root";
}
