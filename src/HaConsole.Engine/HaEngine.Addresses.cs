using System.Text.Json;
using HaConsole.Engine.Commands;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.VirtualIp;
using HaConsole.Failover;

namespace HaConsole.Engine;

/// <content>Addresses that the Active holds.</content>
public sealed partial class HaEngine
{
    private readonly AddressWatch addresses;
    private IReadOnlyList<AddressDefinition> surveyed = [];

    private AddressWatch MakeAddresses() => new(parts.Services, clock) { Definitions = () => keeper.Current.Content.Addresses, Event = Event, Changed = AddressesChanged };

    private void StartAddresses() => addresses.Start();

    /// <summary>Also what came from the other server is looked at here: not at the failover is the moment to learn of a missing interface.</summary>
    private void Survey(PairConfiguration content)
    {
        SurveyVip(content);
        var list = content.Addresses;
        if (list.SequenceEqual(surveyed))
        {
            return;
        }

        surveyed = list;
        foreach (var problem in AddressProblemsHere(list))
        {
            Event("address-unusable", problem.Sentence, Severity.Alarm);
        }
    }

    private void AddressesChanged()
    {
        detail.Addresses = addresses.Shown;
        detail.Changed();
        feed.Changed();
    }

    /// <summary>What keeps one of the two servers from holding the addresses, looked at on both as far as the other one answers.</summary>
    private async Task<IReadOnlyList<ConfigurationProblem>> AddressProblemsAsync(PairConfiguration wanted, CancellationToken cancellationToken)
    {
        var before = keeper.Current.Content.Addresses;
        if (wanted.Addresses.SequenceEqual(before) || wanted.Addresses.Count == 0)
        {
            // What is in force stays so: a change of something else is not refused because a cable is out.
            return [];
        }

        var body = JsonSerializer.Serialize(wanted.Addresses, ConsoleJson.Default.IReadOnlyListAddressDefinition);
        var there = await calls.AskAsync(ConsoleCalls.Addresses, body, ConsoleJson.Default.IReadOnlyListConfigurationProblem, QuickCall, cancellationToken);
        var strangers = await AddressStrangers.FindAsync(wanted.Addresses, before.Select(address => address.Address), rounds.PeerAddress, clock.Time);
        return [.. AddressProblemsHere(wanted.Addresses), .. strangers, .. there ?? []];
    }

    private IReadOnlyList<ConfigurationProblem> AddressProblemsHere(IReadOnlyList<AddressDefinition> wanted)
        => AddressSurvey.Problems(wanted, parts.Rank.Number(), keeper.Current.Content.Addresses.Select(address => address.Address));
}
