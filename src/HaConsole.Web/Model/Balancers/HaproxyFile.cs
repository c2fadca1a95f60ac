using System.Globalization;
using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Model.Balancers;

/// <summary>What is wrong with a configuration file.</summary>
/// <param name="Line">Line, from 1; 0 when it is none in particular.</param>
/// <param name="Sentence">For people.</param>
public sealed record HaproxyProblem(int Line, string Sentence)
{
    /// <summary>With the line.</summary>
    public string Text => Line == 0 ? Sentence : string.Create(CultureInfo.InvariantCulture, $"line {Line}: {Sentence}");
}

/// <summary>What was read from a configuration file of HAProxy.</summary>
/// <param name="Settings">Settings with what the file says; null when there is a problem.</param>
/// <param name="Backend">Backend that was read.</param>
/// <param name="Problems">What is wrong; empty when it could be read.</param>
public sealed record HaproxyImport(LoadBalancerSettings? Settings, string Backend, IReadOnlyList<HaproxyProblem> Problems);

/// <summary>Reads interval, timeout, fall, rise, mode and names from a <c>haproxy.cfg</c>: of the backend that holds both servers of the pair.</summary>
public sealed class HaproxyFile
{
    private const int LongestFile = 1_000_000;
    private const double DefaultInterval = 2;
    private static readonly string[] Sections = ["global", "defaults", "frontend", "backend", "listen", "userlist", "peers", "resolvers", "mailers", "cache", "program", "http-errors", "ring", "log-forward", "fcgi-app", "crt-store", "traces"];

    /// <summary>Words of a server line that take no value.</summary>
    private static readonly HashSet<string> Flags = ["check", "backup", "disabled", "enabled", "agent-check", "ssl", "check-ssl", "no-check-ssl", "no-ssl", "send-proxy", "send-proxy-v2", "check-send-proxy", "allow-0rtt", "no-check", "no-agent-check", "no-backup", "tfo", "stick", "non-stick", "no-verifyhost", "check-via-socks4", "force-tlsv12", "force-tlsv13", "no-tls-tickets"];

    private readonly HotStandbyParameters pair;
    private readonly List<HaproxyProblem> problems = [];
    private readonly List<Backend> backends = [];
    private readonly Place defaults = new();
    private Place? place;

    private HaproxyFile(HotStandbyParameters pair) => this.pair = pair;

    /// <summary>Reads a file's text; never throws for what it holds.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pair">Addresses of the pair, by which the servers are found.</param>
    /// <param name="before">Settings so far: what the file does not say stays.</param>
    /// <param name="wanted">Backend to read; empty: the one that holds both servers.</param>
    public static HaproxyImport Read(string text, HotStandbyParameters pair, LoadBalancerSettings before, string wanted = "")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(pair);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(wanted);
        var file = new HaproxyFile(pair);
        if (text.Length > LongestFile)
        {
            return new HaproxyImport(null, "", [new HaproxyProblem(0, "The file is longer than 1 MB.")]);
        }

        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            file.Take(++number, line.TrimEnd('\r'));
        }

        return file.Made(before, wanted);
    }

    private void Take(int number, string line)
    {
        var words = HaproxyWords.Split(line, out var broken);
        if (broken is not null)
        {
            problems.Add(new HaproxyProblem(number, broken));
            return;
        }

        if (words.Count == 0 || words[0].StartsWith('.'))
        {
            return;
        }

        if (Sections.Contains(words[0]))
        {
            Begin(number, words);
            return;
        }

        if (place is null)
        {
            problems.Add(new HaproxyProblem(number, $"{words[0]} stands in no section; before it there must be one such as \"backend application\"."));
            return;
        }

        switch (words)
        {
            case ["timeout", "check", var time, ..]:
                place.Timeout = Time(number, "timeout check", time);
                break;
            case ["timeout", var which]:
                problems.Add(new HaproxyProblem(number, $"timeout {which} has no time."));
                break;
            case ["option", "httpchk", .. var rest]:
                place.Http = true;
                place.Uri = rest.LastOrDefault(w => w.StartsWith('/')) ?? place.Uri;
                break;
            case ["http-check", "send", .. var rest]:
                var at = Array.IndexOf([.. rest], "uri");
                place.Uri = at >= 0 && at + 1 < rest.Count ? rest[at + 1] : place.Uri;
                break;
            case ["http-check", "expect", .. var rest]:
                place.Expect = string.Join(' ', rest);
                break;
            case ["default-server", .. var rest]:
                Server(number, rest, place.Server);
                break;
            case ["server", .. var rest] when place is Backend backend:
                AddServer(number, rest, backend);
                break;
            case ["server", ..] when place.Kind is "defaults" or "frontend" or "global":
                problems.Add(new HaproxyProblem(number, $"a server cannot stand in a section {place.Kind}."));
                break;
            default:
                break;
        }
    }

    private void Begin(int number, List<string> words)
    {
        if (words[0] is "backend" or "listen")
        {
            if (words.Count < 2)
            {
                problems.Add(new HaproxyProblem(number, $"{words[0]} has no name."));
            }

            var made = new Backend(words.ElementAtOrDefault(1) ?? "", number) { Kind = words[0], Timeout = defaults.Timeout, Http = defaults.Http, Uri = defaults.Uri, Expect = defaults.Expect, Server = new(defaults.Server) };
            backends.Add(made);
            place = made;
            return;
        }

        place = words[0] == "defaults" ? defaults : new Place();
        place.Kind = words[0];
    }

    private void AddServer(int number, List<string> words, Backend backend)
    {
        if (words.Count < 2)
        {
            problems.Add(new HaproxyProblem(number, words.Count == 0 ? "server has neither name nor address." : $"server {words[0]} has no address."));
            return;
        }

        var values = new Dictionary<string, string>(backend.Server);
        Server(number, words[2..], values);
        var address = words[1];
        var colon = address.LastIndexOf(':');
        var host = colon > 0 && address.IndexOf(':', StringComparison.Ordinal) == colon ? address[..colon] : address.StartsWith('[') ? address[1..].Split(']')[0] : address;
        _ = int.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        backend.Servers.Add((words[0], host, port, values, number));
    }

    private void Server(int number, List<string> words, Dictionary<string, string> into)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (Flags.Contains(words[i]))
            {
                into[words[i]] = "";
                continue;
            }

            if (i + 1 >= words.Count)
            {
                problems.Add(new HaproxyProblem(number, $"{words[i]} has no value."));
                return;
            }

            var (key, value) = (words[i], words[++i]);
            var problem = key switch
            {
                "inter" or "fastinter" or "downinter" or "agent-inter" => HaproxyWords.Seconds(value) is null ? $"{key} {value} is no time; it must be a number with us, ms, s, m, h or d, such as 2s." : null,
                "fall" or "rise" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 100 ? null : $"{key} {value} is no number from 1 to 100.",
                "port" or "agent-port" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535 ? null : $"{key} {value} is no port.",
                _ => null,
            };
            if (problem is not null)
            {
                problems.Add(new HaproxyProblem(number, problem));
            }

            into[key] = value;
        }
    }

    private double? Time(int number, string what, string text)
    {
        var seconds = HaproxyWords.Seconds(text);
        if (seconds is null)
        {
            problems.Add(new HaproxyProblem(number, $"{what} {text} is no time; it must be a number with us, ms, s, m, h or d, such as 10s."));
        }

        return seconds;
    }

    private HaproxyImport Made(LoadBalancerSettings before, string wanted)
    {
        if (problems.Count > 0)
        {
            return new HaproxyImport(null, "", problems);
        }

        var found = backends.Where(b => (wanted.Length == 0 || b.Name == wanted) && Find(b, pair.Server1Address) is not null && Find(b, pair.Server2Address) is not null).ToList();
        if (found.Count == 0)
        {
            var known = backends.Count == 0 ? "it has no backend" : "its backends are " + string.Join(", ", backends.Select(b => b.Name));
            return new HaproxyImport(null, "", [new HaproxyProblem(0, $"No backend{(wanted.Length > 0 ? $" {wanted}" : "")} holds both {pair.Server1Address} and {pair.Server2Address}; {known}.")]);
        }

        if (found.Count > 1 && wanted.Length == 0 && found.Select(b => (b.Uri, b.Timeout, Text(Find(b, pair.Server1Address)!.Value.Values))).Distinct().Count() > 1)
        {
            return new HaproxyImport(null, "", [new HaproxyProblem(found[1].Line, $"The servers stand in several backends with other checks; say which: {string.Join(", ", found.Select(b => b.Name))}.")]);
        }

        var backend = found[0];
        var (one, two) = (Find(backend, pair.Server1Address)!.Value, Find(backend, pair.Server2Address)!.Value);
        if (!one.Values.ContainsKey("check") && !one.Values.ContainsKey("agent-check"))
        {
            return new HaproxyImport(null, backend.Name, [new HaproxyProblem(one.Line, $"server {one.Name} is not checked: the word check is missing.")]);
        }

        var interval = HaproxyWords.Seconds(one.Values.GetValueOrDefault("inter", "")) ?? DefaultInterval;
        return new HaproxyImport(
            before with
            {
                Mode = ModeOf(backend),
                Interval = interval,
                Timeout = backend.Timeout ?? interval,
                Fall = Whole(one.Values, "fall", 3),
                Rise = Whole(one.Values, "rise", 2),
                PrefersFirst = two.Values.ContainsKey("backup") && !one.Values.ContainsKey("backup"),
                ApplicationPort = one.Port is >= 1 and <= 65535 ? one.Port : before.ApplicationPort,
                Backends = [.. found.Where(b => wanted.Length == 0 || b.Name == wanted).Select(b => b.Name)],
                Server1Name = one.Name,
                Server2Name = two.Name,
                AgentPort = one.Values.ContainsKey("agent-check") ? Whole(one.Values, "agent-port", before.AgentPort) : 0,
            },
            backend.Name,
            []);
    }

    private static BalancerMode ModeOf(Backend backend)
    {
        var asked = (backend.Uri + " " + backend.Expect).ToUpperInvariant();
        return !backend.Http ? BalancerMode.None
            : asked.Contains("MOD=FT", StringComparison.Ordinal) || asked.Contains("/HEALTH/ACTIVE", StringComparison.Ordinal) ? BalancerMode.Ft
            : asked.Contains("MOD=IPSW", StringComparison.Ordinal) ? BalancerMode.Ipsws : BalancerMode.None;
    }

    private static string Text(Dictionary<string, string> values) => string.Join(' ', values.OrderBy(v => v.Key, StringComparer.Ordinal));

    private static int Whole(Dictionary<string, string> values, string key, int otherwise)
        => int.TryParse(values.GetValueOrDefault(key, ""), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    private static (string Name, string Host, int Port, Dictionary<string, string> Values, int Line)? Find(Backend backend, string address)
        => backend.Servers.Where(s => Addresses.Same(s.Host, address)).Select(s => ((string, string, int, Dictionary<string, string>, int)?)s).FirstOrDefault();

    private class Place
    {
        public string Kind { get; set; } = "";

        public double? Timeout { get; set; }

        public bool Http { get; set; }

        public string Uri { get; set; } = "";

        public string Expect { get; set; } = "";

        public Dictionary<string, string> Server { get; init; } = [];
    }

    private sealed class Backend(string name, int line) : Place
    {
        public string Name => name;

        public int Line => line;

        public List<(string Name, string Host, int Port, Dictionary<string, string> Values, int Line)> Servers { get; } = [];
    }
}
