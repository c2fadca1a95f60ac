using HaConsole.Engine.Certificates;
using HaConsole.Engine.Commands;
using HaConsole.Engine.Status;
using HaConsole.Failover;

namespace HaConsole.Engine;

/// <content>Certificates of both servers, and their clocks.</content>
public sealed partial class HaEngine
{
    private readonly CertificateCenter certificates;
    private readonly ClockWatch clockWatch;

    /// <inheritdoc/>
    public PairCertificates Certificates => certificates.Pair;

    /// <inheritdoc/>
    public ClockHistory ClockHistory => clockWatch.Together(parts.Rank.Number());

    /// <inheritdoc/>
    public Task<PairCertificates> LookAtCertificatesAsync(CancellationToken cancellationToken) => certificates.LookAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<CertificateCopyOutcome> CopyCertificateAsync(string name, int from, string owner, CancellationToken cancellationToken)
        => certificates.CopyAsync(name, from, owner, cancellationToken);

    /// <inheritdoc/>
    public async Task<ClockHistory?> ClockHistoryOfAsync(int server, CancellationToken cancellationToken)
        => server == parts.Rank.Number() ? ClockHistory : await calls.AskAsync(ConsoleCalls.Clock, "", ConsoleJson.Default.ClockHistory, QuickCall, cancellationToken);

    private CertificateCenter MakeCertificates() => new(parts.Options.DataDirectory, parts.Rank.Number(), clock, calls)
    {
        Event = Event,
        Places = parts.CertificatePlaces,
        Changed = () =>
        {
            detail.CertificatesHash = certificates.Hash;
            detail.Changed();
            feed.Changed();
        },
    };
}
