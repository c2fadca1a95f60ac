using HaConsole.Failover;

namespace HaConsole.Simulation.Model;

/// <summary>What the shell of a server does: rounds, exchanges, services, votes.</summary>
internal sealed partial class World
{
    /// <summary>Generation of a message that lay in the sockets of a frozen server: its sender has given up.</summary>
    private const int NobodyWaits = -1;

    private void Handle(ref WorldEvent item)
    {
        if (item.Kind == EventKind.LoadBalancerLooks)
        {
            LoadBalancerLooks();
            return;
        }

        var server = item.Server == 1 ? one : two;
        switch (item.Kind)
        {
            case EventKind.ProcessStart:
                StartProcess(server);
                break;
            case EventKind.ExchangeArrives:
                ExchangeArrives(server, ref item);
                break;
            case EventKind.LeaseAsked:
                LeaseAsked(server, ref item);
                break;
            case EventKind.LeaseReleased:
                ReleaseArrives(server, item);
                break;
            case EventKind.ServicesStopped or EventKind.ServicesStarted:
                OrderEnded(server, item);
                break;
            case EventKind.SupervisorLooks:
                SupervisorLooks(server, item);
                break;
            default:
                if (item.Generation == server.Generation && server.Exists)
                {
                    Input(server, ref item);
                }

                break;
        }
    }

    /// <summary>Something arrives at a process, now or when it goes on.</summary>
    private void Input(Server server, ref WorldEvent item)
    {
        if (server.Frozen)
        {
            server.Keep(item);
            return;
        }

        switch (item.Kind)
        {
            case EventKind.FrameworkUp:
                server.FrameworkStarted = true;
                checker.EnvironmentChanged();
                break;
            case EventKind.LocalLooked:
                Step(server, NodeInput.Local(Now, Utc, item.Facts));
                break;
            case EventKind.ProbeDone:
                var fact = TooLate(item) ? new ProbeFact(ProbeOutcome.NoAnswer, Role.Unknown) : item.Probe;
                checker.Probed(server.Number, fact.Outcome);
                Step(server, NodeInput.Probe(Now, Utc, fact));
                break;
            case EventKind.ExchangeAnswered when !TooLate(item):
                server.ExchangeFailed = false;
                Step(server, NodeInput.ExchangeAnswered(Now, Utc, item.Report!, TimeSpan.FromTicks(item.StartedAt)));
                break;
            case EventKind.ExchangeAnswered or EventKind.ExchangeFailed:
                server.ExchangeFailed = true;
                Step(server, NodeInput.ExchangeFailed(Now, Utc));
                break;
            case EventKind.LinkLost:
                Step(server, NodeInput.LinkLost(Now, Utc));
                break;
            case EventKind.ServicesReport:
                Step(server, NodeInput.Services(Now, Utc, (ServicesState)item.Duration));
                break;
            case EventKind.LeaseAnswered:
                Step(server, item.Duration > 0
                    ? NodeInput.LeaseGranted(Now, Utc, TimeSpan.FromTicks(item.StartedAt), TimeSpan.FromTicks(item.Duration))
                    : NodeInput.LeaseRefused(Now, Utc));
                break;
            case EventKind.ConfigurationAsked:
                PullConfiguration(server);
                break;
        }
    }

    /// <summary>A server that stood still finds its own timeout expired, whatever has arrived meanwhile.</summary>
    private bool TooLate(in WorldEvent item) => now - item.StartedAt > timeout;

    private void CarryOut(Server server, NodeEffect effect)
    {
        switch (effect)
        {
            case NodeEffect.StartRound:
                StartRound(server);
                break;
            case NodeEffect.ExchangeNow:
                StartExchange(server);
                break;
            case NodeEffect.PersistState persist:
                server.Stored = persist.State;
                break;
            case NodeEffect.PersistControls persist:
                server.Controls = persist.Controls;
                break;
            case NodeEffect.SwitchLocal { Component: Component.Services, Role: Role.Active }:
                // From now on the loop renews what may still run of an earlier process.
                server.Services.ToldToStop = false;
                server.Services.KeptUntil = long.MaxValue;
                break;
            case NodeEffect.SwitchLocal { Component: Component.Services }:
                StopServices(server);
                break;
            case NodeEffect.StartServices:
                StartServices(server);
                break;
            case NodeEffect.PullConfiguration:
                Request(EventKind.ConfigurationAsked, server, 2 * latency);
                break;
            case NodeEffect.RequestLease lease:
                AskForLease(server, lease.Duration.Ticks);
                break;
            case NodeEffect.ReleaseLease:
                if (ReachesWitness(server))
                {
                    Request(EventKind.LeaseReleased, server, latency);
                }

                break;
            case NodeEffect.RecordEvent record:
                recorder.Recorded(this, server, record);
                break;
            case NodeEffect.CommandEnded ended:
                recorder.CommandEnded(this, server, ended);
                break;
        }
    }

    private void StartRound(Server server)
    {
        var local = new WorldEvent { Kind = EventKind.LocalLooked, Server = (byte)server.Number, At = now, Generation = server.Generation, Facts = Look(server) };
        queue.Add(ref local, now);
        StartProbe(server);
        StartExchange(server);
    }

    private LocalFacts Look(Server server)
    {
        var vip = VipDestination.Unknown;
        if (settings.TestVipDestination && !server.Isolated && !Lost())
        {
            var there = Vip == server.Number ? server : Other(server);
            var answers = there.Runs && there.FrameworkUp && !there.Isolated;
            vip = !answers ? VipDestination.Unknown
                : ReferenceEquals(there, server) ? VipDestination.Here
                : server.CutOff ? VipDestination.Unknown : VipDestination.Peer;
        }

        return new LocalFacts(
            server.Isolated ? LanState.Down : LanState.Up,
            server.MonitorWell ? SelfHealth.Ok : SelfHealth.Failed,
            vip);
    }

    private void StartProbe(Server server)
    {
        var peer = Other(server);
        var probe = new WorldEvent { Kind = EventKind.ProbeDone, Server = (byte)server.Number, StartedAt = now, Generation = server.Generation };
        if (!Reaches(server, peer) || peer.Frozen || Lost())
        {
            probe.At = now + timeout;
            probe.Probe = new ProbeFact(ProbeOutcome.NoAnswer, Role.Unknown);
        }
        else
        {
            probe.At = now + (2 * latency);
            var role = server.ExchangeFailed ? (peer.Runs && rules.AnswersActive(in peer.State) ? Role.Active : Role.Standby) : Role.Unknown;
            probe.Probe = !peer.Exists || !peer.FrameworkUp ? new ProbeFact(ProbeOutcome.NoAnswer, Role.Unknown)
                : peer.MonitorWell ? new ProbeFact(ProbeOutcome.Success, role)
                : new ProbeFact(ProbeOutcome.Unhealthy, role);
        }

        queue.Add(ref probe, now);
    }

    private void StartExchange(Server server)
    {
        server.Said = rules.Report(in server.State, server.Settings, Now, server.Said);
        var peer = Other(server);
        var item = new WorldEvent { StartedAt = now, Report = server.Said };
        if (!Reaches(server, peer) || Lost())
        {
            Fail(server, ref item, now + timeout);
            return;
        }

        item.Kind = EventKind.ExchangeArrives;
        item.Server = (byte)peer.Number;
        item.At = now + latency;

        // Generation of the asker: an answer to a process that is gone is of no use to anybody.
        item.Generation = server.Generation;
        queue.Add(ref item, now);
    }

    /// <summary>The peer's message arrives; the answer is what the server says of itself afterwards.</summary>
    private void ExchangeArrives(Server server, ref WorldEvent item)
    {
        var asker = Other(server);
        var asked = item.Generation;
        if (asked != NobodyWaits && !Reaches(asker, server))
        {
            FailAsker(asker, ref item, item.StartedAt + timeout, asked);
        }
        else if (!server.Exists)
        {
            FailAsker(asker, ref item, now + latency, asked);
        }
        else if (server.Frozen)
        {
            item.Generation = server.Generation;
            server.Keep(item);
            FailAsker(asker, ref item, item.StartedAt + timeout, asked);
        }
        else
        {
            Step(server, NodeInput.Heard(Now, Utc, item.Report!));
            server.Said = rules.Report(in server.State, server.Settings, Now, server.Said);
            item.Kind = EventKind.ExchangeAnswered;
            item.Server = (byte)asker.Number;
            item.Report = server.Said;
            item.At = now + latency;
            item.Generation = asked;
            queue.Add(ref item, now);
        }
    }

    private void FailAsker(Server asker, ref WorldEvent item, long at, int generation)
    {
        if (asker.Generation == generation)
        {
            Fail(asker, ref item, at);
        }
    }

    private void Fail(Server server, ref WorldEvent item, long at)
    {
        item.Kind = EventKind.ExchangeFailed;
        item.Server = (byte)server.Number;
        item.Generation = server.Generation;
        item.Report = null;
        item.At = at;
        queue.Add(ref item, now);
    }

    private void Request(EventKind kind, Server server, long delay) => Schedule(kind, server, now + delay);

    /// <summary>Whether a connection that <paramref name="from"/> opens arrives at the host of <paramref name="to"/>.</summary>
    private static bool Reaches(Server from, Server to) => !from.Isolated && !to.Isolated && !from.CutOff;

    private bool Lost() => Loss > 0 && random.Chance(Loss);

    private bool ReachesWitness(Server server) => !Witness.Down && !server.Isolated && !Lost();

    private void AskForLease(Server server, long duration)
    {
        var item = new WorldEvent { Kind = EventKind.LeaseAsked, Server = (byte)server.Number, StartedAt = now, Duration = duration, Generation = server.Generation };
        item.At = now + latency;
        if (!ReachesWitness(server))
        {
            item.Kind = EventKind.LeaseAnswered;
            item.Duration = 0;
            item.At = now + timeout;
        }

        queue.Add(ref item, now);
    }

    private void LeaseAsked(Server server, ref WorldEvent item)
    {
        if (!Witness.Ask(server.Number, now, item.Duration))
        {
            item.Duration = 0;
        }

        item.Kind = EventKind.LeaseAnswered;
        item.At = now + latency;
        queue.Add(ref item, now);
    }

    private void ReleaseArrives(Server server, in WorldEvent item)
    {
        if (item.Generation == server.Generation)
        {
            Witness.Release(server.Number);
        }
    }
}
