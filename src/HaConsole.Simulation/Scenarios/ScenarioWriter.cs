using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HaConsole.Simulation.Scenarios;

/// <summary>Writes a scenario as a scenario file; what is as by default is left out.</summary>
public static class ScenarioWriter
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>The text of the file.</summary>
    public static string Write(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("name", scenario.Name);
            Seconds(json, "duration", scenario.Duration);
            json.WriteNumber("seed", scenario.Seed);
            json.WriteString("start", scenario.Start == ScenarioStart.BothStarting ? "both-starting" : "server1-active");
            WriteSettings(json, scenario.Settings);
            if (scenario.LoadBalancer is { } balancer)
            {
                json.WriteStartObject("loadBalancer");
                json.WriteString("check", balancer.Check switch { LoadBalancerCheck.Ipsws => "IPSWS", LoadBalancerCheck.Ft => "FT", _ => "NONE" });
                Seconds(json, "interval", balancer.Interval);
                json.WriteNumber("failures", balancer.Failures);
                json.WriteNumber("prefer", balancer.Prefer);
                json.WriteEndObject();
            }

            json.WriteBoolean("witness", scenario.Witness);
            json.WriteStartArray("faults");
            foreach (var fault in scenario.Faults)
            {
                WriteFault(json, fault);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteSettings(Utf8JsonWriter json, ScenarioSettings settings)
    {
        var usual = new ScenarioSettings();
        json.WriteStartObject("settings");
        Seconds(json, "heartbeatInterval", settings.HeartbeatInterval);
        Seconds(json, "heartbeatTimeout", settings.HeartbeatTimeout);
        json.WriteNumber("failuresToSwitch", settings.FailuresToSwitch);
        Flag(json, "enabled", settings.Enabled, usual.Enabled);
        Flag(json, "firstServerAutoRestart", settings.FirstServerAutoRestart, false);
        Flag(json, "switchOnApplicationError", settings.SwitchOnApplicationError, false);
        Flag(json, "testVipDestination", settings.TestVipDestination, false);
        Flag(json, "vipFirst", settings.VipFirst, false);
        Flag(json, "fastConfirmation", settings.FastConfirmation, false);
        Delay(json, "serviceStartDelay", settings.ServiceStartDelay);
        Delay(json, "serviceStopDelay", settings.ServiceStopDelay);
        Delay(json, "frameworkStartDelay", settings.FrameworkStartDelay);
        Delay(json, "latency", settings.Latency);
        json.WriteStartObject("tickPhase");
        Seconds(json, "1", settings.TickPhase(1));
        Seconds(json, "2", settings.TickPhase(2));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFault(Utf8JsonWriter json, Fault fault)
    {
        json.WriteStartObject();
        Seconds(json, "at", fault.At);
        json.WriteString("fault", FaultNames.Of(fault.Kind));
        Number(json, "server", fault.Server);
        Number(json, "from", fault.From);
        Number(json, "to", fault.To);
        if (fault.Kind == FaultKind.Loss)
        {
            json.WriteNumber("percent", fault.Percent);
        }

        Flag(json, "force", fault.Force, false);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, int value)
    {
        if (value != 0)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Flag(Utf8JsonWriter json, string name, bool value, bool usual)
    {
        if (value != usual)
        {
            json.WriteBoolean(name, value);
        }
    }

    private static void Delay(Utf8JsonWriter json, string name, TimeSpan value)
    {
        if (value != TimeSpan.Zero)
        {
            Seconds(json, name, value);
        }
    }

    private static void Seconds(Utf8JsonWriter json, string name, TimeSpan value)
        => json.WriteNumber(name, (decimal)value.Ticks / TimeSpan.TicksPerSecond);
}
