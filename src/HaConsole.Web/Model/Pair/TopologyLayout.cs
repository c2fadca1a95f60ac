using HaConsole.Engine.Status;

namespace HaConsole.Web.Model.Pair;

/// <summary>A rectangle of the topology picture.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
public sealed record Box(int X, int Y, int Width, int Height)
{
    /// <summary>Middle, from the left.</summary>
    public int CenterX => X + (Width / 2);

    /// <summary>Middle, from above.</summary>
    public int CenterY => Y + (Height / 2);

    /// <summary>Lower edge.</summary>
    public int Bottom => Y + Height;

    /// <summary>Right edge.</summary>
    public int Right => X + Width;
}

/// <summary>Where everything stands in the topology picture; two forms, because a phone shows no wide one legibly.</summary>
public sealed record TopologyLayout
{
    /// <summary>Third systems that have a place.</summary>
    public const int MostSystems = 4;

    /// <summary>Width of the whole.</summary>
    public required int Width { get; init; }

    /// <summary>Height of the whole.</summary>
    public required int Height { get; init; }

    /// <summary>Load balancer or VIP.</summary>
    public required Box Balancer { get; init; }

    /// <summary>Server #1.</summary>
    public required Box First { get; init; }

    /// <summary>Server #2.</summary>
    public required Box Second { get; init; }

    /// <summary>Third systems.</summary>
    public required IReadOnlyList<Box> Systems { get; init; }

    /// <summary>Place of a server.</summary>
    public Box Of(int server) => server == 1 ? First : Second;

    /// <summary>The layout for so many third systems.</summary>
    public static TopologyLayout For(int systems, bool narrow)
    {
        var shown = Math.Min(systems, MostSystems);
        return narrow ? Narrow(shown) : Wide(shown);
    }

    /// <summary>Third systems of the pair: applications with their worst check on the Active, else on this server.</summary>
    public static IReadOnlyList<CheckInfo> SystemsOf(StatusSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var seenBy = snapshot.Servers.FirstOrDefault(server => server.Role == "Active" && server.Checks.Count > 0) ?? snapshot.Servers.FirstOrDefault(server => server.Local);
        return [.. (seenBy?.Checks ?? []).GroupBy(check => check.Application.Length > 0 ? check.Application : check.Name)
            .Select(group => group.OrderByDescending(check => check.State is not ("Ok" or "Up")).First() with { Application = group.Key })];
    }

    private static TopologyLayout Wide(int systems)
    {
        const int width = 900;
        return new TopologyLayout
        {
            Width = width,
            Height = systems > 0 ? 340 : 250,
            Balancer = new Box(350, 12, 200, 58),
            First = new Box(24, 130, 250, 96),
            Second = new Box(width - 274, 130, 250, 96),
            Systems = [.. Enumerable.Range(0, systems).Select(i => new Box((width / 2) - (((systems * 180) - 20) / 2) + (i * 180), 284, 160, 44))],
        };
    }

    private static TopologyLayout Narrow(int systems)
    {
        const int width = 360;
        return new TopologyLayout
        {
            Width = width,
            Height = 430 + (((systems + 1) / 2) * 56),
            Balancer = new Box(80, 8, 200, 54),
            First = new Box(20, 108, 320, 86),
            Second = new Box(20, 312, 320, 86),
            Systems = [.. Enumerable.Range(0, systems).Select(i => new Box(20 + (i % 2 * 165), 424 + (i / 2 * 56), 155, 44))],
        };
    }
}
