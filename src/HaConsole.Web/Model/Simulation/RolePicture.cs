using HaConsole.Simulation.Results;

namespace HaConsole.Web.Model.Simulation;

/// <summary>How many servers were Active.</summary>
public enum PairCondition
{
    /// <summary>One, as it should be.</summary>
    One,

    /// <summary>Both.</summary>
    Two,

    /// <summary>None.</summary>
    None,
}

/// <summary>A part of a band in which nothing changes.</summary>
/// <param name="Left">Where it begins, in percent of the axis.</param>
/// <param name="Width">How wide it is, in percent.</param>
/// <param name="From">When it begins.</param>
/// <param name="Until">When it ends.</param>
/// <param name="What">What is the case.</param>
public sealed record BandPiece<T>(double Left, double Width, TimeSpan From, TimeSpan Until, T What);

/// <summary>The result of a run as bands over an axis.</summary>
public sealed class RolePicture
{
    /// <summary>Pieces of one band; a run with more of them is drawn coarser, its numbers stay exact.</summary>
    private const int MostPieces = 300;

    private RolePicture(TimeScale scale, IReadOnlyList<WorldSpan> spans)
    {
        Scale = scale;
        One = Band(spans, span => span.One);
        Two = Band(spans, span => span.Two);
        Pair = Band(spans, Condition);
        Vip = Band(spans, span => span.Vip);
    }

    /// <summary>The axis.</summary>
    public TimeScale Scale { get; }

    /// <summary>Server 1.</summary>
    public IReadOnlyList<BandPiece<ServerCondition>> One { get; }

    /// <summary>Server 2.</summary>
    public IReadOnlyList<BandPiece<ServerCondition>> Two { get; }

    /// <summary>Both together.</summary>
    public IReadOnlyList<BandPiece<PairCondition>> Pair { get; }

    /// <summary>Where the VIP points.</summary>
    public IReadOnlyList<BandPiece<int>> Vip { get; }

    /// <summary>The picture of a result, on an axis of its own or a longer one that it shares.</summary>
    public static RolePicture Of(SimulationResult result, TimeSpan? axis = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new RolePicture(new TimeScale(axis ?? result.Duration), result.Spans);
    }

    private static PairCondition Condition(WorldSpan span) => (span.One, span.Two) switch
    {
        (ServerCondition.Active, ServerCondition.Active) => PairCondition.Two,
        (ServerCondition.Active, _) or (_, ServerCondition.Active) => PairCondition.One,
        _ => PairCondition.None,
    };

    private List<BandPiece<T>> Band<T>(IReadOnlyList<WorldSpan> spans, Func<WorldSpan, T> what)
    {
        var pieces = new List<BandPiece<T>>();
        foreach (var span in spans)
        {
            if (pieces.Count > 0 && pieces[^1] is var last && EqualityComparer<T>.Default.Equals(last.What, what(span)))
            {
                pieces[^1] = last with { Until = span.Until };
            }
            else
            {
                pieces.Add(new BandPiece<T>(0, 0, span.From, span.Until, what(span)));
            }
        }

        return Placed(pieces.Count <= MostPieces ? pieces : Coarser(pieces));
    }

    /// <summary>Of the pieces that share a place only the longest can be seen.</summary>
    private List<BandPiece<T>> Coarser<T>(List<BandPiece<T>> pieces)
        => [.. pieces.GroupBy(piece => (int)(Scale.Left(piece.From) * MostPieces / 100))
            .Select(group => group.MaxBy(piece => piece.Until - piece.From)! with { From = group.First().From, Until = group.Last().Until })];

    private List<BandPiece<T>> Placed<T>(List<BandPiece<T>> pieces)
        => [.. pieces.Select(piece => piece with { Left = Scale.Left(piece.From), Width = Math.Round(Scale.Left(piece.Until) - Scale.Left(piece.From), 3) })];
}
