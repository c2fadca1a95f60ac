using HaConsole.Engine.Status;

namespace HaConsole.Web.Live;

/// <summary>The last probes of one server, in its own words.</summary>
/// <param name="Samples">Exchanges with the other server and looks at its monitor URL, oldest first; null when they are not known now.</param>
/// <param name="NewestAt">When the newest of the last known ones was made, by this server's clock (UTC); null when none was ever known.</param>
public sealed record KnownProbes(IReadOnlyList<ProbeSample>? Samples, DateTimeOffset? NewestAt);

/// <summary>
/// What each server has probed lately, for all open pages: they are no part of the status, so the other server is asked for its own, at most
/// once in <see cref="Period"/> however many pages are open.
/// </summary>
public sealed class ProbeHistories(ConsoleEngine engine, TimeProvider time)
{
    /// <summary>An answer counts as new for that long.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private const int MostProbes = 60;
    private readonly Lock gate = new();
    private readonly Dictionary<int, (Task<KnownProbes> Answer, long At)> asked = [];

    /// <summary>The probes of a server, 1 or 2.</summary>
    public Task<KnownProbes> OfAsync(int server)
    {
        lock (gate)
        {
            var before = asked.TryGetValue(server, out var look) ? look.Answer : null;
            if (before is null || (before.IsCompleted && time.GetElapsedTime(look.At) >= Period))
            {
                asked[server] = look = (Task.Run(() => AskAsync(server, before)), time.GetTimestamp());
            }

            return look.Answer;
        }
    }

    private async Task<KnownProbes> AskAsync(int server, Task<KnownProbes>? before)
    {
        if (await engine.Engine.HistoryOfAsync(server, CancellationToken.None).ConfigureAwait(false) is not { } history)
        {
            return new KnownProbes(null, before is { IsCompletedSuccessfully: true } ? (await before.ConfigureAwait(false)).NewestAt : null);
        }

        IReadOnlyList<ProbeSample> samples = [.. history.Probes.Where(probe => probe.Kind is "link" or "monitor").TakeLast(MostProbes)];

        // By its age: the other server's clock may be wrong.
        return new KnownProbes(samples, samples.Count > 0 ? time.GetUtcNow().AddSeconds(-samples[^1].AgeSeconds) : null);
    }
}
