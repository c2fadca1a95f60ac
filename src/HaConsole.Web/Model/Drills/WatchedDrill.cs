using HaConsole.Engine.Status;

namespace HaConsole.Web.Model.Drills;

/// <summary>
/// The guide's test procedure (6.1) as a state machine: somebody stops the Active, everything else is seen in the snapshots. Pure:
/// time comes with each snapshot.
/// </summary>
public sealed class WatchedDrill
{
    /// <summary>How long it waits for a person, in seconds.</summary>
    public const double LongestWait = 7200;

    private readonly DrillTimes times;
    private readonly DrillSheet sheet;
    private readonly int from;
    private readonly int to;
    private TimeSpan phaseSince;
    private TimeSpan trouble;
    private bool twoActives;

    /// <summary>Begins with a healthy pair.</summary>
    public WatchedDrill(DrillView start, DrillTimes times, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(times);
        this.times = times;
        (from, to) = (start.From, start.To);
        sheet = new DrillSheet(start,
        [
            new DrillStep("ready", StepState.Passed),
            new DrillStep("stop", StepState.Running),
            new DrillStep("error-shown", StepState.Pending),
            new DrillStep("takeover", StepState.Pending, times.LongestTakeover),
            new DrillStep("services", StepState.Pending, times.Services),
            new DrillStep("return", StepState.Pending),
            new DrillStep("rollback", StepState.Pending, start.From == 1 ? times.Failback : null),
            new DrillStep("healthy", StepState.Pending),
            new DrillStep("one-active", StepState.Pending),
        ]);
        phaseSince = now;
    }

    /// <summary>As it stands.</summary>
    public DrillView View => sheet.View;

    /// <summary>Whether the role is expected to go back by itself.</summary>
    public bool ReturnsByItself => from == 1 && times.Failback is not null;

    /// <summary>A new look at the pair.</summary>
    /// <param name="snapshot">What is known.</param>
    /// <param name="clients">What clients of the health URLs see.</param>
    /// <param name="now">On a clock that only grows.</param>
    /// <param name="at">The wall clock, for the report.</param>
    public void See(StatusSnapshot snapshot, ClientGaps clients, TimeSpan now, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(clients);
        if (sheet.Ended)
        {
            return;
        }

        if (clients.Seen)
        {
            sheet.ClientsSaw(clients.Longest(now).TotalSeconds);
        }

        var (old, @new) = (Server(snapshot, from), Server(snapshot, to));
        twoActives |= old.Role == "Active" && @new.Role == "Active";
        switch (View.Current?.Code)
        {
            case "stop":
                Stopped(snapshot, old, @new, clients, now, at);
                break;
            case "error-shown" or "takeover":
                TakenOver(snapshot, old, @new, now, at);
                break;
            case "services":
                Serving(@new, now);
                break;
            case "return":
                Returned(old, @new, now, at);
                break;
            case "rollback":
                RolledBack(old, @new, now, at);
                break;
            case "healthy":
                Healthy(snapshot, now, at);
                break;
        }
    }

    /// <summary>The role stays where it is.</summary>
    public void Leave()
    {
        if (sheet["rollback"] == StepState.Running)
        {
            sheet.Skip("rollback", "left as it is");
            sheet.Begin("healthy");
        }
    }

    /// <summary>Ends it before its time.</summary>
    public void Close(DrillEnd end, DateTimeOffset at) => sheet.Close(end, at);

    private static ServerStatus Server(StatusSnapshot snapshot, int number) => snapshot.Servers.FirstOrDefault(server => server.Server == number) ?? new ServerStatus { Server = number };

    /// <summary>Not well in any sense that the guide's screen would show as an error, or not the Active any more.</summary>
    private static bool Gone(ServerStatus server) => server.Role != "Active" || server.Health is "Unreachable" or "Unhealthy";

    private void Stopped(StatusSnapshot snapshot, ServerStatus old, ServerStatus @new, ClientGaps clients, TimeSpan now, DateTimeOffset at)
    {
        if (!Gone(old) && snapshot.PeerLink.State == "Connected" && clients.GapSince is null && @new.Role != "Active")
        {
            if ((now - phaseSince).TotalSeconds > LongestWait)
            {
                sheet.Fail("stop", "nothing was stopped");
                sheet.Finish(at);
            }

            return;
        }

        trouble = clients.GapSince is { } gap && gap >= phaseSince ? gap : now;
        sheet.Pass("stop", null, clients.GapSince is null ? $"server #{from}: {old.Status}, {old.Health}" : "no health URL answers ACTIVE any more");
        sheet.Begin("error-shown");
        Next(now);
        TakenOver(snapshot, old, @new, now, at);
    }

    private void TakenOver(StatusSnapshot snapshot, ServerStatus old, ServerStatus @new, TimeSpan now, DateTimeOffset at)
    {
        if (sheet["error-shown"] == StepState.Running && old.Status == "Error" && @new.Role == "Standby")
        {
            sheet.Pass("error-shown", (now - trouble).TotalSeconds, $"#{from} {old.Status}, #{to} {@new.Status}");
            sheet.Begin("takeover");
        }

        if (@new.Role == "Active")
        {
            if (sheet["error-shown"] == StepState.Running)
            {
                sheet.Skip("error-shown", "too quick to be seen");
            }

            sheet.Pass("takeover", (now - trouble).TotalSeconds, snapshot.LastSwitch is { } last && last.Server == to ? last.Sentence : "");
            sheet.Begin("services");
            Next(now);
            Serving(@new, now);
        }
        else if ((now - trouble).TotalSeconds > (2 * times.LongestTakeover) + 60)
        {
            sheet.Fail("takeover", $"server #{to} did not become Active", (now - trouble).TotalSeconds);
            sheet.Finish(at);
        }
        else if (!Gone(old) && snapshot.PeerLink.State == "Connected" && (now - trouble).TotalSeconds > 1)
        {
            sheet.Fail("takeover", $"server #{from} came back before the takeover");
            sheet.Finish(at);
        }
    }

    private void Serving(ServerStatus @new, TimeSpan now)
    {
        var waiting = @new.Services.Where(service => service.State != "Running" && !service.Optional).Select(service => service.Name).ToList();
        var taken = (now - phaseSince).TotalSeconds;
        if (waiting.Count == 0)
        {
            sheet.Pass("services", taken, @new.Services.Count == 0 ? "no managed services" : string.Join(", ", @new.Services.Select(service => service.Name)));
        }
        else if (taken > times.Services + 60)
        {
            sheet.Fail("services", "not running: " + string.Join(", ", waiting), taken);
        }
        else
        {
            return;
        }

        sheet.Begin("return");
        Next(now);
    }

    private void Returned(ServerStatus old, ServerStatus @new, TimeSpan now, DateTimeOffset at)
    {
        if (old.Status != "Error" && old.Health == "Healthy" && old.Role is "Standby" or "Active")
        {
            sheet.Pass("return", null, $"server #{from}: {old.Status}");
            sheet.Begin("rollback");
            Next(now);
            RolledBack(old, @new, now, at);
        }
        else if ((now - phaseSince).TotalSeconds > LongestWait)
        {
            sheet.Fail("return", $"server #{from} was not started again");
            sheet.Finish(at);
        }
    }

    private void RolledBack(ServerStatus old, ServerStatus @new, TimeSpan now, DateTimeOffset at)
    {
        if (old.Role == "Active" && @new.Role == "Standby")
        {
            sheet.Pass("rollback", (now - phaseSince).TotalSeconds);
            sheet.Begin("healthy");
            Next(now);
        }
        else if ((now - phaseSince).TotalSeconds > LongestWait)
        {
            sheet.Fail("rollback", "the role was not given back");
            sheet.Finish(at);
        }
    }

    private void Healthy(StatusSnapshot snapshot, TimeSpan now, DateTimeOffset at)
    {
        if (snapshot.SwitchWouldSucceed)
        {
            sheet.Pass("healthy");
        }
        else if ((now - phaseSince).TotalSeconds > times.LongestTakeover + 120)
        {
            sheet.Fail("healthy", string.Join(" ", snapshot.NotReady.Select(reason => reason.Sentence)));
        }
        else
        {
            return;
        }

        if (twoActives)
        {
            sheet.Fail("one-active", "both servers were Active at once");
        }
        else
        {
            sheet.Pass("one-active");
        }

        sheet.Finish(at);
    }

    private void Next(TimeSpan now) => phaseSince = now;
}
