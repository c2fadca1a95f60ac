using HaConsole.Engine.Status;

namespace HaConsole.Engine;

/// <content>Whether this server could take over.</content>
public partial interface IHaEngine
{
    /// <summary>The host says what its last proof has found; shown on both servers, and never asked by a decision. Null: nothing is known any more.</summary>
    void ReportReadiness(ReadinessInfo? found);
}
