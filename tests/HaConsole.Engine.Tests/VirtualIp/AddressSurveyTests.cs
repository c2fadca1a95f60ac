using System.Net;
using System.Net.NetworkInformation;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.VirtualIp;

namespace HaConsole.Engine.Tests.VirtualIp;

/// <summary>What keeps a machine from holding an address, told when the list is saved.</summary>
public sealed class AddressSurveyTests
{
    private const ulong All = ulong.MaxValue;
    private const ulong NoAdmin = All & ~(1UL << 12);
    private const ulong NoRaw = All & ~(1UL << 13);

    private static readonly LocalInterface[] Interfaces =
    [
        new("eth0", 2, PhysicalAddress.Parse("020000000001"), true, [Cidr("10.1.1.1/24"), Cidr("fe80::1/64")]),
        new("mgmt0", 3, PhysicalAddress.Parse("020000000002"), false, []),
    ];

    [Theory]
    [InlineData("10.1.1.100/24", "", All, true, "", "")]
    [InlineData("10.1.1.100/24", "eth7", All, true, "Interface", "there is no such interface, only eth0, mgmt0")]
    [InlineData("192.168.9.9/24", "", All, true, "Address", "no interface has a subnet that holds it: name the interface")]
    [InlineData("192.168.9.9/24", "mgmt0", All, true, "", "")]
    [InlineData("10.1.1.1/24", "", All, true, "Address", "interface eth0 has this address already")]
    [InlineData("10.1.1.100/24", "", All, false, "AddCommand", "the program ip (iproute2) is missing")]
    [InlineData("10.1.1.100/24", "", NoAdmin, true, "AddCommand", "the process lacks CAP_NET_ADMIN:")]
    [InlineData("10.1.1.100/24", "", NoRaw, true, "AddCommand", "the process lacks CAP_NET_RAW:")]
    [InlineData("10.1.1.100/24", "", 0UL, true, "AddCommand", "CAP_NET_ADMIN and CAP_NET_RAW")]
    public void Each_problem_names_its_key_its_server_and_what_to_do(string address, string on, ulong capabilities, bool hasIp, string key, string text)
    {
        var problems = Problems(new AddressDefinition { Name = "portal", Address = address, Interface = on }, capabilities, hasIp);

        if (key.Length == 0)
        {
            Assert.Empty(problems);
            return;
        }

        var problem = Assert.Single(problems);
        Assert.Equal("Addresses:0:" + key, problem.Key);
        Assert.False(problem.IsWarning);
        Assert.Contains("on server #2", problem.Sentence, StringComparison.Ordinal);
        Assert.Contains(text, problem.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_of_ones_own_need_neither_program_nor_privilege()
        => Assert.Empty(Problems(new AddressDefinition { Name = "portal", Address = "10.1.1.100/24", AddCommand = "true", RemoveCommand = "true" }, 0, hasIp: false));

    [Fact]
    public void An_address_that_is_managed_already_may_be_on_its_interface()
        => Assert.Empty(AddressSurvey.Problems([new AddressDefinition { Name = "portal", Address = "10.1.1.1/24" }], 1, ["10.1.1.1/24"], Interfaces, All, true));

    [Theory]
    [InlineData("eth0", false)]
    [InlineData("mgmt0", true)]
    public void An_interface_that_carries_something_else_is_not_switched(string on, bool good)
        => Assert.Equal(good, Problems(new AddressDefinition { Name = "portal", Address = "10.1.1.100/24", Interface = on, SwitchInterface = true }, All, true).Count == 0);

    [Theory]
    [InlineData("SwitchInterface=true Interface=", true)]
    [InlineData("SwitchInterface=true Interface=mgmt0 AddCommand=true RemoveCommand=true", true)]
    [InlineData("SwitchInterface=true Interface=mgmt0", false)]
    public void A_switched_interface_is_named_and_switched_by_one_alone(string assignments, bool refused)
    {
        var pair = new PairConfiguration { Addresses = [new AddressDefinition { Name = "portal", Address = "10.1.1.100/24" }] };

        var problems = SettingsKeys.Set(pair, [.. assignments.Split(' ').Select(one => "Addresses:0:" + one)]).Problems;

        Assert.Equal(refused, problems.Any(problem => problem is { IsWarning: false, Key: "Addresses:0:SwitchInterface" }));
    }

    [Fact]
    public void A_switched_interface_has_no_second_address()
    {
        var first = new AddressDefinition { Name = "a", Address = "10.1.1.100/24", Interface = "mgmt0", SwitchInterface = true };
        var pair = new PairConfiguration { Addresses = [first, first with { Name = "b", Address = "10.1.1.101/24", SwitchInterface = false }] };

        Assert.Contains(ConfigurationRules.Problems(pair), problem => problem.Key == "Addresses:0:SwitchInterface");
    }

    private static IReadOnlyList<ConfigurationProblem> Problems(AddressDefinition address, ulong capabilities, bool hasIp)
        => AddressSurvey.Problems([address], 2, [], Interfaces, capabilities, hasIp);

    private static CidrAddress Cidr(string text) => new(IPAddress.Parse(text.Split('/')[0]), int.Parse(text.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture));
}
