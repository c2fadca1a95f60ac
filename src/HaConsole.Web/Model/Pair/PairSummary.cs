using HaConsole.Engine.Status;

namespace HaConsole.Web.Model.Pair;

/// <summary>How a statement is meant; always shown in word and shape beside its colour.</summary>
public enum Tone
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Works, but somebody should look.</summary>
    Warn,

    /// <summary>Somebody must act.</summary>
    Bad,
}

/// <summary>The three questions of the overview: who is Active, since when, would a switch succeed now.</summary>
/// <param name="Tone">How it is meant.</param>
/// <param name="Who">Text key of the first sentence; <c>{0}</c> is <see cref="Active"/>.</param>
/// <param name="Active">Number of the only Active; 0 when there is none, or two.</param>
/// <param name="Since">Since when it is Active; null when unknown.</param>
/// <param name="Next">Text key of the second sentence; <c>{0}</c> is <see cref="Target"/>.</param>
/// <param name="Target">Server to which a switch would go.</param>
/// <param name="Reasons">Why a switch would not succeed; empty when it would.</param>
public sealed record PairSummary(Tone Tone, string Who, int Active, DateTimeOffset? Since, string Next, int Target, IReadOnlyList<ReasonStatus> Reasons)
{
    /// <summary>Reads it off a snapshot.</summary>
    public static PairSummary Of(StatusSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var actives = snapshot.Servers.Where(server => server.Role == "Active").ToList();
        var active = actives is [var one] ? one : null;
        var target = active is null ? snapshot.Servers.FirstOrDefault(server => server.Local)?.Server ?? 1 : 3 - active.Server;
        var lone = snapshot.Servers.Count < 2;
        var who = actives.Count switch
        {
            0 when !snapshot.Enabled => "who.disabled",
            0 when snapshot.Servers.Any(server => server.Role is "Starting" or "Yielding") => "who.changing",
            0 => "who.none",
            1 => "who.one",
            _ => "who.two",
        };
        var next = lone ? "next.lone"
            : !snapshot.Enabled ? "next.disabled"
            : actives.Count > 1 ? "next.two"
            : snapshot.SwitchWouldSucceed ? active is null ? "next.takeover" : "next.ready"
            : active is null ? "next.none" : "next.not-ready";
        var tone = actives.Count > 1 || (actives.Count == 0 && snapshot.Enabled && who != "who.changing") ? Tone.Bad
            : snapshot.SwitchWouldSucceed && !snapshot.Paused && snapshot.Maintenance.Count == 0 ? Tone.Good
            : Tone.Warn;
        return new PairSummary(tone, who, active?.Server ?? 0, active?.Since, next, target, lone || snapshot.SwitchWouldSucceed ? [] : snapshot.NotReady);
    }
}
