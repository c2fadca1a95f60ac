using HaConsole.Engine.Status;

namespace HaConsole.Web.Model.Checks;

/// <summary>The last looks of a check, as they are drawn and said.</summary>
/// <param name="Samples">Looks, oldest first.</param>
/// <param name="Succeeded">How many succeeded.</param>
/// <param name="LastFailure">When the last one failed (UTC); null when none did.</param>
public sealed record CheckBar(IReadOnlyList<CheckSample> Samples, int Succeeded, DateTimeOffset? LastFailure)
{
    /// <summary>The bar of a check; null when the server has no looks of it.</summary>
    public static CheckBar? Of(EngineHistory? history, string check)
    {
        var samples = history?.Checks.FirstOrDefault(c => c.Name.Equals(check, StringComparison.OrdinalIgnoreCase))?.Samples;
        if (samples is not { Count: > 0 })
        {
            return null;
        }

        var last = samples.LastOrDefault(s => s.Result != "ok");
        return new CheckBar(samples, samples.Count(s => s.Result == "ok"), last is null ? null : history!.At.AddSeconds(-last.AgeSeconds));
    }
}
