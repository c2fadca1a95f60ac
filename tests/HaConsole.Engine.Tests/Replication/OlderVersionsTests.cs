using HaConsole.Engine.Configuration;
using HaConsole.Engine.Replication;

namespace HaConsole.Engine.Tests.Replication;

/// <summary>What a peer of an older version drops from what it saves is kept.</summary>
public sealed class OlderVersionsTests
{
    [Fact]
    public void ListsNeedsAndNewerChecks_AreKept_WithoutWhatIsGone()
    {
        var own = new PairConfiguration
        {
            FileSets = [new FileSetDefinition { Name = "uploads", Path = "/srv/uploads" }],
            Addresses = [new AddressDefinition { Name = "vip", Address = "10.1.1.100/24" }],
            Certificates = [new CertificateDefinition { Name = "portal", CertificateFile = "/etc/portal.pem" }],
            Services = [new ServiceDefinition { Name = "cti", Needs = ["db", "disk", "gone"] }, new ServiceDefinition { Name = "db" }, new ServiceDefinition { Name = "gone" }],
            Checks = [new CheckDefinition { Name = "disk", Type = CheckType.Disk, Path = "/", LeastPercent = 5 }, new CheckDefinition { Name = "web", Url = "http://127.0.0.1/" }],
        };
        var saved = new PairConfiguration
        {
            HotStandby = new HotStandbyParameters { HoldHours = 3 },
            Services = [new ServiceDefinition { Name = "cti" }, new ServiceDefinition { Name = "db" }],
        };

        var kept = OlderVersions.WithLaterParts(saved, own);

        Assert.Equal((3.0, own.FileSets, own.Addresses, own.Certificates), (kept.HotStandby.HoldHours, kept.FileSets, kept.Addresses, kept.Certificates));
        Assert.Equal(["db", "disk"], kept.Services[0].Needs);
        Assert.Equal(["disk"], kept.Checks.Select(c => c.Name));
    }
}
