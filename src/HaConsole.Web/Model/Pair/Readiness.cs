using HaConsole.Engine.Status;

namespace HaConsole.Web.Model.Pair;

/// <summary>How a server is named beside its role.</summary>
public static class Readiness
{
    /// <summary>Text key: <c>ready</c> or <c>not-ready</c> for a Standby to which a switch would or would not succeed; empty for any other role.</summary>
    public static string Of(StatusSnapshot snapshot, ServerStatus server)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(server);
        return server.Role != "Standby" ? "" : snapshot.SwitchWouldSucceed ? "ready" : "not-ready";
    }
}
