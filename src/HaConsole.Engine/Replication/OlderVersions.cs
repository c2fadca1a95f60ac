using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Replication;

/// <summary>What a peer of an older version does not know, and drops from the documents that it saves.</summary>
internal static class OlderVersions
{
    /// <summary>
    /// Its document with this server's lists, further kinds of checks, and needs of services. What a service needs that the document no longer
    /// has is left out: the document would be refused for it.
    /// </summary>
    public static PairConfiguration WithLaterParts(PairConfiguration saved, PairConfiguration own)
    {
        IReadOnlyList<CheckDefinition> checks = [.. saved.Checks, .. own.Checks.Where(o => !o.IsBasic && !saved.Checks.Any(c => Same(c.Name, o.Name)))];
        bool IsThere(string need) => saved.Services.Any(s => Same(s.Name, need)) || checks.Any(c => Same(c.Name, need));
        return saved with
        {
            Certificates = own.Certificates,
            FileSets = own.FileSets,
            Addresses = own.Addresses,
            Notifications = own.Notifications,
            LoadBalancer = own.LoadBalancer,
            Checks = checks,
            Services = [.. saved.Services.Select(s => own.Services.FirstOrDefault(o => Same(o.Name, s.Name)) is not { } known ? s with { Needs = [] } : s with
            {
                Needs = [.. known.Needs.Where(IsThere)],
                StandbyResponder = known.StandbyResponder,
                Port = known.Port,
                RedirectTo = known.RedirectTo,
            })],
        };
    }

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
