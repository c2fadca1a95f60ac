using HaConsole.Failover;
using HaConsole.Simulation.Model;
using HaConsole.Simulation.Results;

namespace HaConsole.Simulation.Checks;

/// <summary>
/// Watches the invariants I1–I6 while a world lives. A state counts only when it lasts: what begins and ends at the same instant
/// of virtual time has been seen by nobody.
/// </summary>
internal sealed class InvariantChecker(World world, Recorder recorder)
{
    private readonly long[] eligibleSince = new long[3];
    private readonly bool[] eligible = new bool[3];
    private readonly HashSet<string> told = [];
    private readonly Bounds bounds = new(world.Scenario);
    private bool stale = true;
    private bool forced;
    private bool dual;
    private bool none;
    private bool clean;
    private bool twoServices;
    private long noneSince;
    private long cleanSince;
    private long lastOptionalSwitch = long.MinValue / 2;
    private long dualWhileClean;

    private long Now => world.Time.Ticks;

    /// <summary>Time 0 of the scenario: what was before does not count.</summary>
    public void Begin()
    {
        dualWhileClean = 0;
        FaultHappens();
        cleanSince = noneSince = 0;
        none = clean = false;
        lastOptionalSwitch = long.MinValue / 2;
    }

    /// <summary>A role or the services of a server have changed.</summary>
    public void Changed() => stale = true;

    /// <summary>The world around the servers has changed: what must have lasted begins again.</summary>
    public void EnvironmentChanged()
    {
        stale = true;
        eligible[1] = eligible[2] = false;
        clean = false;
    }

    /// <summary>A fault or command of the scenario.</summary>
    public void FaultHappens()
    {
        EnvironmentChanged();
        dualWhileClean = 0;
    }

    /// <summary>An operator overrides the vote: what follows is his, until one server serves by votes again.</summary>
    public void Forced() => forced = true;

    /// <summary>Nothing has changed between two times.</summary>
    public void Lasted(long from, long to)
    {
        if (stale)
        {
            Refresh(from);
        }

        if (twoServices)
        {
            Violated("I1", $"managed services run on both servers although there is a witness (server 1 {Describe(world.One)}, server 2 {Describe(world.Two)})");
        }

        if (dual)
        {
            recorder.DualActive += TimeSpan.FromTicks(to - from);
            CheckTwoActives(from, to);
        }
        else if (none)
        {
            recorder.NoActive += TimeSpan.FromTicks(to - from);
            CheckNoActive(to, 1);
            CheckNoActive(to, 2);
        }
    }

    /// <summary>I3: nobody has given a reason for this change.</summary>
    public void RoleChanged(Server server, int row, string reason)
    {
        // Rows 410 and 420 follow the VIP and "first server auto restart": wanted changes of a healthy pair, with what they bring about.
        if (row is 410 or 420 || (row == 300 && OptionalSwitchIsDue(server)))
        {
            lastOptionalSwitch = Now;
        }

        var explained = Now - lastOptionalSwitch <= bounds.Converge;
        if (clean && !explained && world.Settings.Enabled && Now - cleanSince > bounds.Settle)
        {
            Violated("I3", $"server {server.Number} became {server.State.Role} by row {row} in a healthy pair with a working link: {reason}");
        }
    }

    /// <summary>The end of the scenario: I4, I5 and what else must have come true by then.</summary>
    public void End()
    {
        if (stale)
        {
            Refresh(Now);
        }

        if (!clean || !world.Settings.Enabled || Now - cleanSince <= bounds.Settle || Now - lastOptionalSwitch <= bounds.Converge)
        {
            return;
        }

        var (one, two) = (world.One, world.Two);
        var agreed = (one.State.Role, two.State.Role) is (Role.Active, Role.Standby) or (Role.Standby, Role.Active);
        if (!agreed && !(world.Paused && !dual))
        {
            Violated("I4", $"the servers do not agree on who is Active: server 1 is {one.State.Role}, server 2 is {two.State.Role}");
        }

        CheckAgreement(one, two);
        var active = one.CountsAsActive ? one : two;
        if (agreed && active.Services.State != ServicesState.Running)
        {
            Violated("I2", $"server {active.Number} is Active, but its services are {active.Services.State}");
        }

        var standby = one.CountsAsActive ? two : one;
        if (agreed && standby.Services.MayRun)
        {
            Violated("I1", $"server {standby.Number} is Standby, but its services are {standby.Services.State}");
        }
    }

    /// <summary>The role is not where the options of the pair want it (a hold or the flap budget may have kept it there for an hour).</summary>
    private bool OptionalSwitchIsDue(Server yields)
    {
        var settings = world.Settings;
        var elsewhere = 3 - yields.Number;
        return (settings.TestVipDestination && world.Vip == elsewhere) || (settings.FirstServerAutoRestart && elsewhere == 1);
    }

    private void CheckAgreement(Server one, Server two)
    {
        if (one.State.HighestEpoch != two.State.HighestEpoch)
        {
            Violated("I4", $"the servers do not agree on the epoch: {one.State.HighestEpoch} and {two.State.HighestEpoch}");
        }

        if (one.Settings.ConfigurationHash != two.Settings.ConfigurationHash)
        {
            Violated("I4", "the servers do not agree on the configuration");
        }

        if (one.State.Controls.Revision != two.State.Controls.Revision)
        {
            Violated("I4", $"the servers do not agree on pause and holds: revisions {one.State.Controls.Revision} and {two.State.Controls.Revision}");
        }

        if (one.Settings.Revision < world.Settings.Revision || two.Settings.Revision < world.Settings.Revision)
        {
            Violated("I5", "a saved configuration is lost");
        }
    }

    private void CheckTwoActives(long from, long to)
    {
        if (clean)
        {
            dualWhileClean += to - from;
            if (dualWhileClean > bounds.TwoActives)
            {
                Violated("I1", $"two Actives for more than {TimeSpan.FromTicks(bounds.TwoActives).TotalSeconds:0.###} s while messages can pass");
            }
        }
    }

    private static string Describe(Server server) => server.Frozen ? "frozen" : server.Exists ? server.State.Role.ToString() : "not running";

    private void CheckNoActive(long to, int number)
    {
        if (eligible[number] && to - Math.Max(noneSince, eligibleSince[number]) > bounds.NoActive)
        {
            Violated("I2", $"no Active for more than {TimeSpan.FromTicks(bounds.NoActive).TotalSeconds:0.###} s although server {number} is well, connected and can win the vote");
        }
    }

    private void Refresh(long now)
    {
        stale = false;
        var (one, two) = (world.One, world.Two);
        dual = one.CountsAsActive && two.CountsAsActive;
        var wasNone = none;
        none = !one.CountsAsActive && !two.CountsAsActive;
        if (none && !wasNone)
        {
            noneSince = now;
        }

        var wasClean = clean;
        clean = one.Runs && two.Runs && one.MonitorWell && two.MonitorWell && world.Loss == 0
            && !one.Isolated && !two.Isolated && !one.CutOff && !two.CutOff;
        if (clean && !wasClean)
        {
            cleanSince = now;
        }

        Eligible(one, two, now);
        Eligible(two, one, now);

        // Whoever is Active on paper: services of a crashed or frozen server serve until the supervisor stops them.
        twoServices = world.Settings is { Witness: true, Enabled: true } && one.Services.Serve && two.Services.Serve
            && !forced;
        forced &= one.State.VoteOverridden || two.State.VoteOverridden || (one.Services.Serve && two.Services.Serve);
        CheckAnswer(one);
        CheckAnswer(two);
    }

    /// <summary>I2: whether a server could serve.</summary>
    private void Eligible(Server server, Server peer, long now)
    {
        var was = eligible[server.Number];
        var linked = peer.Runs && !peer.Isolated && !peer.CutOff && !server.CutOff;
        eligible[server.Number] = server.Runs && server.MonitorWell && !server.Isolated && world.Loss == 0
            && world.Settings.Enabled && !world.Paused
            && (!world.Settings.Witness || !world.Witness.Down || linked);
        if (eligible[server.Number] && !was)
        {
            eligibleSince[server.Number] = now;
        }
    }

    private void CheckAnswer(Server server)
    {
        if (server.Runs && server.State.AnswersActive && server.Services.ToldToStop)
        {
            Violated("I6", $"mod=FT of server {server.Number} answers ACTIVE although its services have been told to stop");
        }
    }

    /// <summary>Each sentence once: the same fault of the rules would fill the list.</summary>
    private void Violated(string invariant, string sentence)
    {
        if (told.Add(sentence))
        {
            recorder.Violated(new Violation(invariant, world.Time, sentence), world);
        }
    }
}
