using System.Globalization;
using System.Text;
using HaConsole.Web.Api;
using HaConsole.Web.Model.Drills;

namespace HaConsole.Web.Cli;

/// <summary>Drills as text.</summary>
internal static class DrillText
{
    /// <summary>One line of a list.</summary>
    public static string Line(DrillView drill)
    {
        var measured = drill.MeasuredSeconds is { } seconds ? $", takeover in {Values.Took(seconds)}{(drill.ExpectedSeconds is { } most ? $" of at most {Values.Took(most)}" : "")}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{drill.Id}  {Word(drill.End),-11}  {drill.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC  {What(drill)}, led by {drill.Operator}{On(drill)}{measured}");
    }

    /// <summary>The whole report.</summary>
    public static string Render(DrillView drill)
    {
        var text = new StringBuilder(Line(drill));
        foreach (var step in drill.Steps)
        {
            var expected = step.ExpectedSeconds is { } most ? $" (at most {Values.Took(most)})" : "";
            var measured = step.MeasuredSeconds is { } seconds ? " " + Values.Took(seconds) : "";
            text.Append(Environment.NewLine).Append(CultureInfo.InvariantCulture, $"  {Mark(step.State)} {step.Code}{measured}{expected}{(step.Detail.Length > 0 ? ": " + step.Detail : "")}");
        }

        if (drill.ClientSeconds is { } gap)
        {
            text.Append(Environment.NewLine).Append(CultureInfo.InvariantCulture, $"  clients without an Active: {Values.Took(gap)}");
        }

        return text.ToString();
    }

    /// <summary>How the drills stand.</summary>
    public static string Render(DrillState state) => string.Join(
        Environment.NewLine,
        state.Running is { } running ? Render(running) : "no drill runs on this server",
        state.LastProven is { } proven ? "last proven: " + Line(proven) : "never proven",
        state.DailyProofAt is { } at ? $"proof planned daily at {at}" : "no proof is planned");

    private static string What(DrillView drill) => drill.Kind switch
    {
        DrillKind.Switch => $"switch from #{drill.From} to #{drill.To} and back",
        DrillKind.Stop => $"stop of #{drill.From}, watched",
        _ => $"proof of #{drill.To}",
    };

    private static string On(DrillView drill) => drill.Server > 0 ? $" on #{drill.Server}" : "";

    private static string Word(DrillEnd end) => end.ToString().ToLowerInvariant();

    private static string Mark(StepState state) => state switch
    {
        StepState.Passed => "ok  ",
        StepState.Failed => "FAIL",
        StepState.Running => "now ",
        StepState.Skipped => "skip",
        _ => "    ",
    };
}
