using HaConsole.Engine.Status;

namespace HaConsole.Web.Tests.Support;

/// <content>Readiness.</content>
internal sealed partial class FakeEngine
{
    public ReadinessInfo? Readiness { get; private set; }

    public void ReportReadiness(ReadinessInfo? found) => Readiness = found;
}
