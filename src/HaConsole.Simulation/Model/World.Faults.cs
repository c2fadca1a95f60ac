using HaConsole.Failover;
using HaConsole.Simulation.Scenarios;

namespace HaConsole.Simulation.Model;

/// <summary>What the scenario does to the world.</summary>
internal sealed partial class World
{
    private long commands;

    private void Happen(Fault fault)
    {
        recorder.Note(this, fault.Sentence);
        checker.FaultHappens();
        var server = fault.Server == 2 ? two : one;
        switch (fault.Kind)
        {
            case FaultKind.Crash:
                StopProcess(server);
                break;
            case FaultKind.Restart:
                StopProcess(server);
                Schedule(EventKind.ProcessStart, server, now);
                break;
            case FaultKind.FrameworkDown or FaultKind.FrameworkUp:
                server.FrameworkFails = fault.Kind == FaultKind.FrameworkDown;
                break;
            case FaultKind.ApplicationError or FaultKind.ApplicationOk:
                server.ApplicationFails = fault.Kind == FaultKind.ApplicationError;
                break;
            case FaultKind.Cut or FaultKind.Heal:
                (fault.From == 2 ? two : one).CutOff = fault.Kind == FaultKind.Cut;
                break;
            case FaultKind.Isolate or FaultKind.Reconnect:
                server.Isolated = fault.Kind == FaultKind.Isolate;
                break;
            case FaultKind.Freeze:
                Freeze(server);
                break;
            case FaultKind.Thaw:
                Thaw(server);
                break;
            case FaultKind.Vip:
                Vip = fault.To;
                break;
            case FaultKind.Switch:
                Switch(fault);
                break;
            case FaultKind.Pause or FaultKind.Resume:
                Pause(fault.Kind == FaultKind.Pause);
                break;
            case FaultKind.Loss:
                Loss = fault.Percent / 100;
                break;
            case FaultKind.WitnessDown or FaultKind.WitnessUp:
                Witness.Down = fault.Kind == FaultKind.WitnessDown;
                break;
            case FaultKind.Settings:
                SaveConfiguration(server);
                break;
        }
    }

    private void Freeze(Server server)
    {
        if (!server.Runs)
        {
            return;
        }

        server.Frozen = true;
        server.WakeAt = long.MaxValue;
        Stalled(server);
    }

    private void Thaw(Server server)
    {
        if (!server.Exists || !server.Frozen)
        {
            return;
        }

        server.Frozen = false;
        server.Services.KeptUntil = server.State.Role == Role.Active ? long.MaxValue : server.Services.KeptUntil;
        server.WakeAt = server.State.WakeAt.Ticks;
        foreach (var kept in server.TakeBacklog())
        {
            var item = kept;
            item.At = now;
            if (item.Kind == EventKind.ExchangeArrives)
            {
                item.Generation = NobodyWaits;
            }

            queue.Add(ref item, now);
        }
    }

    /// <summary>As the command line does: the present Active carries it out; without one, the target itself (which refuses unless forced).</summary>
    private void Switch(Fault fault)
    {
        var target = fault.To == 1 ? one : two;
        var peer = Other(target);
        var routed = !fault.Force && peer.CountsAsActive && Reaches(target, peer) ? peer : target;
        if (!routed.Runs)
        {
            recorder.Note(this, $"The command is lost: server {routed.Number} does not run");
            return;
        }

        if (fault.Force)
        {
            checker.Forced();
        }

        Step(routed, NodeInput.Command(Now, Utc, new NodeCommand(fault.Force ? CommandKind.ForcedFailover : CommandKind.Switchover)
        {
            Id = ++commands,
            Target = target.Rank,
        }));
    }

    private void Pause(bool pause)
    {
        var server = one.CountsAsActive || !two.Runs ? one : two;
        if (!server.Runs)
        {
            recorder.Note(this, "The command is lost: no server runs");
            return;
        }

        var control = pause ? new TimedControl("operator", "", Utc, null) : null;
        Step(server, NodeInput.Command(Now, Utc, new NodeCommand(CommandKind.SetControls)
        {
            Id = ++commands,
            Controls = controls => controls with { Pause = control },
        }));
    }
}
