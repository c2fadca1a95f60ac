using HaConsole.Engine.Journal;
using HaConsole.Engine.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Status;

/// <summary>Measures a switch: from the first sign of trouble (or the yield) to running services on the new Active.</summary>
internal sealed class SwitchWatch(EngineClock clock)
{
    private readonly Lock gate = new();
    private Role role = Role.Starting;
    private TimeSpan? troubleSince;
    private TimeSpan? startedAt;
    private LastSwitchStatus? last;

    public LastSwitchStatus? Last
    {
        get
        {
            lock (gate)
            {
                return last;
            }
        }
    }

    /// <summary>The state after a step, before its effects are carried out.</summary>
    public void Turned(NodeStateBox box)
    {
        lock (gate)
        {
            var state = box.State;
            if (state.Role == Role.Active && role != Role.Active)
            {
                startedAt = troubleSince ?? box.At;
                last = new LastSwitchStatus(clock.Utc, state.Rank.Number(), state.RoleRow, "", null);
            }
            else if (state.Role != Role.Active && state.Peer is { Role: Role.Active } peer && (last is null || last.Server != peer.Rank.Number()))
            {
                last = new LastSwitchStatus(clock.Utc, peer.Rank.Number(), 0, "The peer is Active.", null);
            }

            startedAt = state.Role == Role.Active ? startedAt : null;
            troubleSince = state.Counters.PeerFail == 0 || state.Role == Role.Active ? null : troubleSince ?? box.At;
            role = state.Role;
        }
    }

    /// <summary>Why the role changed, as recorded by the step that <see cref="Turned"/> was told of.</summary>
    public void Recorded(HaEvent entry)
    {
        lock (gate)
        {
            if (entry.Kind == "role-changed" && last is { Sentence: "" })
            {
                last = last with { Sentence = entry.Sentence };
            }
        }
    }

    public void ServicesAre(ServicesState services)
    {
        lock (gate)
        {
            if (services == ServicesState.Running && startedAt is { } started && last is not null)
            {
                last = last with { MeasuredSeconds = Math.Round((clock.Now - started).TotalSeconds, 3) };
                startedAt = null;
            }
        }
    }
}
