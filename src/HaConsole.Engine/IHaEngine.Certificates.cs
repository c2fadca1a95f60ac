using HaConsole.Engine.Certificates;
using HaConsole.Engine.Status;

namespace HaConsole.Engine;

/// <content>Certificates of both servers, and their clocks.</content>
public partial interface IHaEngine
{
    /// <summary>Certificates and keys of both servers side by side, as found last.</summary>
    PairCertificates Certificates { get; }

    /// <summary>Has both servers look at their files now; ends with the look. A server that does not answer keeps what it said last.</summary>
    Task<PairCertificates> LookAtCertificatesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Copies certificate, key, chain and password file of a definition to the other server, over the peer link. Refused when key and
    /// certificate do not match at the source. The files before are kept at the receiver; all are replaced or none.
    /// </summary>
    /// <param name="name">Name of the definition.</param>
    /// <param name="from">Server whose files are right, 1 or 2.</param>
    /// <param name="owner">Who wants it.</param>
    /// <param name="cancellationToken">Ends the wait; what has begun is done all the same.</param>
    Task<CertificateCopyOutcome> CopyCertificateAsync(string name, int from, string owner, CancellationToken cancellationToken);

    /// <summary>How this server's clock compared with that of the other one in the last 24 hours.</summary>
    ClockHistory ClockHistory { get; }

    /// <summary>The clock history of a server; null when it does not answer.</summary>
    Task<ClockHistory?> ClockHistoryOfAsync(int server, CancellationToken cancellationToken);
}
