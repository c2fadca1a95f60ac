namespace HaConsole.Engine.Tests.FileSets;

/// <summary>A fact of mounts and owners; without root it has nothing to stand on and is left out of the run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute() => Skip = Environment.IsPrivilegedProcess ? null! : "mounts and owners need root";
}
