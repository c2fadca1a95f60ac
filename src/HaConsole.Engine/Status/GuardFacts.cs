using System.Globalization;
using HaConsole.Engine.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Status;

/// <summary>The facts that the guards of the transition table look at, for people: value, age, and the sentence of a guard that holds.</summary>
internal sealed class GuardFacts
{
    private readonly NodeState state;
    private readonly FailoverSettings settings;
    private readonly TimeSpan now;

    public GuardFacts(NodeStateBox box, TimeSpan now) => (state, settings, this.now) = (box.State, box.Settings, now);

    public GuardStatus[] Of(RowExplanation row) => [.. row.Guards.Select(guard => Of(guard, row))];

    private GuardStatus Of(GuardExplanation guard, RowExplanation row)
    {
        var (value, age) = Fact(guard.Name, row);
        return new GuardStatus(guard.Name, guard.Holds ? Holds(guard.Name, value) : Sentence(guard.WhyNot), value, guard.Holds, age);
    }

    private (string Value, double? Age) Fact(string name, RowExplanation row) => name switch
    {
        "disabled" => (settings.Enabled ? "enabled" : "disabled", null),
        "active" or "idle" or "standby" or "starting" => (state.Role.ToString(), null),
        "primary" or "backup" => (string.Create(CultureInfo.InvariantCulture, $"#{state.Rank.Number()}"), null),
        "was-active" => (state.Stored.Role.ToString(), null),
        "lan" => (state.Local.Lan.ToString(), null),
        "vip" or "vip-peer" or "vip-first" => (settings.TestVipDestination ? state.Local.Vip.ToString() : "Off", null),
        "vip-test" => (settings.TestVipDestination ? "on" : "off", null),
        "auto" => (settings.FirstServerAutoRestart ? "on" : "off", null),
        "common-cause" => (CommonCause.Of(state.FailingChecks, state.Peer?.FailingChecks), PeerAge()),
        "health" => (state.Local.Self.ToString(), null),
        "failures" or "lan-down" or "vip-here" or "self-ok" or "due" => (Count(row), name == "failures" ? Age(state.ProbeAt) : null),
        "peer-active" when row.Of is not null && row.Row < 300 => (Count(row), PeerAge()),
        "peer-active" or "peer-standby" or "peer-idle" or "contact" or "heard" => (FailoverMachine.PeerRoleOf(state, settings, now).ToString(), PeerAge()),
        "epoch" => (state.Peer is { } peer ? peer.HighestEpoch.ToString() : "", PeerAge()),
        "seen" => (state.Peer?.SeesPeer.ToString() ?? "Unknown", PeerAge()),
        "peer-vip" => (state.Peer?.Vip.ToString() ?? "Unknown", PeerAge()),
        "in-sync" or "pulled" => (state.Peer?.Configuration.ToString() ?? "", PeerAge()),
        "stop-failed" => (state.Peer?.Services.ToString() ?? "Unknown", PeerAge()),
        "request" or "offer" => ("", PeerAge()),
        "step-down" => (state.StepDown == Epoch.None ? "" : state.StepDown.ToString(), null),
        _ => ("", null),
    };

    private static string Holds(string name, string value) => name switch
    {
        "disabled" => "Hot standby mode is disabled.",
        "valid" => "The configuration is valid.",
        "invalid" => "The configuration is invalid.",
        "active" => "This server is Active.",
        "idle" or "standby" or "starting" => $"This server is {value}.",
        "primary" => "This is server #1.",
        "backup" => "This is server #2.",
        "was-active" => "This server was Active before its start.",
        "lan" => "This server is connected to the LAN.",
        "vip" => value == "Off" ? "The VIP test is off." : "The VIP points here.",
        "vip-peer" => "The VIP points to the peer.",
        "vip-first" => "The VIP does not keep the role here.",
        "vip-test" => "The VIP test is on.",
        "auto" => "First server auto restart as Active is on.",
        "health" => "The own monitor URL answers well, or need not any more.",
        "common-cause" => "No check is known to fail on both servers, or the peer fails otherwise.",
        "failures" => $"The peer failed {value} times.",
        "lan-down" => $"The LAN was down {value} times.",
        "vip-here" => $"The VIP pointed here {value} times.",
        "self-ok" => $"This server was well {value} times.",
        "due" => "It is due.",
        "peer-active" => "The peer is Active.",
        "peer-standby" or "peer-idle" or "contact" => $"The peer is {value}.",
        "heard" => "The peer's own word is there, or is not needed.",
        "epoch" => "The peer knows no higher epoch.",
        "budget" => "Resumptions of this hour are left.",
        "seen" => "The peer sees this server, or does not answer.",
        "peer-vip" => "The peer does not say that the VIP points there.",
        "in-sync" => "The configuration is synchronised.",
        "pulled" => "The configuration is at least the peer's.",
        "chosen" => "This server is the one to become Active.",
        "hold" => "No hold is in force.",
        "flap" => "The flap budget of this hour is not used up.",
        "maintenance" => "This server is not in maintenance.",
        "stop-failed" => "The peer's services could be stopped, or nothing is known against it.",
        "leaving" => "This server is not being stopped.",
        "paused" => "The pair is paused.",
        "asked" => "A tick came too late; the peer is asked first.",
        "vote" => "The vote is lost or about to expire.",
        "request" => "The peer asks this server to step down.",
        "step-down" => "No own step-down request is pending.",
        "offer" => "The peer offers the role.",
        _ => "It holds.",
    };

    private static string Count(RowExplanation row) => string.Create(CultureInfo.InvariantCulture, $"{row.Counter ?? 0} of {row.Of ?? 0}");

    private static string Sentence(string why) => why.Length == 0 ? "" : char.ToUpperInvariant(why[0]) + why[1..] + ".";

    private double? PeerAge() => state.Peer is null ? null : Age(state.PeerAt);

    private double? Age(TimeSpan? at) => at is { } moment ? Math.Round(Math.Max(0, (now - moment).TotalSeconds), 3) : null;
}
