using HaConsole.Engine.Certificates;
using HaConsole.Engine.Status;

namespace HaConsole.Web.Tests.Support;

/// <content>Certificates of both servers, and their clocks.</content>
internal sealed partial class FakeEngine
{
    public PairCertificates Certificates { get; set; } = new(DateTimeOffset.UnixEpoch, []);

    public CertificateCopyOutcome CopyOutcome { get; set; } = new(true, "Certificate portal was copied.", ["/p.key"], ["/p.key.bak-20260301T120000Z"]);

    public ClockHistory ClockHistory { get; set; } = new(1, DateTimeOffset.UnixEpoch, ClockLevel.Unknown, null, null, null, []);

    public Task<PairCertificates> LookAtCertificatesAsync(CancellationToken cancellationToken)
    {
        Calls.Enqueue("certificates look");
        return Task.FromResult(Certificates);
    }

    public Task<CertificateCopyOutcome> CopyCertificateAsync(string name, int from, string owner, CancellationToken cancellationToken)
    {
        LastOwner = owner;
        Calls.Enqueue($"certificates copy {name} {from}");
        return Task.FromResult(CopyOutcome);
    }

    public Task<ClockHistory?> ClockHistoryOfAsync(int server, CancellationToken cancellationToken)
        => Task.FromResult(server == 1 ? ClockHistory : PeerReachable ? ClockHistory with { Server = server } : null);
}
