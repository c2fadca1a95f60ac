using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using HaConsole.Engine.Status;

namespace HaConsole.Web.Live;

/// <summary>One probe as a bar shows it.</summary>
/// <param name="Key">Its name, which it keeps while it is shown, so that of sixty only the new ones are sent to a browser.</param>
/// <param name="Look">Class of the style sheet.</param>
/// <param name="Title">What it says when pointed at.</param>
public sealed record ProbeTick(string Key, string Look, string Title);

/// <summary>The probes of a bar, put together once for all pages of a language.</summary>
public sealed class ProbeTicks
{
    private static readonly ConditionalWeakTable<IReadOnlyList<ProbeSample>, ConcurrentDictionary<string, ProbeTicks>> Known = [];

    private ProbeTicks(IReadOnlyList<ProbeSample> samples)
    {
        Dictionary<string, int> same = [];
        List<ProbeTick> ticks = [];
        foreach (var sample in samples)
        {
            var mark = Mark(sample);
            var before = same[mark] = same.GetValueOrDefault(mark) + 1;
            ticks.Add(new ProbeTick($"{mark} {before}", "tick " + sample.Result, Title(sample)));
        }

        All = ticks;
        Signature = string.Join('\n', All.Select(tick => tick.Key));
        WentWell = samples.Count(sample => sample.Result == "ok");
    }

    /// <summary>All, oldest first.</summary>
    public IReadOnlyList<ProbeTick> All { get; }

    /// <summary>Equal for bars that look equal.</summary>
    public string Signature { get; }

    /// <summary>How many of them went well.</summary>
    public int WentWell { get; }

    /// <summary>The ticks of some probes in the language of the one who asks.</summary>
    public static ProbeTicks Of(IReadOnlyList<ProbeSample> samples)
        => Known.GetValue(samples, _ => []).GetOrAdd(CultureInfo.CurrentCulture.Name, (_, all) => new ProbeTicks(all), samples);

    private static string Mark(ProbeSample sample) => string.Create(CultureInfo.InvariantCulture, $"{sample.At.UtcTicks} {sample.Kind} {sample.Result} {sample.Seconds} {sample.Reason}");

    private static string Title(ProbeSample sample)
        => string.Create(CultureInfo.CurrentCulture, $"{sample.At:HH:mm:ss} UTC · {sample.Kind} · {Spoken(sample.Result)} · {sample.Seconds * 1000:0.#} ms {Spoken(sample.Reason)}");
}
