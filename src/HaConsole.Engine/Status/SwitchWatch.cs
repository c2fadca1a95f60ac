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
    private string sentence = "";

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

    /// <summary>Why the role changed, as recorded just before <see cref="RoleIs"/>.</summary>
    public void Recorded(HaEvent entry)
    {
        if (entry.Kind == "role-changed")
        {
            lock (gate)
            {
                sentence = entry.Sentence;
            }
        }
    }

    public void RoleIs(NodeStateBox box)
    {
        lock (gate)
        {
            var state = box.State;
            if (state.Role == Role.Active && role != Role.Active)
            {
                startedAt = troubleSince ?? box.At;
                last = new LastSwitchStatus(clock.Utc, state.Rank.Number(), state.RoleRow, sentence, null);
            }
            else if (state.Role != Role.Active && state.Peer is { Role: Role.Active } peer && (last is null || last.Server != peer.Rank.Number()))
            {
                last = new LastSwitchStatus(clock.Utc, peer.Rank.Number(), 0, "The peer is Active.", null);
            }

            troubleSince = state.Counters.PeerFail == 0 || state.Role == Role.Active ? null : troubleSince ?? box.At;
            role = state.Role;
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
