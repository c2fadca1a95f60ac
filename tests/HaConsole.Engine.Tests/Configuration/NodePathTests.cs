using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Tests.Configuration;

public sealed class NodePathTests
{
    private static readonly NodeOptions Whole = new()
    {
        LocalAddress = "10.1.1.1",
        RedundancyAddress = "10.78.0.1",
        RedundancyInterface = "eth1",
        PeerAddress = "10.78.0.2",
        RedundancyAddress2 = "10.1.1.1",
        RedundancyInterface2 = "bond0.17",
        PeerAddress2 = "10.1.1.2",
    };

    [Fact]
    public void TwoWholePaths_AreFine() => Assert.Empty(Problems(Whole));

    [Fact]
    public void HalfASecondPath_IsAProblemOfTheMissingKey()
    {
        Assert.Equal([nameof(NodeOptions.PeerAddress2)], Problems(Whole with { PeerAddress2 = "" }));
        Assert.Contains(nameof(NodeOptions.RedundancyAddress2), Problems(Whole with { RedundancyAddress2 = "" }));
        Assert.Equal([nameof(NodeOptions.RedundancyInterface2)], Problems(new NodeOptions { RedundancyInterface2 = "eth1" }));
    }

    [Fact]
    public void TwoPathsThatAreOne_AreAProblem()
    {
        Assert.Contains(nameof(NodeOptions.RedundancyAddress2), Problems(Whole with { RedundancyAddress2 = "10.78.0.1" }));
        Assert.Contains(nameof(NodeOptions.RedundancyAddress2), Problems(Whole with { RedundancyAddress = "" }));
        Assert.Contains(nameof(NodeOptions.PeerAddress2), Problems(Whole with { PeerAddress2 = "10.78.0.2" }));
        Assert.Contains(nameof(NodeOptions.PeerAddress2), Problems(Whole with { PeerAddress2 = "10.1.1.1" }));
    }

    [Theory]
    [InlineData("an interface")]
    [InlineData("eth/1")]
    [InlineData("sixteencharacter")]
    public void ANameThatNoInterfaceCanHave_IsAProblem(string name)
    {
        Assert.Equal([nameof(NodeOptions.RedundancyInterface)], Problems(Whole with { RedundancyInterface = name }));
        Assert.Equal([nameof(NodeOptions.RedundancyInterface2)], Problems(Whole with { RedundancyInterface2 = name }));
    }

    private static List<string> Problems(NodeOptions options) => [.. new NodeOptionsValidator().Validate(options).Errors.Select(error => error.PropertyName)];
}
