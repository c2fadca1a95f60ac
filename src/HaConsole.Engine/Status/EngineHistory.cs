using System.Text.Json.Serialization;

namespace HaConsole.Engine.Status;

/// <summary>One look of an application check.</summary>
/// <param name="AgeSeconds">Seconds before <see cref="EngineHistory.At"/>.</param>
/// <param name="Result"><c>ok</c>, <c>failed</c> or <c>timeout</c>.</param>
/// <param name="LatencySeconds">How long it took.</param>
/// <param name="Detail">What it found.</param>
public sealed record CheckSample(double AgeSeconds, string Result, double LatencySeconds, string Detail);

/// <summary>The last looks of one check, oldest first; at most 60.</summary>
/// <param name="Name">Name of the check.</param>
/// <param name="Samples">Its looks.</param>
public sealed record CheckHistory(string Name, IReadOnlyList<CheckSample> Samples);

/// <summary>One exchange or probe of this server.</summary>
/// <param name="At">When it ended (UTC).</param>
/// <param name="AgeSeconds">Seconds before <see cref="EngineHistory.At"/>.</param>
/// <param name="Kind"><c>link</c> (exchange with the peer), <c>monitor</c> (the peer's monitor URL), <c>lan</c> or <c>vip</c>.</param>
/// <param name="Result"><c>ok</c>, <c>failed</c> or <c>timeout</c>.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Reason">Why it failed, or what it found; short.</param>
public sealed record ProbeSample(DateTimeOffset At, double AgeSeconds, string Kind, string Result, double Seconds, string Reason);

/// <summary>What one server has found lately, in memory and bounded. Not part of the status: pages ask for it when they show it.</summary>
/// <param name="Server">1 or 2.</param>
/// <param name="At">When this was put together (UTC).</param>
/// <param name="Checks">Application checks, in the order of their definition.</param>
/// <param name="Probes">Exchanges and probes, oldest first; at most 120 of each kind.</param>
public sealed record EngineHistory(int Server, DateTimeOffset At, IReadOnlyList<CheckHistory> Checks, IReadOnlyList<ProbeSample> Probes)
{
    /// <summary>How many there were of each kind and result since the process started; empty when a server does not say.</summary>
    public IReadOnlyList<ProbeTotal> Totals { get; init => field = value ?? []; } = [];
}

/// <summary>Exchanges or probes of one kind with the same result.</summary>
/// <param name="Kind">As <see cref="ProbeSample.Kind"/>.</param>
/// <param name="Result">As <see cref="ProbeSample.Result"/>.</param>
/// <param name="Count">How many.</param>
public sealed record ProbeTotal(string Kind, string Result, long Count);

/// <summary>JSON of the history.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EngineHistory))]
public sealed partial class HistoryJson : JsonSerializerContext;
