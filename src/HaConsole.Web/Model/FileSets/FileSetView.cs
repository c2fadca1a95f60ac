using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;

namespace HaConsole.Web.Model.FileSets;

/// <summary>What one server says of its file sets.</summary>
/// <param name="Server">1 or 2.</param>
/// <param name="Sets">Its sets; null when it does not answer.</param>
public sealed record ServerFileSets(int Server, IReadOnlyList<FileSetStatus>? Sets);

/// <summary>A file set on one server.</summary>
/// <param name="Server">1 or 2.</param>
/// <param name="State">A <see cref="FileSetState"/>, or <c>Unknown</c> when the server does not answer or has not the set yet.</param>
/// <param name="Sentence">Why it is so, for people; may be empty.</param>
/// <param name="Since">Since when (UTC, by the clock of that server); null when unknown.</param>
/// <param name="ComparedAt">When everything was compared last.</param>
/// <param name="CompareSeconds">How long that took.</param>
/// <param name="KnownFiles">Files known with their content.</param>
/// <param name="WatchedDirectories">Directories watched for changes; only on the sending server.</param>
public sealed record FileSetPlace(int Server, string State, string Sentence, DateTimeOffset? Since, DateTimeOffset? ComparedAt, double? CompareSeconds, int KnownFiles, int WatchedDirectories);

/// <summary>A file set of the pair: both servers side by side. What pages, API and command line show.</summary>
public sealed record FileSetView
{
    /// <summary>State of a set of which nobody says anything.</summary>
    public const string Unknown = "Unknown";

    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Directory, the same on both servers.</summary>
    public string Path { get; init; } = "";

    /// <summary>Copies by itself.</summary>
    public bool Automatic { get; init; }

    /// <summary>Server that sends: the Active; null when nobody does.</summary>
    public int? Source { get; init; }

    /// <summary>A <see cref="FileSetState"/> as the sending server sees it, or <see cref="Unknown"/>.</summary>
    public string State { get; init; } = Unknown;

    /// <summary>Why it is so, for people; may be empty.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>Since when (UTC).</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When what has failed is tried again (UTC); null when nothing waits for that.</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>Seconds until then, 0 when it is now; null when nothing waits for that.</summary>
    public double? NextTryInSeconds { get; init; }

    /// <summary>When both servers agreed last (UTC): the age of the copy; null: not since the processes run.</summary>
    public DateTimeOffset? AgreedAt { get; init; }

    /// <summary>Seconds since then; null when they have not agreed.</summary>
    public double? AgreedAgeSeconds { get; init; }

    /// <summary>Seconds from the last change to its confirmation by the other server; null when there was none.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>Progress of what runs, or of the last run.</summary>
    public SyncProgress? Progress { get; init; }

    /// <summary>Differences since the last audit or synchronisation.</summary>
    public long DriftCount { get; init; }

    /// <summary>The last of them, at most 1000; those that replaced something say where it is kept.</summary>
    public IReadOnlyList<FileDrift> Drifts { get; init; } = [];

    /// <summary>What could not be copied, at most 1000.</summary>
    public IReadOnlyList<FileProblem> Problems { get; init; } = [];

    /// <summary>The set on each server, #1 first; one entry on a lone server.</summary>
    public IReadOnlyList<FileSetPlace> Servers { get; init; } = [];

    /// <summary>Both servers hold the same as far as is known.</summary>
    public bool IsInSync => State == nameof(FileSetState.InSync);

    /// <summary>Somebody must look: it differs or does not work.</summary>
    public bool IsBad => State is nameof(FileSetState.OutOfSync) or nameof(FileSetState.Failed);

    /// <summary>Everything is compared or copied just now.</summary>
    public bool IsRunning => State is nameof(FileSetState.Auditing) or nameof(FileSetState.Synchronising);
}

/// <summary>All file sets of the pair.</summary>
/// <param name="Sets">In the order of the configuration.</param>
public sealed record FileSetList(IReadOnlyList<FileSetView> Sets);

/// <summary>Views of file sets from what both servers say. Pure.</summary>
public static class FileSetViews
{
    /// <summary>One view for each definition, in the order of the configuration.</summary>
    /// <param name="definitions">The list in force.</param>
    /// <param name="servers">What each server of the pair says, #1 first.</param>
    /// <param name="now">Time (UTC), for ages.</param>
    public static IReadOnlyList<FileSetView> Of(IReadOnlyList<FileSetDefinition> definitions, IReadOnlyList<ServerFileSets> servers, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentNullException.ThrowIfNull(servers);
        return [.. definitions.Select(d => One(d, servers, now))];
    }

    /// <summary>The worst state of all; empty when there are no sets.</summary>
    public static string Worst(IReadOnlyList<FileSetView> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        return sets.Select(s => s.State).MaxBy(Rank) ?? "";
    }

    /// <summary>Higher is worse.</summary>
    private static int Rank(string state) => state switch
    {
        nameof(FileSetState.Failed) => 5,
        nameof(FileSetState.OutOfSync) => 4,
        nameof(FileSetState.Waiting) => 3,
        nameof(FileSetState.InSync) => 0,
        FileSetView.Unknown => 2,
        _ => 1,
    };

    private static FileSetView One(FileSetDefinition definition, IReadOnlyList<ServerFileSets> servers, DateTimeOffset now)
    {
        var places = servers.Select(s => (s.Server, Status: s.Sets?.FirstOrDefault(x => x.Name.Equals(definition.Name, StringComparison.OrdinalIgnoreCase)))).ToList();

        // The sender compares and knows; when it is silent the other one's word is all there is.
        var source = places.Find(p => p.Status?.Side == FileSetSide.Source);
        var status = source.Status ?? places.Select(p => p.Status).OfType<FileSetStatus>().MaxBy(s => Rank(s.State.ToString()));
        var agreed = places.Max(p => p.Status?.AgreedAt);
        return new FileSetView
        {
            Name = definition.Name,
            Path = definition.Path,
            Automatic = definition.Automatic,
            Source = source.Status is null ? null : source.Server,
            State = status?.State.ToString() ?? FileSetView.Unknown,
            Sentence = status?.Sentence ?? "",
            Since = status?.Since,
            NextTryAt = status?.NextTryAt,
            NextTryInSeconds = status?.NextTryAt is { } next ? Math.Round(Math.Max(0, (next - now).TotalSeconds), 1) : null,
            AgreedAt = agreed,
            AgreedAgeSeconds = agreed is { } at ? Math.Round(Math.Max(0, (now - at).TotalSeconds), 1) : null,
            LagSeconds = status?.LagSeconds,
            Progress = status?.Progress,
            DriftCount = status?.DriftCount ?? 0,
            Drifts = status?.Drifts ?? [],
            Problems = [.. places.SelectMany(p => p.Status?.Problems ?? []).DistinctBy(p => (p.Path, p.Code)).OrderBy(p => p.Path, StringComparer.Ordinal)],
            Servers = [.. places.Select(p => Place(p.Server, p.Status))],
        };
    }

    private static FileSetPlace Place(int server, FileSetStatus? status) => status is null
        ? new FileSetPlace(server, FileSetView.Unknown, "", null, null, null, 0, 0)
        : new FileSetPlace(server, status.State.ToString(), status.Sentence, status.Since, status.ComparedAt, status.CompareSeconds, status.KnownFiles, status.WatchedDirectories);
}
