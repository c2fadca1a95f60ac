namespace HaConsole.Engine.Services;

/// <summary>Something that the supervisor did on its own, for the engine to tell.</summary>
/// <param name="Number">Grows by one; unique as long as the supervisor runs.</param>
/// <param name="Kind">Kind of the event.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Sentence">What, for people.</param>
public sealed record GuardNote(long Number, string Kind, DateTimeOffset At, string Sentence);

/// <summary>What the supervisor did without the engine.</summary>
/// <param name="Notes">The last ones, oldest first; at most <see cref="Most"/>.</param>
/// <param name="Told">Number of the last one that an engine has told.</param>
public sealed record GuardReport(IReadOnlyList<GuardNote> Notes, long Told)
{
    /// <summary>Notes kept: 16.</summary>
    public const int Most = 16;

    /// <summary>Nothing yet.</summary>
    public static GuardReport None { get; } = new([], 0);

    /// <summary>The supervisor stands still (stopped by a signal); seen by the engine, not by itself.</summary>
    public bool SupervisorStopped { get; init; }

    internal GuardReport With(string kind, string sentence, DateTimeOffset at)
        => this with { Notes = [.. Notes.TakeLast(Most - 1), new GuardNote((Notes.Count == 0 ? Told : Notes[^1].Number) + 1, kind, at, sentence)] };
}
