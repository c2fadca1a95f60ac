using HaConsole.Engine.FileSets;

namespace HaConsole.Web.Tests.Support;

/// <summary>A file set "uploads" as servers tell of it.</summary>
internal static class FileSetSamples
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>On the Active, equal.</summary>
    public static FileSetStatus Sent { get; } = new() { Name = "uploads", Path = "/srv/uploads", Side = FileSetSide.Source, State = FileSetState.InSync, Since = At, AgreedAt = At, ComparedAt = At, CompareSeconds = 1.5, KnownFiles = 12, WatchedDirectories = 3 };

    /// <summary>On the Standby, equal.</summary>
    public static FileSetStatus Received { get; } = Sent with { Side = FileSetSide.Target, WatchedDirectories = 0 };

    /// <summary>On the Active, with a difference and a problem.</summary>
    public static FileSetStatus Broken { get; } = Sent with
    {
        State = FileSetState.OutOfSync,
        Sentence = "1 things could not be copied.",
        DriftCount = 1,
        Drifts = [new FileDrift("a.txt", DriftKind.Content, "was 3 bytes", At, ".haconsole/recycle/20260301-120000-000/a.txt")],
        Problems = [new FileProblem("b.bin", "no-space", "The disk of the receiving server is full", At)],
    };
}
