namespace HaConsole.Web.Model.Drills;

/// <summary>The steps of a drill under way. Not safe for several threads.</summary>
public sealed class DrillSheet
{
    /// <summary>Begins a drill with all its steps pending.</summary>
    public DrillSheet(DrillView start, IEnumerable<DrillStep> steps)
    {
        ArgumentNullException.ThrowIfNull(start);
        View = start with { Steps = [.. steps] };
    }

    /// <summary>As it stands.</summary>
    public DrillView View { get; private set; }

    /// <summary>It has ended.</summary>
    public bool Ended => View.End != DrillEnd.Running;

    /// <summary>State of a step.</summary>
    public StepState this[string code] => Step(code).State;

    /// <summary>A step.</summary>
    public DrillStep Step(string code) => View.Steps.First(step => step.Code == code);

    /// <summary>Waits for a step from now on.</summary>
    public void Begin(string code) => Set(code, step => step with { State = StepState.Running });

    /// <summary>A step has happened; too late is failed.</summary>
    public void Pass(string code, double? measured = null, string detail = "")
        => Set(code, step => step with
        {
            State = measured > step.ExpectedSeconds ? StepState.Failed : StepState.Passed,
            MeasuredSeconds = measured is { } seconds ? Math.Round(seconds, 2) : null,
            Detail = detail,
        });

    /// <summary>A step did not happen as it should.</summary>
    public void Fail(string code, string detail, double? measured = null)
        => Set(code, step => step with { State = StepState.Failed, Detail = detail, MeasuredSeconds = measured is { } seconds ? Math.Round(seconds, 2) : null });

    /// <summary>A step is left out.</summary>
    public void Skip(string code, string detail = "") => Set(code, step => step with { State = StepState.Skipped, Detail = detail });

    /// <summary>What clients of the health URLs saw.</summary>
    public void ClientsSaw(double longestGap) => View = View with { ClientSeconds = Math.Round(longestGap, 2) };

    /// <summary>Ends it; steps that wait are left out. An end that is there already stays.</summary>
    public void Close(DrillEnd end, DateTimeOffset at)
    {
        if (Ended)
        {
            return;
        }

        View = View with
        {
            End = end,
            EndedAt = at,
            Steps = [.. View.Steps.Select(step => step.State is StepState.Pending or StepState.Running ? step with { State = StepState.Skipped } : step)],
        };
    }

    /// <summary>Ends it by what its steps say.</summary>
    public void Finish(DateTimeOffset at) => Close(View.Steps.Any(step => step.State == StepState.Failed) ? DrillEnd.Failed : DrillEnd.Passed, at);

    private void Set(string code, Func<DrillStep, DrillStep> change)
        => View = View with { Steps = [.. View.Steps.Select(step => step.Code == code ? change(step) : step)] };
}
