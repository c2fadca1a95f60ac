using HaConsole.Engine.Configuration;
using HaConsole.Engine.Services;
using HaConsole.Engine.Tests.Services;
using HaConsole.Engine.VirtualIp;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.VirtualIp;

/// <summary>Addresses beside the managed services: order, leftovers, failure. Their commands write a file, so that no privilege is needed.</summary>
public sealed class AddressUnitTests : IDisposable
{
    private readonly Bench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Addresses_are_added_and_removed_in_order_with_the_services()
    {
        await using var host = new LocalServiceHost(Options);
        host.Configure([Service()], Plan(Address("late") with { Order = AddressOrder.AfterServices }, Address("early")));

        host.Start(new Epoch(1));
        await Bench.Until(host, ServicesState.Running);
        Assert.All(host.Current.Addresses, address => Assert.Equal(AddressState.Held, address.State));
        Assert.Equal("+early +service +late", Lines);

        host.Stop(new Epoch(2));
        await Bench.Until(host, ServicesState.Stopped);
        Assert.All(host.Current.Addresses, address => Assert.Equal(AddressState.Absent, address.State));
        Assert.Equal("+early +service +late -late -service -early", Lines);
    }

    [Fact]
    public async Task An_address_that_cannot_be_added_fails_the_start_visibly_and_is_tried_again()
    {
        bench.Write("broken", "");
        await using var host = new LocalServiceHost(Options);
        host.Configure([Service()], Plan(Address("portal") with { AddCommand = "test ! -e broken && echo +portal >> order", RemoveCommand = "true" }));

        host.Start(new Epoch(1));
        await Bench.Until(host, ServicesState.StartFailed);
        var address = host.Current.Addresses.Single();
        Assert.Equal(AddressState.Failed, address.State);
        Assert.Contains("code 1", address.Detail, StringComparison.Ordinal);
        Assert.Equal(["address-portal"], host.Current.OverBudget);
        Assert.Equal("", Lines);

        File.Delete(bench.File("broken"));
        await Bench.Until(host, ServicesState.Running);
        Assert.Equal("+portal +service", Lines);
        Assert.Empty(host.Current.OverBudget);
    }

    [Fact]
    public async Task What_a_previous_run_left_is_removed_before_anything_else()
    {
        var definition = Address("portal");
        using (var ledger = ServiceLedger.Open(bench.Root, "default"))
        {
            ledger.Put(new LedgerEntry(new ServiceDefinition { Name = "address:portal" }, "", 0, 0, "another start of the machine") { Address = definition });
        }

        AddressLeftovers.RemoveAll(bench.Root);

        Assert.Equal("-portal", Lines);
        using var after = ServiceLedger.Open(bench.Root, "default");
        Assert.Empty(after.Entries);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Without_a_lease_the_address_goes_with_the_services()
    {
        await using var host = new LocalServiceHost(Options);
        host.Configure([], Plan(Address("portal")));
        host.Renew(TimeSpan.FromMilliseconds(500));
        host.Start(new Epoch(1));
        await Bench.Until(() => Lines.StartsWith("+portal", StringComparison.Ordinal), "added");

        await Bench.Until(host, ServicesState.Stopped);

        Assert.Equal("+portal -portal", Lines);
    }

    [Fact]
    public async Task An_address_that_is_taken_off_the_list_is_removed_and_the_others_stay()
    {
        await using var host = new LocalServiceHost(Options);
        host.Configure([], Plan(Address("a"), Address("b")));
        host.Start(new Epoch(1));
        await Bench.Until(host, ServicesState.Running);

        host.Configure([], Plan(Address("b")));
        await Bench.Until(() => host.Current.Addresses.Count == 1, "one is left");

        Assert.Equal("+a +b -a", Lines);
        Assert.Equal(AddressState.Held, host.Current.Addresses.Single().State);
    }

    private string Lines => bench.Read("order").Trim().Replace('\n', ' ');

    private ServiceSetOptions Options => new() { DataDirectory = bench.Root, Server = 1 };

    private static AddressPlan Plan(params AddressDefinition[] addresses) => new(addresses, "");

    private static ServiceDefinition Service() => new()
    {
        Name = "service",
        Type = ServiceType.Command,
        StartCommand = "echo +service >> order; touch runs",
        StopCommand = "echo -service >> order; rm runs",
        StatusCommand = "test -e runs",
    };

    // The interface exists everywhere; the address is of a network for documentation, which nobody has.
    private static AddressDefinition Address(string name) => new()
    {
        Name = name,
        Address = "192.0.2.1/24",
        Interface = "lo",
        AddCommand = $"echo +{name} >> order",
        RemoveCommand = $"echo -{name} >> order",
    };
}
