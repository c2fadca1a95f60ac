using HaConsole.Failover;
using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;

namespace HaConsole.Simulation.Checks;

/// <summary>
/// Watches the invariants I1–I6 over a sequence of facts about a world. A state counts only when it lasts: what begins and ends at
/// the same instant of virtual time has been seen by nobody. All times are ticks of virtual time.
/// </summary>
/// <param name="scenario">Says what the pair is set to.</param>
/// <param name="violated">Takes what does not hold.</param>
internal sealed class InvariantChecker(Scenario scenario, Action<Violation> violated)
{
    private readonly FailoverSettings settings = scenario.ToFailoverSettings();
    private readonly Bounds bounds = new(scenario);
    private readonly long[] eligibleSince = new long[3];
    private readonly bool[] eligible = new bool[3];
    private readonly long[] offLanSince = new long[3];
    private readonly bool[] activeOffLan = new bool[3];
    private readonly int[] probesFailed = new int[3];
    private readonly Epoch[] activeIn = new Epoch[3];
    private readonly bool[] overridden = new bool[3];
    private readonly HashSet<string> told = [];
    private WorldFacts facts;
    private bool forced;
    private bool dual;
    private bool none;
    private bool clean;
    private bool twoServices;
    private bool stretch;
    private long stretchSince;
    private long noneSince;
    private long cleanSince;
    private long lastOptionalSwitch = long.MinValue / 2;
    private long dualWhileLinked;

    /// <summary>Something has changed: the facts must be seen again before time goes on.</summary>
    public bool Stale { get; private set; } = true;

    /// <summary>Ticks during which both servers were Active.</summary>
    public long DualActive { get; private set; }

    /// <summary>Ticks during which no server was Active.</summary>
    public long NoActive { get; private set; }

    /// <summary>Time 0 of the scenario: what was before does not count.</summary>
    public void Begin()
    {
        FaultHappens();
        cleanSince = noneSince = 0;
        none = false;
        lastOptionalSwitch = long.MinValue / 2;
    }

    /// <summary>A role or the services of a server have changed.</summary>
    public void Changed() => Stale = true;

    /// <summary>The world around the servers has changed: what must have lasted begins again.</summary>
    public void EnvironmentChanged()
    {
        Stale = true;
        eligible[1] = eligible[2] = false;
        activeOffLan[1] = activeOffLan[2] = false;
        clean = false;
    }

    /// <summary>A fault or command of the scenario.</summary>
    public void FaultHappens()
    {
        EnvironmentChanged();
        dualWhileLinked = 0;
        stretch = false;
    }

    /// <summary>An operator overrides the vote: what follows is his, until one server serves by votes again.</summary>
    public void Forced() => forced = true;

    /// <summary>The process of a server starts.</summary>
    public void ProcessStarts(int server) => probesFailed[server] = 0;

    /// <summary>A server learns the outcome of one of its probes.</summary>
    public void Probed(int server, ProbeOutcome outcome) => probesFailed[server] = outcome == ProbeOutcome.Success ? 0 : probesFailed[server] + 1;

    /// <summary>How the world is from <paramref name="at"/> on.</summary>
    public void See(long at, in WorldFacts seen)
    {
        Stale = false;
        facts = seen;
        dual = seen.One.CountsAsActive && seen.Two.CountsAsActive;
        Start(ref none, ref noneSince, !seen.One.CountsAsActive && !seen.Two.CountsAsActive, at);
        Start(ref clean, ref cleanSince, seen.Clean, at);

        // A lasting one-way cut may bring two Actives again and again: each stretch counts for itself. With the VIP test on, row 400 of the
        // server that is cut off and the rows that follow the VIP work against each other, and nothing is promised.
        var oneWay = dual && seen.LinkedOneWay && !seen.Linked && !settings.TestVipDestination;
        Start(ref stretch, ref stretchSince, oneWay, at);
        for (var server = 1; server <= 2; server++)
        {
            var own = Of(server);
            Start(ref eligible[server], ref eligibleSince[server], CouldServe(own, Of(3 - server)), at);
            Start(ref activeOffLan[server], ref offLanSince[server], own.CountsAsActive && own.Isolated, at);
            if (own.Runs && own.AnswersActive && own.ToldToStop)
            {
                Violated("I6", at, $"mod=FT of server {server} answers ACTIVE although its services have been told to stop");
            }
        }

        // Whoever is Active on paper: services of a crashed or frozen server serve until the supervisor stops them.
        var bothServe = seen.One.Serves && seen.Two.Serves;
        twoServices = settings is { Witness: true, Enabled: true } && bothServe && !forced;
        overridden[1] = ServesByForce(seen.One, overridden[1]);
        overridden[2] = ServesByForce(seen.Two, overridden[2]);
        forced &= overridden[1] || overridden[2] || bothServe;
    }

    /// <summary>Nothing has changed between two times.</summary>
    public void Lasted(long from, long to)
    {
        if (twoServices)
        {
            Violated("I1", from, $"managed services run on both servers although there is a witness (server 1 {facts.One.Seen}, server 2 {facts.Two.Seen})");
        }

        if (dual)
        {
            DualActive += to - from;
            CheckTwoActives(from, to);
        }
        else if (none)
        {
            NoActive += to - from;
            CheckNoActive(to, 1);
            CheckNoActive(to, 2);
        }
    }

    /// <summary>A server becomes Active, now or before time 0: an epoch is never used twice by the same server.</summary>
    public void Activated(long at, int server, Epoch epoch)
    {
        if (epoch <= activeIn[server])
        {
            Violated("I4", at, $"server {server} became Active in epoch {epoch} although it had been Active in epoch {activeIn[server]} before");
        }

        activeIn[server] = Epoch.Max(epoch, activeIn[server]);
    }

    /// <summary>I3: nobody has given a reason for this change.</summary>
    public void RoleChanged(RoleChange change, int vip)
    {
        ArgumentNullException.ThrowIfNull(change);
        var at = change.At.Ticks;
        var failed = probesFailed[change.Server];
        if (change.Row == 400 && failed < settings.FailuresToSwitch)
        {
            Violated("I3", at, $"server {change.Server} took over after {failed} failed probes in a row, {settings.FailuresToSwitch} are needed");
        }

        if (IsWanted(change, vip))
        {
            lastOptionalSwitch = at;
        }
        else if (change.Row is 410 or 420)
        {
            Violated("I3", at, $"server {change.Server} became {change.Role} by row {change.Row} although that option is off");
        }

        var explained = at - lastOptionalSwitch <= bounds.Converge;
        if (clean && !explained && settings.Enabled && at - cleanSince > bounds.Settle)
        {
            Violated("I3", at, $"server {change.Server} became {change.Role} by row {change.Row} in a healthy pair with a working link: {change.Reason}");
        }
    }

    /// <summary>The end of the scenario: I4, I5 and what else must have come true by then.</summary>
    /// <param name="at">Now.</param>
    /// <param name="saved">Newest configuration that an operator was told is saved.</param>
    /// <param name="controls">Newest pause and holds that were set.</param>
    public void End(long at, Revision saved, Revision controls)
    {
        if (!clean || !settings.Enabled || at - cleanSince <= bounds.Settle || at - lastOptionalSwitch <= bounds.Converge)
        {
            return;
        }

        var (one, two) = (facts.One, facts.Two);
        var agreed = (one.Role, two.Role) is (Role.Active, Role.Standby) or (Role.Standby, Role.Active);
        if (!agreed && !(facts.Paused && !dual))
        {
            Violated("I4", at, $"the servers do not agree on who is Active: server 1 is {one.Role}, server 2 is {two.Role}");
        }

        CheckAgreement(at, saved, controls);
        var active = one.CountsAsActive ? 1 : 2;
        if (agreed && Of(active).Services != ServicesState.Running)
        {
            Violated("I2", at, $"server {active} is Active, but its services are {Of(active).Services}");
        }

        if (agreed && Of(3 - active).MayServe)
        {
            Violated("I1", at, $"server {3 - active} is Standby, but its services are {Of(3 - active).Services}");
        }
    }

    /// <summary>Services that a forced failover has started stay the operator's when the process restarts, until they stop or the vote is won.</summary>
    private static bool ServesByForce(in ServerFacts server, bool before)
        => (server.Exists && server.VoteOverridden) || (before && server.MayServe && !server.CountsAsActive);

    private ServerFacts Of(int server) => server == 1 ? facts.One : facts.Two;

    private static void Start(ref bool state, ref long since, bool holds, long at)
    {
        if (holds && !state)
        {
            since = at;
        }

        state = holds;
    }

    /// <summary>
    /// Rows 410 and 420 follow the VIP and "first server auto restart": wanted changes of a healthy pair, with what they bring about. A
    /// hand-over is one of them when the role is not where those options want it (a hold or the flap budget may have kept it there).
    /// </summary>
    private bool IsWanted(RoleChange change, int vip)
    {
        var elsewhere = 3 - change.Server;
        return change.Row switch
        {
            410 => settings.TestVipDestination,
            420 => settings.FirstServerAutoRestart,
            300 => (settings.TestVipDestination && vip == elsewhere) || (settings.FirstServerAutoRestart && elsewhere == 1),
            _ => false,
        };
    }

    private void CheckAgreement(long at, Revision saved, Revision controls)
    {
        var (one, two) = (facts.One, facts.Two);
        if (one.HighestEpoch != two.HighestEpoch)
        {
            Violated("I4", at, $"the servers do not agree on the epoch: {one.HighestEpoch} and {two.HighestEpoch}");
        }

        if (one.ConfigurationHash != two.ConfigurationHash)
        {
            Violated("I4", at, $"the servers do not agree on the configuration: revisions {one.Configuration} and {two.Configuration}");
        }

        if (one.Controls != two.Controls)
        {
            Violated("I4", at, $"the servers do not agree on pause and holds: revisions {one.Controls} and {two.Controls}");
        }

        if (one.Configuration < saved || two.Configuration < saved)
        {
            Violated("I5", at, $"the saved configuration {saved} is lost: revisions {one.Configuration} and {two.Configuration} are in force");
        }

        if (one.Controls < controls || two.Controls < controls)
        {
            Violated("I5", at, $"pause and holds {controls} are lost: revisions {one.Controls} and {two.Controls} are in force");
        }
    }

    private void CheckTwoActives(long from, long to)
    {
        if (facts.Linked)
        {
            dualWhileLinked += to - from;
            if (dualWhileLinked > bounds.TwoActives)
            {
                Violated("I1", to - (dualWhileLinked - bounds.TwoActives), $"two Actives for more than {Seconds(bounds.TwoActives)} s while messages can pass");
            }
        }

        if (stretch && to - stretchSince > bounds.TwoActives)
        {
            Violated("I1", stretchSince + bounds.TwoActives, $"two Actives at a stretch for more than {Seconds(bounds.TwoActives)} s although one of them reaches the other");
        }

        for (var server = 1; server <= 2; server++)
        {
            if (activeOffLan[server] && settings.Enabled && to - offLanSince[server] > bounds.OffLan)
            {
                Violated("I1", offLanSince[server] + bounds.OffLan, $"two Actives although server {server} has been off the LAN for more than {Seconds(bounds.OffLan)} s");
            }
        }
    }

    private void CheckNoActive(long to, int server)
    {
        var until = Math.Max(noneSince, eligibleSince[server]) + bounds.NoActive;
        if (eligible[server] && to > until)
        {
            Violated("I2", until, $"no Active for more than {Seconds(bounds.NoActive)} s although server {server} is well, connected and can win the vote");
        }
    }

    /// <summary>I2: whether a server could serve.</summary>
    private bool CouldServe(in ServerFacts server, in ServerFacts peer)
    {
        var linked = peer.Runs && !peer.Isolated && !peer.CutOff && !server.CutOff;
        return server.Runs && server.MonitorWell && !server.Isolated && !facts.Lossy
            && settings.Enabled && !facts.Paused
            && (!settings.Witness || !facts.WitnessDown || linked);
    }

    private static string Seconds(long ticks) => FormattableString.Invariant($"{TimeSpan.FromTicks(ticks).TotalSeconds:0.###}");

    /// <summary>Each sentence once: the same fault of the rules would fill the list.</summary>
    private void Violated(string invariant, long at, string sentence)
    {
        if (told.Add(sentence))
        {
            violated(new Violation(invariant, TimeSpan.FromTicks(at), sentence));
        }
    }
}
