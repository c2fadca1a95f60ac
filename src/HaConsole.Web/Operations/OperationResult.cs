using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Operations;

/// <summary>How an operation ended.</summary>
public enum OperationEnd
{
    /// <summary>Carried out.</summary>
    Done,

    /// <summary>A pre-check or the present state says no; nothing was changed.</summary>
    Refused,

    /// <summary>A value is wrong; nothing was changed.</summary>
    Invalid,

    /// <summary>Somebody else was faster; nothing was changed.</summary>
    Conflict,

    /// <summary>The actor may not do that; nothing was changed.</summary>
    Forbidden,

    /// <summary>Tried and failed.</summary>
    Failed,
}

/// <summary>What came of an operation.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Sentence">For people: what happened, or why not.</param>
public record OperationResult(OperationEnd End, string Sentence)
{
    /// <summary>It was carried out.</summary>
    public bool Succeeded => End == OperationEnd.Done;

    /// <summary>Wrong values and warnings, by configuration key.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; init; } = [];

    /// <summary>Carried out.</summary>
    public static OperationResult Done(string sentence) => new(OperationEnd.Done, sentence);

    /// <summary>Refused.</summary>
    public static OperationResult Refused(string sentence) => new(OperationEnd.Refused, sentence);

    /// <summary>A value is wrong.</summary>
    public static OperationResult Invalid(string sentence) => new(OperationEnd.Invalid, sentence);

    /// <summary>Tried and failed.</summary>
    public static OperationResult Failed(string sentence) => new(OperationEnd.Failed, sentence);
}

/// <summary>An operation that yields something.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Sentence">For people.</param>
/// <param name="Value">What it yields; null when there is nothing.</param>
public sealed record OperationResult<T>(OperationEnd End, string Sentence, T? Value) : OperationResult(End, Sentence)
    where T : class;
