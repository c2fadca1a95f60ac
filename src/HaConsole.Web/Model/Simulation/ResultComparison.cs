using System.Globalization;
using HaConsole.Failover;
using HaConsole.Simulation.Results;

namespace HaConsole.Web.Model.Simulation;

/// <summary>One number of two runs.</summary>
/// <param name="Name">Stable name, for the texts of the page.</param>
/// <param name="A">With parameter set A.</param>
/// <param name="B">With parameter set B; empty without one.</param>
/// <param name="Better">Which is better: A, B, or nothing when they are equal or it cannot be said.</param>
public sealed record ComparedNumber(string Name, string A, string B, string Better);

/// <summary>The numbers of one run, or of two beside each other.</summary>
public static class ResultComparison
{
    /// <summary>Rows of the table.</summary>
    public static IReadOnlyList<ComparedNumber> Of(SimulationResult a, SimulationResult? b)
    {
        ArgumentNullException.ThrowIfNull(a);
        return
        [
            Row("switches", a, b, result => result.Switches, value => value.ToString("0", CultureInfo.CurrentCulture)),
            Row("dual-active", a, b, result => result.DualActive.TotalSeconds, Seconds),
            Row("no-active", a, b, result => result.NoActive.TotalSeconds, Seconds),
            Row("longest-gap", a, b, result => LongestGap(result).TotalSeconds, Seconds),
            Row("violations", a, b, result => result.Violations.Count, value => value.ToString("0", CultureInfo.CurrentCulture)),
            new("final-1", End(a.Final1), b is null ? "" : End(b.Final1), ""),
            new("final-2", End(a.Final2), b is null ? "" : End(b.Final2), ""),
        ];
    }

    /// <summary>Longest time without an Active.</summary>
    public static TimeSpan LongestGap(SimulationResult result)
        => RolePicture.Of(result).Pair.Where(piece => piece.What == PairCondition.None).Select(piece => piece.Until - piece.From).DefaultIfEmpty(TimeSpan.Zero).Max();

    private static ComparedNumber Row(string name, SimulationResult a, SimulationResult? b, Func<SimulationResult, double> number, Func<double, string> text)
        => b is null
            ? new(name, text(number(a)), "", "")
            : new(name, text(number(a)), text(number(b)), number(a) < number(b) ? "A" : number(b) < number(a) ? "B" : "");

    private static string Seconds(double value) => DurationText.Human(TimeSpan.FromSeconds(value));

    /// <summary>Name of the condition at the end; the page has a word for it.</summary>
    private static string End(Role? role) => role?.ToString() ?? nameof(ServerCondition.NotRunning);
}
