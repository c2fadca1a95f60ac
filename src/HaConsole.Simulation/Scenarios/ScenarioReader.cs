using System.Globalization;
using System.Text.Json;

namespace HaConsole.Simulation.Scenarios;

/// <summary>
/// Reads a scenario file. Strict: a member that would be ignored silently is a problem, and all problems are told at once.
/// Comments and trailing commas are allowed.
/// </summary>
public static class ScenarioReader
{
    /// <summary>Longest duration: 100 years.</summary>
    private const double LongestDuration = 100.0 * 365 * 86400;

    private const double LongestDelay = 86400;

    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The scenario, or null and every problem of the text.</summary>
    public static Scenario? Read(string json, out IReadOnlyList<ScenarioProblem> problems)
    {
        var found = new List<ScenarioProblem>();
        problems = found;
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            var scenario = ReadScenario(document.RootElement, found);
            return found.Count == 0 ? scenario : null;
        }
        catch (JsonException e)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber + 1}, position {e.BytePositionInLine + 1}");
            found.Add(new("$", $"is not JSON at {where}: {FirstSentence(e.Message)}"));
            return null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape: JSON allows it, but no text can hold it.
            found.Add(new("$", "holds an escape sequence that is no character"));
            return null;
        }
    }

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    private static Scenario ReadScenario(JsonElement root, List<ScenarioProblem> problems)
    {
        var reader = new ObjectReader(root, "$", problems);
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new Scenario { Duration = TimeSpan.Zero };
        }

        var name = reader.Text("name", false) ?? "scenario";
        var duration = reader.Seconds("duration", true, 0, LongestDuration);
        if (duration == TimeSpan.Zero)
        {
            reader.Problem("duration", "must be above 0 seconds");
        }

        var scenario = new Scenario
        {
            Name = name,
            Duration = duration ?? TimeSpan.Zero,
            Seed = reader.Whole("seed", false, 0, long.MaxValue) ?? 1,
            Start = ReadStart(reader),
            Settings = reader.TryGet("settings", false, out var settings) ? ReadSettings(settings, reader.PathOf("settings"), problems) : new(),
            LoadBalancer = reader.TryGet("loadBalancer", false, out var balancer) && balancer.ValueKind != JsonValueKind.Null
                ? ReadLoadBalancer(balancer, reader.PathOf("loadBalancer"), problems)
                : null,
            Witness = reader.Flag("witness", false),
            Faults = reader.TryGet("faults", false, out var faults) ? ReadFaults(faults, reader.PathOf("faults"), duration, problems) : [],
        };
        reader.Finish();
        return scenario;
    }

    private static ScenarioStart ReadStart(ObjectReader reader)
    {
        var text = reader.Text("start", false);
        switch (text)
        {
            case null or "server1-active":
                return ScenarioStart.Server1Active;
            case "both-starting":
                return ScenarioStart.BothStarting;
            default:
                reader.Problem("start", $"\"{text}\" is not known (server1-active, both-starting)");
                return ScenarioStart.Server1Active;
        }
    }

    private static ScenarioSettings ReadSettings(JsonElement element, string path, List<ScenarioProblem> problems)
    {
        var before = problems.Count;
        var reader = new ObjectReader(element, path, problems);
        var fallback = new ScenarioSettings();
        var settings = new ScenarioSettings
        {
            Enabled = reader.Flag("enabled", true),
            HeartbeatInterval = reader.Seconds("heartbeatInterval", false, 0.02, 3600) ?? fallback.HeartbeatInterval,
            HeartbeatTimeout = reader.Seconds("heartbeatTimeout", false, 0.001, 3600) ?? fallback.HeartbeatTimeout,
            FailuresToSwitch = (int)(reader.Whole("failuresToSwitch", false, 1, 100) ?? fallback.FailuresToSwitch),
            FirstServerAutoRestart = reader.Flag("firstServerAutoRestart", false),
            SwitchOnApplicationError = reader.Flag("switchOnApplicationError", false),
            TestVipDestination = reader.Flag("testVipDestination", false),
            VipFirst = reader.Flag("vipFirst", false),
            FastConfirmation = reader.Flag("fastConfirmation", false),
            ServiceStartDelay = reader.Seconds("serviceStartDelay", false, 0, LongestDelay) ?? TimeSpan.Zero,
            ServiceStopDelay = reader.Seconds("serviceStopDelay", false, 0, LongestDelay) ?? TimeSpan.Zero,
            FrameworkStartDelay = reader.Seconds("frameworkStartDelay", false, 0, LongestDelay) ?? TimeSpan.Zero,
            Latency = reader.Seconds("latency", false, 0, 60) ?? TimeSpan.Zero,
        };
        if (reader.TryGet("tickPhase", false, out var phases))
        {
            var phase = new ObjectReader(phases, reader.PathOf("tickPhase"), problems);
            settings = settings with
            {
                TickPhase1 = phase.Seconds("1", false, 0, 3600) ?? TimeSpan.Zero,
                TickPhase2 = phase.Seconds("2", false, 0, 3600),
            };
            phase.Finish();
        }

        reader.Finish();
        if (problems.Count == before || !TimesAreWrong(problems, before, path))
        {
            CheckRelations(settings, reader);
        }

        return settings;
    }

    /// <summary>Relations between times are not worth a word when one of the times is wrong by itself.</summary>
    private static bool TimesAreWrong(List<ScenarioProblem> problems, int from, string path)
        => problems.Skip(from).Any(p => p.Path == path || p.Path == path + ".heartbeatInterval" || p.Path == path + ".heartbeatTimeout" || p.Path == path + ".latency");

    private static void CheckRelations(ScenarioSettings settings, ObjectReader reader)
    {
        if (settings.HeartbeatTimeout >= settings.HeartbeatInterval)
        {
            var name = reader.Has("heartbeatTimeout") || !reader.Has("heartbeatInterval") ? "heartbeatTimeout" : "heartbeatInterval";
            reader.Problem(name, name == "heartbeatTimeout"
                ? $"{Text(settings.HeartbeatTimeout)} must be below heartbeatInterval ({Text(settings.HeartbeatInterval)})"
                : $"{Text(settings.HeartbeatInterval)} must be above heartbeatTimeout ({Text(settings.HeartbeatTimeout)})");
        }

        if (2 * settings.Latency >= settings.HeartbeatTimeout)
        {
            reader.Problem("latency", $"twice {Text(settings.Latency)} must be below heartbeatTimeout ({Text(settings.HeartbeatTimeout)})");
        }
    }

    private static string Text(TimeSpan time) => time.TotalSeconds.ToString("0.#######", CultureInfo.InvariantCulture);

    private static LoadBalancerSettings ReadLoadBalancer(JsonElement element, string path, List<ScenarioProblem> problems)
    {
        var reader = new ObjectReader(element, path, problems);
        var fallback = new LoadBalancerSettings();
        var check = reader.Text("check", false);
        if (check is not (null or "NONE" or "IPSWS" or "FT"))
        {
            reader.Problem("check", $"\"{check}\" is not known (NONE, IPSWS, FT)");
        }

        var settings = new LoadBalancerSettings
        {
            Check = check switch { "IPSWS" => LoadBalancerCheck.Ipsws, "FT" => LoadBalancerCheck.Ft, _ => LoadBalancerCheck.None },
            Interval = reader.Seconds("interval", false, 0.02, 3600) ?? fallback.Interval,
            Failures = (int)(reader.Whole("failures", false, 1, 100) ?? fallback.Failures),
            Prefer = reader.Has("prefer") ? reader.Server("prefer") : 1,
        };
        reader.Allow("prefer");
        reader.Finish();
        return settings;
    }

    private static List<Fault> ReadFaults(JsonElement element, string path, TimeSpan? duration, List<ScenarioProblem> problems)
    {
        var faults = new List<Fault>();
        if (element.ValueKind != JsonValueKind.Array)
        {
            problems.Add(new(path, $"must be a list, not {ObjectReader.Describe(element)}"));
            return faults;
        }

        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            var itemPath = string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]");
            if (item.ValueKind != JsonValueKind.Object)
            {
                problems.Add(new(itemPath, $"must be an object, not {ObjectReader.Describe(item)}"));
            }
            else if (ReadFault(item, itemPath, duration, problems) is { } fault)
            {
                faults.Add(fault);
            }
        }

        return faults;
    }

    private static Fault? ReadFault(JsonElement item, string path, TimeSpan? duration, List<ScenarioProblem> problems)
    {
        var reader = new ObjectReader(item, path, problems);
        var at = reader.Seconds("at", true, 0, LongestDuration);
        if (at > duration)
        {
            reader.Problem("at", $"{Text(at.Value)} is beyond the duration ({Text(duration.Value)})");
        }

        var name = reader.Text("fault", true);
        if (name is null)
        {
            return null;
        }

        if (!FaultNames.TryFind(name, out var kind, out var members))
        {
            reader.Problem("fault", $"\"{name}\" is not a known fault ({FaultNames.All})");
            return null;
        }

        var fault = new Fault(at ?? TimeSpan.Zero, kind)
        {
            Server = members.Contains("server") ? reader.Server("server") : 0,
            From = members.Contains("from") ? reader.Server("from") : 0,
            To = members.Contains("to") ? reader.Server("to") : 0,
            Percent = members.Contains("percent") ? reader.Number("percent", true, 0, 100, " (percent)") ?? 0 : 0,
            Force = members.Contains("force") && reader.Flag("force", false),
        };
        if (fault.From != 0 && fault.From == fault.To)
        {
            reader.Problem("to", "must be the other server than \"from\"");
        }

        reader.Finish();
        return fault;
    }
}
