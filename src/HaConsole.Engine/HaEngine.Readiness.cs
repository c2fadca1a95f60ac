using HaConsole.Engine.Status;

namespace HaConsole.Engine;

/// <content>Whether this server could take over.</content>
public sealed partial class HaEngine
{
    /// <inheritdoc/>
    public void ReportReadiness(ReadinessInfo? found)
    {
        detail.Readiness = found;
        detail.Changed();
        feed.Changed();
    }
}
