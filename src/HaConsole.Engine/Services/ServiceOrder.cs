using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Services;

/// <summary>Start order of the managed services: what they need first, else the order of the list.</summary>
public static class ServiceOrder
{
    /// <summary>The services in start order. A name that is no service, and a circle, change nothing.</summary>
    public static IReadOnlyList<ServiceDefinition> Of(IReadOnlyList<ServiceDefinition> services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var ordered = new List<ServiceDefinition>(services.Count);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var service in services)
        {
            Place(service);
        }

        return ordered;

        void Place(ServiceDefinition service)
        {
            if (!seen.Add(service.Name))
            {
                return;
            }

            foreach (var need in service.Needs)
            {
                if (Find(services, need) is { } needed)
                {
                    Place(needed);
                }
            }

            ordered.Add(service);
        }
    }

    /// <summary>What is wrong with the needs: by index of the service, what follows its key.</summary>
    public static IEnumerable<(int Index, string Text)> Problems(PairConfiguration pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        var told = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < pair.Services.Count; i++)
        {
            var service = pair.Services[i];
            foreach (var need in service.Needs)
            {
                var needed = Find(pair.Services, need);
                if (needed is null && !pair.Checks.Any(c => c.Name.Equals(need, StringComparison.OrdinalIgnoreCase)))
                {
                    yield return (i, $"names {need}; it must be the name of a service or of a check");
                }
                else if (needed is { Optional: true } && !service.Optional)
                {
                    yield return (i, $"names {need}, which is optional; it must not decide whether {service.Name} starts, which is not");
                }
            }

            if (!told.Contains(service.Name) && Circle(pair.Services, service) is { } circle)
            {
                told.UnionWith(circle);
                yield return (i, $"make a circle, {string.Join(" → ", circle)}; it must be possible to start one of them first");
            }
        }
    }

    /// <summary>The way from a service back to itself; null when there is none.</summary>
    private static List<string>? Circle(IReadOnlyList<ServiceDefinition> services, ServiceDefinition start)
    {
        var way = new List<string> { start.Name };
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return Walk(start) ? way : null;

        bool Walk(ServiceDefinition at)
        {
            foreach (var need in at.Needs)
            {
                if (need.Equals(start.Name, StringComparison.OrdinalIgnoreCase))
                {
                    way.Add(start.Name);
                    return true;
                }

                if (seen.Add(need) && Find(services, need) is { } next)
                {
                    way.Add(next.Name);
                    if (Walk(next))
                    {
                        return true;
                    }

                    way.RemoveAt(way.Count - 1);
                }
            }

            return false;
        }
    }

    private static ServiceDefinition? Find(IReadOnlyList<ServiceDefinition> services, string name)
        => services.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
