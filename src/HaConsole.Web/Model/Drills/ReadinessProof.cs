using HaConsole.Engine;
using HaConsole.Engine.Status;

namespace HaConsole.Web.Model.Drills;

/// <summary>One fact of a proof.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Passed">It holds.</param>
/// <param name="Sentence">For people, in the engine's words.</param>
public sealed record ProofFact(string Code, bool Passed, string Sentence);

/// <summary>What speaks for a switch now and what against, without disturbing anything.</summary>
public static class ReadinessProof
{
    /// <summary>Largest difference of the two clocks that is no trouble for reading the events of both, in seconds.</summary>
    private const double MostClockOffset = 2;

    /// <summary>The pre-checks of a dry run with what the snapshot knows beside them.</summary>
    /// <param name="snapshot">What is known.</param>
    /// <param name="target">Server that would take over.</param>
    /// <param name="dryRun">Its outcome; null when it could not be made.</param>
    /// <param name="answer">What the target's <c>mod=FT</c> answered; null when it did not.</param>
    public static IReadOnlyList<ProofFact> Facts(StatusSnapshot snapshot, int target, SwitchOutcome? dryRun, string? answer)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var server = snapshot.Servers.FirstOrDefault(each => each.Server == target) ?? new ServerStatus { Server = target };
        var facts = new List<ProofFact>();
        facts.AddRange((dryRun?.Checks ?? []).Select(check => new ProofFact(check.Code, check.Passed, check.Sentence)));
        void Add(string code, bool passed, string good, string bad)
        {
            if (facts.TrueForAll(fact => fact.Code != code))
            {
                facts.Add(new ProofFact(code, passed, passed ? good : bad));
            }
        }

        Add("dry-run", dryRun is { Succeeded: true }, "The dry run says that a switch would succeed.", dryRun?.Sentence ?? "The dry run could not be made.");
        Add("target-answers", answer == "STANDBY", $"Server #{target} answers STANDBY on its health URL.", $"Server #{target} answers {answer ?? "nothing"} on its health URL instead of STANDBY.");
        Add("paused", !snapshot.Paused, "The automation is not paused.", "The automation is paused: a failure would not be answered.");
        Add("services-known", server.Services.All(service => service.State == "Stopped"), "All managed services of the target are stopped and known.",
            "Not stopped on the target: " + string.Join(", ", server.Services.Where(service => service.State != "Stopped").Select(service => $"{service.Name} ({service.State})")));
        var failed = server.Checks.Where(check => check.Severity == "Critical" && !check.Muted && check.State == "Down").Select(check => check.Name).ToList();
        Add("target-checks", failed.Count == 0, "No critical check of the target fails.", "Critical checks of the target fail: " + string.Join(", ", failed));
        var offset = server.ClockOffsetSeconds is { } seconds ? Math.Abs(seconds) : 0;
        Add("clock-offset", offset <= MostClockOffset, "Both clocks agree.", $"The clocks differ by {offset:0.#} s.");
        Add("two-actives", snapshot.Servers.Count(each => each.Role == "Active") == 1, "Exactly one server is Active.", "Not exactly one server is Active.");
        return facts;
    }
}
