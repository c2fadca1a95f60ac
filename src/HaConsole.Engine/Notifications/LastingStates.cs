using System.Globalization;
using System.Text.Json;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.State;
using HaConsole.Engine.Status;
using HaConsole.Failover;

namespace HaConsole.Engine.Notifications;

/// <summary>
/// Tells again and again that a state lasts ("still without a Standby for 2 h"), and that it is over. Both servers watch; the Active says it. What
/// is said is an event of the journal, and travels like every other one.
/// </summary>
internal sealed class LastingStates
{
    /// <summary>The pair has no server that could take over.</summary>
    public const string NoStandby = "no-standby";

    private readonly NotificationContext context;
    private readonly string path;
    private readonly Dictionary<string, State> states;

    public LastingStates(NotificationContext context)
    {
        this.context = context;
        path = Path.Combine(context.Folder, "states.json");
        states = Read(path);
    }

    /// <summary>Compares what is with what was.</summary>
    public void Look()
    {
        var settings = context.Settings();
        if (settings.Rules.All(r => r.Repeat <= 0) && states.Count == 0)
        {
            return;
        }

        var snapshot = context.Snapshot();
        var now = context.Time.GetUtcNow();
        var present = Present(snapshot);
        var speaks = Speaks(snapshot);
        var changed = false;
        foreach (var (code, sentence, severity) in present)
        {
            if (!states.TryGetValue(code, out var state))
            {
                state = new State { Since = now };
                states[code] = state;
                changed = true;
            }

            changed |= Repeat(settings, code, sentence, severity, state, now, speaks);
        }

        foreach (var code in states.Keys.Except(present.Select(p => p.Code)).ToList())
        {
            End(settings, code, states[code], now, speaks);
            states.Remove(code);
            changed = true;
        }

        if (changed)
        {
            Write();
        }
    }

    private static List<(string Code, string Sentence, Severity Severity)> Present(StatusSnapshot snapshot)
    {
        var list = snapshot.Alarms.DistinctBy(a => a.Code).Select(a => (a.Code, a.Sentence, Severity.Alarm)).ToList();
        var active = snapshot.Servers.FirstOrDefault(s => s.Role == "Active");
        if (snapshot.Enabled && snapshot.Servers.Count > 1 && active is not null && snapshot.Servers.FirstOrDefault(s => s != active) is { } other && (other.Role != "Standby" || other.Health != "Healthy"))
        {
            list.Add((NoStandby, $"Server #{other.Server} could not take over: {other.Role}, {other.Health}.", Severity.Warning));
        }

        return list;
    }

    /// <summary>One of the two says it: the Active, or who is left.</summary>
    private bool Speaks(StatusSnapshot snapshot)
    {
        var own = snapshot.Servers.FirstOrDefault(s => s.Local);
        return own?.Role == "Active" || (!snapshot.Servers.Any(s => s.Role == "Active") && (!context.PeerConnected() || context.Server == 1));
    }

    private bool Repeat(NotificationSettings settings, string code, string sentence, Severity severity, State state, DateTimeOffset now, bool speaks)
    {
        var changed = false;
        foreach (var rule in settings.Rules.Where(r => RuleMatcher.Repeats(r, code)))
        {
            var times = (int)((now - state.Since).TotalSeconds / rule.Repeat);
            if (times <= state.Told.GetValueOrDefault(rule.Name))
            {
                continue;
            }

            // Who does not speak counts along, so that a takeover does not repeat it all.
            state.Told[rule.Name] = times;
            changed = true;
            if (speaks)
            {
                Record(RuleMatcher.LastsKind, code, rule.Name, state, now, $"Still {Words(code)} for {Span(now - state.Since)}: {sentence}", severity);
            }
        }

        return changed;
    }

    private void End(NotificationSettings settings, string code, State state, DateTimeOffset now, bool speaks)
    {
        foreach (var rule in settings.Rules.Where(r => speaks && state.Told.ContainsKey(r.Name)))
        {
            Record(RuleMatcher.OverKind, code, rule.Name, state, now, $"No longer {Words(code)}, after {Span(now - state.Since)}.", Severity.Info);
        }
    }

    private void Record(string kind, string code, string rule, State state, DateTimeOffset now, string sentence, Severity severity) => context.Record(new HaEvent
    {
        Kind = kind,
        Sentence = sentence,
        Severity = severity,
        Evidence = new Dictionary<string, string>
        {
            ["state"] = code,
            ["rule"] = rule,
            ["since"] = state.Since.ToString("O", CultureInfo.InvariantCulture),
            ["seconds"] = ((long)(now - state.Since).TotalSeconds).ToString(CultureInfo.InvariantCulture),
        },
    });

    private static string Words(string code) => code switch
    {
        NoStandby => "without a Standby",
        "no-active" => "without an Active",
        "two-actives" => "with two Actives",
        _ => $"in alarm {code}",
    };

    private static string Span(TimeSpan span)
        => span.TotalDays >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalDays} d {span.Hours} h")
            : span.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h{(span.Minutes > 0 ? $" {span.Minutes} min" : "")}")
            : span.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalSeconds} s");

    private static Dictionary<string, State> Read(string path)
    {
        try
        {
            return AtomicFile.Read(path).Text is { } text ? JsonSerializer.Deserialize<Dictionary<string, State>>(text, ConfigurationJson.Options) ?? [] : [];
        }
        catch (JsonException)
        {
            // Of another version: what lasts is counted from now on.
            return [];
        }
    }

    private void Write()
    {
        try
        {
            AtomicFile.Write(path, JsonSerializer.Serialize(states, ConfigurationJson.Options), keepPrevious: false);
        }
        catch (IOException)
        {
            // Counted from the start again after a restart; nothing is lost.
        }
    }

    private sealed class State
    {
        public DateTimeOffset Since { get; init; }

        public Dictionary<string, int> Told { get; init; } = [];
    }
}
