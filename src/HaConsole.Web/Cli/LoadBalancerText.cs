using System.Globalization;
using HaConsole.Engine.Balancers;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Api;
using HaConsole.Web.Model.Settings;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Cli;

/// <summary>The load balancer as lines of text.</summary>
internal static class LoadBalancerText
{
    public static IEnumerable<string> Lines(LoadBalancerView view)
    {
        foreach (var seen in view.State.Seen)
        {
            yield return Seen(seen);
        }

        if (view.State.Seen.Count > 0)
        {
            yield return view.State.Choice == 0 ? "it would use neither server" : $"it would use server #{view.State.Choice}";
        }

        if (view.State.Last is { } last)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"last switch, to server #{last.Server}: {last.Seconds:0.###} s without agreement");
        }

        foreach (var told in view.State.Told)
        {
            yield return $"HAProxy at {told.Endpoint}: {(told.Reached switch { true => "told", false => told.Detail, _ => "not told yet" })}{string.Concat(told.Servers.Select(s => $", {s.Key} {s.Value}"))}";
        }

        foreach (var finding in view.Findings)
        {
            yield return Line(finding);
        }
    }

    public static IEnumerable<string> Lines(LoadBalancerImport import)
    {
        var changes = ConfigurationDifference.Between(new PairConfiguration(), new PairConfiguration { LoadBalancer = import.Settings! });
        yield return $"backend {import.Backend}:";
        yield return "haconsole settings set " + string.Join(' ', changes.Select(c => SettingsCommandLine.Word($"LoadBalancer:{c.Field}={c.After.Replace('\n', ',')}")));
        foreach (var finding in import.Findings)
        {
            yield return Line(finding);
        }
    }

    public static string Seen(BalancerSeen seen)
        => $"{(seen.Place == "vip" ? "VIP" : "server #" + seen.Place)} {seen.Address}: {(seen.Last is { } last ? string.Create(CultureInfo.InvariantCulture, $"{(last.Well ? "good" : "failed")}, {last.Answer}, {last.Milliseconds:0.#} ms") : "not asked yet")}";

    private static string Line(BalancerFinding finding) => (finding.Warning ? "warning: " : "") + finding.Sentence;
}
