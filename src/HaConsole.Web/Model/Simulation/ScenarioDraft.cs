using System.Globalization;
using System.Text;
using System.Text.Json;
using HaConsole.Simulation.Scenarios;

namespace HaConsole.Web.Model.Simulation;

/// <summary>One fault in the editor.</summary>
public sealed class FaultDraft
{
    /// <summary>Stays with the fault while it moves, so that the focus does too.</summary>
    public required int Id { get; init; }

    /// <summary>When, as typed.</summary>
    public string At { get; set; } = "0";

    /// <summary>What happens.</summary>
    public FaultKind Kind { get; set; }

    /// <summary>The server that it happens to, that opens the connections that are cut, or that is wanted. 1 or 2.</summary>
    public int Server { get; set; } = 1;

    /// <summary>Loss: percent, as typed.</summary>
    public string Percent { get; set; } = "20";

    /// <summary>Switch: forced.</summary>
    public bool Force { get; set; }

    /// <summary>Whether the kind concerns one of the servers.</summary>
    public bool HasServer => FaultNames.MembersOf(Kind).Any(member => member is "server" or "from" or "to");
}

/// <summary>
/// A scenario in the editor: texts as they were typed. What is wrong with them is found by the reader of scenario files, so that the
/// page, the link and the command line accept and refuse the same.
/// </summary>
public sealed class ScenarioDraft
{
    /// <summary>Most faults that the console takes.</summary>
    public const int MostFaults = 100;

    /// <summary>Longest title, in characters.</summary>
    public const int LongestName = 200;

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n" };
    private int lastId;

    /// <summary>Title.</summary>
    public string Name { get; set; } = "scenario";

    /// <summary>Simulated time, as typed.</summary>
    public string Duration { get; set; } = "3600";

    /// <summary>Seed of everything random, as typed.</summary>
    public string Seed { get; set; } = "1";

    /// <summary>Both processes start at the beginning, instead of a pair that has long been running.</summary>
    public bool BothStarting { get; set; }

    /// <summary>There is a witness.</summary>
    public bool Witness { get; set; }

    /// <summary>Parameter set A.</summary>
    public SettingsDraft Settings { get; set; } = SettingsDraft.From(new ScenarioSettings());

    /// <summary>Parameter set B to compare with; null: no comparison.</summary>
    public SettingsDraft? Other { get; set; }

    /// <summary>A load balancer drives the VIP.</summary>
    public bool Balancer { get; set; }

    /// <summary>NONE, IPSWS or FT.</summary>
    public string BalancerCheck { get; set; } = "NONE";

    /// <summary>How often it asks, as typed.</summary>
    public string BalancerInterval { get; set; } = "30";

    /// <summary>Failures until a server is down, as typed.</summary>
    public string BalancerFailures { get; set; } = "5";

    /// <summary>Server that gets the VIP when both are up.</summary>
    public int BalancerPrefers { get; set; } = 1;

    /// <summary>What happens, in the order in which it was added.</summary>
    public List<FaultDraft> Faults { get; } = [];

    /// <summary>The simulated time when it can be read; else an hour, so that the axis stays usable.</summary>
    public TimeSpan AxisLength => DurationText.TryParse(Duration, out var seconds) && seconds is > 0 and < 100.0 * 366 * 86400 ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromHours(1);

    /// <summary>Adds a fault.</summary>
    public FaultDraft Add(FaultKind kind, int server, TimeSpan at)
    {
        var fault = new FaultDraft { Id = ++lastId, Kind = kind, Server = server, At = DurationText.Exact(at) };
        Faults.Add(fault);
        return fault;
    }

    /// <summary>Moves a fault along the axis; it stays on it.</summary>
    public void Move(FaultDraft fault, TimeSpan by)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var at = (DurationText.TryParse(fault.At, out var seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, AxisLength.TotalSeconds)) : TimeSpan.Zero) + by;
        fault.At = DurationText.Exact(at < TimeSpan.Zero ? TimeSpan.Zero : at > AxisLength ? AxisLength : at);
    }

    /// <summary>A scenario as texts.</summary>
    public static ScenarioDraft From(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        var draft = new ScenarioDraft
        {
            Name = scenario.Name,
            Duration = DurationText.Exact(scenario.Duration),
            Seed = scenario.Seed.ToString(CultureInfo.InvariantCulture),
            BothStarting = scenario.Start == ScenarioStart.BothStarting,
            Witness = scenario.Witness,
            Settings = SettingsDraft.From(scenario.Settings),
        };
        if (scenario.LoadBalancer is { } balancer)
        {
            draft.Balancer = true;
            draft.BalancerCheck = balancer.Check switch { LoadBalancerCheck.Ft => "FT", LoadBalancerCheck.Ipsws => "IPSWS", _ => "NONE" };
            draft.BalancerInterval = DurationText.Exact(balancer.Interval);
            draft.BalancerFailures = balancer.Failures.ToString(CultureInfo.InvariantCulture);
            draft.BalancerPrefers = balancer.Prefer;
        }

        foreach (var fault in scenario.Faults)
        {
            var added = draft.Add(fault.Kind, fault.Server + fault.From + (fault.From == 0 ? fault.To : 0) is 2 ? 2 : 1, fault.At);
            added.Force = fault.Force;
            added.Percent = fault.Kind == FaultKind.Loss ? fault.Percent.ToString("0.###", CultureInfo.InvariantCulture) : added.Percent;
        }

        return draft;
    }

    /// <summary>The scenario with parameter set A, or null and every problem with its JSON path.</summary>
    public Scenario? Read(out IReadOnlyList<ScenarioProblem> problems) => Read(Settings, out problems);

    /// <summary>The same scenario with another parameter set.</summary>
    public Scenario? Read(SettingsDraft settings, out IReadOnlyList<ScenarioProblem> problems)
    {
        var scenario = ScenarioReader.Read(Json(settings), out var found);
        var own = Limits();
        problems = own.Count == 0 ? found : [.. found, .. own];
        return own.Count == 0 ? scenario : null;
    }

    /// <summary>What the console refuses although a file may say it.</summary>
    private List<ScenarioProblem> Limits()
    {
        var problems = new List<ScenarioProblem>();
        if (Faults.Count > MostFaults)
        {
            problems.Add(new("$.faults", string.Create(CultureInfo.InvariantCulture, $"{Faults.Count} faults are more than {MostFaults}: use the command line")));
        }

        if (Name.Length > LongestName)
        {
            problems.Add(new("$.name", string.Create(CultureInfo.InvariantCulture, $"must have at most {LongestName} characters")));
        }

        return problems;
    }

    private string Json(SettingsDraft settings)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("name", Name);
            SettingsDraft.Write(json, "duration", DraftFieldKind.Seconds, Duration);
            SettingsDraft.Write(json, "seed", DraftFieldKind.Whole, Seed);
            json.WriteString("start", BothStarting ? "both-starting" : "server1-active");
            settings.Write(json);
            if (Balancer)
            {
                json.WriteStartObject("loadBalancer");
                json.WriteString("check", BalancerCheck);
                SettingsDraft.Write(json, "interval", DraftFieldKind.Seconds, BalancerInterval);
                SettingsDraft.Write(json, "failures", DraftFieldKind.Whole, BalancerFailures);
                json.WriteNumber("prefer", BalancerPrefers);
                json.WriteEndObject();
            }

            json.WriteBoolean("witness", Witness);
            json.WriteStartArray("faults");
            foreach (var fault in Faults)
            {
                Write(json, fault);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, FaultDraft fault)
    {
        json.WriteStartObject();
        SettingsDraft.Write(json, "at", DraftFieldKind.Seconds, fault.At);
        json.WriteString("fault", FaultNames.Of(fault.Kind));
        foreach (var member in FaultNames.MembersOf(fault.Kind))
        {
            switch (member)
            {
                case "percent":
                    SettingsDraft.Write(json, member, DraftFieldKind.Whole, fault.Percent.Replace(',', '.'));
                    break;
                case "force":
                    json.WriteBoolean(member, fault.Force);
                    break;
                case "to" when fault.Kind is FaultKind.Cut or FaultKind.Heal:
                    json.WriteNumber(member, 3 - fault.Server);
                    break;
                default:
                    json.WriteNumber(member, fault.Server);
                    break;
            }
        }

        json.WriteEndObject();
    }
}
