using HaConsole.Failover;

namespace HaConsole.Simulation.Model;

/// <summary>Processes and managed services.</summary>
internal sealed partial class World
{
    private void StartProcess(Server server)
    {
        server.Generation++;
        server.Exists = true;
        checker.ProcessStarts(server.Number);
        server.Frozen = false;
        server.FrameworkStarted = false;
        server.ExchangeFailed = false;
        server.Said = null;
        server.LastTurn = now;
        server.TakeBacklog();
        server.State = FailoverMachine.Start(server.Rank, server.Stored, server.Controls, server.Settings, Now);
        server.WakeAt = server.State.WakeAt.Ticks;
        var delay = scenario.Settings.FrameworkStartDelay.Ticks;
        server.FrameworkStarted = delay == 0;
        if (delay > 0)
        {
            Schedule(EventKind.FrameworkUp, server, now + delay);
        }

        // The service host says what it finds: after a crash its services may still run.
        Report(server);
        checker.EnvironmentChanged();
        if (now > origin || (now == origin && nextFault > 0))
        {
            _ = recorder.RoleChanged(this, server, server.State.Role, 0, "The process has started");
        }
    }

    private void StopProcess(Server server)
    {
        if (!server.Exists)
        {
            return;
        }

        var stalled = !server.Frozen;
        server.Exists = false;
        server.Frozen = false;
        server.Generation++;
        server.WakeAt = long.MaxValue;
        server.TakeBacklog();
        checker.EnvironmentChanged();
        if (stalled)
        {
            Stalled(server);
        }

        // The kernel of a host that lives closes the connections of a dead process at once.
        var peer = Other(server);
        if (peer.Exists && Reaches(peer, server) && !server.Isolated)
        {
            Request(EventKind.LinkLost, peer, latency);
        }
    }

    /// <summary>
    /// The loop stands still from now on: the supervisor stops the services at the time until which the loop has last renewed them.
    /// With a witness that is never later than the end of the vote that carries the role, less the time to stop them.
    /// </summary>
    private void Stalled(Server server)
    {
        var until = server.LastTurn + settings.FrozenAfter.Ticks;
        if (settings.Witness && server.State is { Role: Role.Active, VoteOverridden: false } state)
        {
            var vote = Math.Max(state.LeaseUntil.Ticks, state.PeerPromiseUntil.Ticks);
            until = Math.Min(until, vote - settings.LongestStop.Ticks);
        }

        // What an earlier process has left, and this one has not renewed, ends when it would have ended anyway.
        until = Math.Min(until, server.Services.KeptUntil);
        server.Services.KeptUntil = until;
        var item = new WorldEvent { Kind = EventKind.SupervisorLooks, Server = (byte)server.Number, At = until, StartedAt = until };
        queue.Add(ref item, now);
    }

    private void SupervisorLooks(Server server, in WorldEvent item)
    {
        if (server.Services.KeptUntil == item.StartedAt && server.Services.MayRun)
        {
            recorder.Note(this, $"Server {server.Number}: nobody has renewed the services, the supervisor stops them");
            StopServices(server);
        }
    }

    private void StopServices(Server server)
    {
        var services = server.Services;
        services.Wanted = false;
        services.ToldToStop = true;
        checker.Changed();
        if (services.State is ServicesState.Stopped)
        {
            Report(server);
            return;
        }

        if (services.State is ServicesState.Stopping)
        {
            return;
        }

        services.Order++;
        services.State = ServicesState.Stopping;
        Report(server);
        End(EventKind.ServicesStopped, server, scenario.Settings.ServiceStopDelay.Ticks);
    }

    private void StartServices(Server server)
    {
        var services = server.Services;
        services.Wanted = true;
        services.KeptUntil = long.MaxValue;
        services.ToldToStop = false;
        checker.Changed();
        if (services.State is ServicesState.Stopping)
        {
            // Started when the stop under way has ended: never two copies.
            return;
        }

        if (services.State is ServicesState.Stopped)
        {
            services.Order++;
            services.State = ServicesState.Starting;
            End(EventKind.ServicesStarted, server, scenario.Settings.ServiceStartDelay.Ticks);
        }

        Report(server);
    }

    private void End(EventKind kind, Server server, long delay)
    {
        var item = new WorldEvent { Kind = kind, Server = (byte)server.Number, At = now + delay, Generation = server.Services.Order };
        queue.Add(ref item, now);
    }

    private void OrderEnded(Server server, in WorldEvent item)
    {
        var services = server.Services;
        if (item.Generation != services.Order)
        {
            return;
        }

        services.State = item.Kind == EventKind.ServicesStopped ? ServicesState.Stopped : ServicesState.Running;
        checker.Changed();
        Report(server);
        if (services.State == ServicesState.Stopped && services.Wanted)
        {
            // The order is older than its lease, which may have begun to run out since.
            var keptUntil = services.KeptUntil;
            StartServices(server);
            services.KeptUntil = keptUntil;
        }
    }

    private void Report(Server server)
    {
        if (server.Exists)
        {
            var item = new WorldEvent
            {
                Kind = EventKind.ServicesReport,
                Server = (byte)server.Number,
                At = now,
                Generation = server.Generation,
                Duration = (long)server.Services.State,
            };
            queue.Add(ref item, now);
        }
    }
}
