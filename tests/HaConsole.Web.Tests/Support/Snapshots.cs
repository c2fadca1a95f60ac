using HaConsole.Engine.Status;

namespace HaConsole.Web.Tests.Support;

/// <summary>Pairs in typical states.</summary>
internal static class Snapshots
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    public static StatusSnapshot Healthy() => new()
    {
        Version = 1287,
        At = Now,
        Enabled = true,
        Servers =
        [
            new ServerStatus
            {
                Server = 1, Address = "10.1.1.1", Local = true, Role = "Active", Status = "Active (Primary)", Health = "Healthy", Epoch = 7,
                Since = Now.AddHours(-76), AgeSeconds = 0, SettingsRevision = "7.12.1", SettingsHash = "ab12", SoftwareVersion = "0.1.0", ProcessId = 4711,
                Services = [new ServiceInfo("cti", "Running", 0, 4712), new ServiceInfo("recorder", "Running", 2, 4713, "restarted by the watchdog 3 h ago")],
                Checks = [new CheckInfo("web", "Attendant console", "Ok", "Critical"), new CheckInfo("ldap", "Directory", "Ok", "Warning")],
            },
            new ServerStatus
            {
                Server = 2, Address = "10.1.1.2", Role = "Standby", Status = "Standby (Backup)", Health = "Healthy", Epoch = 6,
                Since = Now.AddHours(-76), AgeSeconds = 0.2, SettingsRevision = "7.12.1", SettingsHash = "ab12", SoftwareVersion = "0.1.0",
                ClockOffsetSeconds = 0.001,
                Services = [new ServiceInfo("cti", "Stopped", 0), new ServiceInfo("recorder", "Stopped", 0)],
                Checks = [new CheckInfo("web", "Attendant console", "Ok", "Critical")],
            },
        ],
        SwitchWouldSucceed = true,
        Rules =
        [
            new RuleStatus(200, "6.3.4", false, "Isolated Active goes Standby: the LAN is up.", 0, 5, null),
            new RuleStatus(220, "6.3.3", false, "Dual Active: the other server is Standby.", 0, 5, null),
            new RuleStatus(310, "–", false, "Pair paused: it is not.", null, null, null),
            new RuleStatus(400, "6.3.1", false, "Failover: this server is Active already.", 0, 5, null),
        ],
        Lan = "Up",
        Vip = "Here",
        PeerLink = new PeerLinkInfo("Connected", 0.0004, ""),
        LastSwitch = new LastSwitchStatus(Now.AddHours(-76), 1, 300, "Switch over by admin: back after the update.", 0.84),
    };

    public static StatusSnapshot PeerLost()
    {
        var healthy = Healthy();
        return healthy with
        {
            Version = 1300,
            SwitchWouldSucceed = false,
            NotReady = [new ReasonStatus("peer-unreachable", "Server #2 has not answered for 94 s.")],
            Servers =
            [
                healthy.Servers[0] with { Role = "Standby", Status = "Standby (Backup)", Server = 1, Since = Now.AddMinutes(-10), Health = "Unhealthy", Checks = [new CheckInfo("web", "Attendant console", "Failed", "Critical", "GET http://127.0.0.1:8000/ <refused>")], Services = [new ServiceInfo("cti", "Stopped", 0)] },
                healthy.Servers[1] with { Role = "Unknown", Status = "Error", Health = "Unreachable", AgeSeconds = 94, Since = null, Services = [], Checks = [], ClockOffsetSeconds = null },
            ],
            Rules =
            [
                new RuleStatus(200, "6.3.4", false, "Isolated Active goes Standby: this server is Standby.", 0, 5, null),
                new RuleStatus(310, "–", false, "Pair paused: it is not.", null, null, null),
                new RuleStatus(400, "6.3.1", false, "Failover to this server: 3 of 5 failed probes, and its own check web fails.", 3, 5, 61),
                new RuleStatus(420, "6.3.2", false, "Failback to server #1: a hold is set.", null, null, null),
            ],
            Hold = new ControlStatus(null, "admin", "after the update of #2", Now.AddHours(-2), Now.AddHours(22)),
            Maintenance = [new ControlStatus(2, "admin", "", Now.AddHours(-1), null)],
            PeerLink = new PeerLinkInfo("Disconnected", null, "connection refused by 10.1.1.2:2011"),
            Alarms = [new ReasonStatus("no-active", "No server is Active."), new ReasonStatus("peer-lost", "Server #2 is lost since 09:58:26.")],
        };
    }

    public static StatusSnapshot TwoActives()
    {
        var healthy = Healthy();
        return healthy with { Servers = [healthy.Servers[0], healthy.Servers[1] with { Role = "Active" }], SwitchWouldSucceed = false, Alarms = [new ReasonStatus("two-actives", "Both servers are Active.")] };
    }

    public static StatusSnapshot Paused() => Healthy() with { Paused = true, Pause = new ControlStatus(null, "otto", "disk change", Now.AddMinutes(-5), Now.AddMinutes(55)) };

    public static StatusSnapshot InMaintenance()
    {
        var healthy = Healthy();
        return healthy with
        {
            SwitchWouldSucceed = false,
            NotReady = [new ReasonStatus("target-maintenance", "Server #2 is in maintenance.")],
            Maintenance = [new ControlStatus(2, "otto", "new memory", Now.AddMinutes(-5), Now.AddMinutes(55))],
        };
    }

    public static StatusSnapshot Held()
    {
        var healthy = Healthy();
        return healthy with
        {
            Servers = [healthy.Servers[0] with { Role = "Standby", Status = "Standby (Backup)" }, healthy.Servers[1] with { Role = "Active", Status = "Active (Primary)" }],
            Hold = new ControlStatus(null, "anna", "after the switch", Now.AddHours(-1), Now.AddHours(23)),
        };
    }

    public static StatusSnapshot Starting()
    {
        var healthy = Healthy();
        return healthy with
        {
            SwitchWouldSucceed = false,
            NotReady = [new ReasonStatus("target-starting", "Server #1 is still starting.")],
            Servers = [healthy.Servers[0] with { Role = "Starting", Status = "Standby (Backup)", Since = Now }, healthy.Servers[1]],
        };
    }

    public static StatusSnapshot NoActive()
    {
        var healthy = Healthy();
        return healthy with
        {
            Servers = [healthy.Servers[0] with { Role = "Standby", Status = "Standby (Backup)" }, healthy.Servers[1]],
            Alarms = [new ReasonStatus("no-active", "No server is known to be Active.")],
        };
    }

    public static StatusSnapshot Conflict()
    {
        var healthy = Healthy();
        return healthy with
        {
            SwitchWouldSucceed = false,
            NotReady = [new ReasonStatus("configuration-out-of-sync", "The configurations differ (revision 7.12.1 here, 7.12.2 there).")],
            Servers = [healthy.Servers[0], healthy.Servers[1] with { SettingsRevision = "7.12.2", SettingsHash = "cd34" }],
            ConfigurationOnPeer = new ConfigurationOnPeer("different", Now.AddMinutes(-3)),
            Alarms = [new ReasonStatus("out-of-sync", "The configurations of the two servers differ.")],
        };
    }
}
