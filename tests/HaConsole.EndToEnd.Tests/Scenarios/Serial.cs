[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>One scenario at a time: each has two servers, and their timing is what is looked at.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Serial
{
    public const string Name = "scenarios";
}
