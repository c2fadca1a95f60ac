using System.Net;
using System.Net.NetworkInformation;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.VirtualIp;

namespace HaConsole.Engine.Tests.VirtualIp;

/// <summary>Frames by which addresses are announced and asked for, byte by byte, and what a machine could not hold.</summary>
public sealed class NeighbourFrameTests
{
    private static readonly PhysicalAddress Mac = PhysicalAddress.Parse("02-00-00-00-00-01");

    [Fact]
    public void An_announcement_says_to_all_who_has_the_address()
    {
        var frames = NeighbourFrames.Announcements(Mac, IPAddress.Parse("10.1.1.100"));

        Assert.Equal(
            ["FFFFFFFFFFFF0200000000010806000108000604000102000000000" + "10A0101640000000000000A010164", "FFFFFFFFFFFF0200000000010806000108000604000202000000000" + "10A010164FFFFFFFFFFFF0A010164"],
            frames.Select(frame => Convert.ToHexString(frame)[..84]));
        Assert.All(frames, frame => Assert.Equal(Mac, NeighbourFrames.OwnerIn(frame, IPAddress.Parse("10.1.1.100"))));
        Assert.Null(NeighbourFrames.OwnerIn(frames[0], IPAddress.Parse("10.1.1.101")));
        Assert.Null(NeighbourFrames.OwnerIn([], IPAddress.Parse("10.1.1.100")));
    }

    [Fact]
    public void A_question_claims_nothing()
    {
        Assert.Null(NeighbourFrames.OwnerIn(NeighbourFrames.Probe(Mac, IPAddress.Parse("10.1.1.100")), IPAddress.Parse("10.1.1.100")));
        Assert.Null(NeighbourFrames.OwnerIn(NeighbourFrames.Probe(Mac, IPAddress.Parse("fd00::100")), IPAddress.Parse("fd00::100")));
        Assert.StartsWith("3333FF000100", Convert.ToHexString(NeighbourFrames.Probe(Mac, IPAddress.Parse("fd00::100"))), StringComparison.Ordinal);
    }

    [Fact]
    public void An_advertisement_has_a_checksum_that_adds_up()
    {
        var frame = NeighbourFrames.Announcements(Mac, IPAddress.Parse("fd00::100")).Single();

        // Addresses, length and protocol, and the message with its checksum: all ones.
        var bytes = frame[22..54].Concat(frame[54..]).ToArray();
        var sum = (bytes.Length - 32) + 58 + Enumerable.Range(0, bytes.Length / 2).Sum(i => (bytes[2 * i] << 8) | bytes[(2 * i) + 1]);
        Assert.Equal(0xFFFF, (sum & 0xFFFF) + (sum >> 16));
        Assert.Equal(Mac, NeighbourFrames.OwnerIn(frame, IPAddress.Parse("fd00::100")));
    }

    [Theory]
    [InlineData("10.1.1.100/24", "", 0x3000, true, "")]
    [InlineData("10.9.1.100/24", "", 0x3000, true, "Addresses:0:Address is 10.9.1.100/24; on server #2 no interface has a subnet")]
    [InlineData("10.9.1.100/24", "eth0", 0x3000, true, "")]
    [InlineData("10.1.1.100/24", "eth7", 0x3000, true, "Addresses:0:Interface is eth7; on server #2 there is no such interface")]
    [InlineData("10.1.1.9/24", "", 0x3000, true, "Addresses:0:Address is 10.1.1.9/24; on server #2 interface eth0 has this address already")]
    [InlineData("10.1.1.100/24", "", 0x2000, true, "Addresses:0:AddCommand is empty; on server #2 the process lacks CAP_NET_ADMIN")]
    [InlineData("10.1.1.100/24", "", 0, true, "Addresses:0:AddCommand is empty; on server #2 the process lacks CAP_NET_ADMIN and CAP_NET_RAW")]
    [InlineData("10.1.1.100/24", "", 0x3000, false, "Addresses:0:AddCommand is empty; on server #2 the program ip")]
    public void What_a_server_could_not_hold_is_said_with_its_number(string address, string on, ulong capabilities, bool hasIp, string problem)
    {
        Assert.True(CidrAddress.TryParse("10.1.1.9/24", out var own));
        var interfaces = new[] { new LocalInterface("eth0", 2, Mac, true, [own]) };

        var problems = AddressSurvey.Problems([new AddressDefinition { Name = "portal", Address = address, Interface = on }], 2, [], interfaces, capabilities, hasIp);

        Assert.Equal(problem.Length == 0 ? 0 : 1, problems.Count);
        Assert.All(problems, found => Assert.StartsWith(problem, found.Message, StringComparison.Ordinal));
        Assert.Empty(AddressSurvey.Problems([new AddressDefinition { Name = "portal", Address = "10.1.1.9/24", AddCommand = "true", RemoveCommand = "true" }], 2, ["10.1.1.9/24"], interfaces, 0, hasIp: false));
    }
}
