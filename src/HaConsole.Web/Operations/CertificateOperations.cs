using System.Globalization;
using HaConsole.Engine.Certificates;
using HaConsole.Web.Live;

namespace HaConsole.Web.Operations;

/// <summary>What operators and admins do with the certificates of both servers. The same for pages, API and command line.</summary>
public sealed class CertificateOperations(ConsoleEngine engine, OperationGate gate)
{
    /// <summary>Has both servers look at their files now.</summary>
    public Task<OperationResult<PairCertificates>> LookAsync(Actor actor)
    {
        // Reading is nothing that an audit log must keep; the right is for the work that it makes.
        var operation = new Operation("certificates-look", "", "haconsole certificates --look", Right.Operate) { Audited = false };
        return gate.RunAsync(actor, operation, async () =>
        {
            var looked = await engine.Engine.LookAtCertificatesAsync(CancellationToken.None).ConfigureAwait(false);
            return new OperationResult<PairCertificates>(OperationEnd.Done, "Both servers have looked at their certificates.", looked);
        }, (end, sentence) => new OperationResult<PairCertificates>(end, sentence, null));
    }

    /// <summary>Copies certificate, key and chain to the other server. The files before are kept there; all are replaced or none.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="name">Name of the certificate in the configuration.</param>
    /// <param name="from">Server whose files are right, 1 or 2.</param>
    public Task<OperationResult<CertificateCopyOutcome>> CopyAsync(Actor actor, string name, int from)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(name);
        var operation = new Operation(
            "certificate-copy",
            string.Create(CultureInfo.InvariantCulture, $"certificate {name} from server {from} to server {3 - from}"),
            string.Create(CultureInfo.InvariantCulture, $"haconsole certificates copy {name} --from {from}"),
            Right.Administer)
        {
            Before = StateOf(name, 3 - from),
            After = StateOf(name, from),
        };
        return gate.RunAsync(actor, operation, async () =>
        {
            if (from is not (1 or 2))
            {
                return new OperationResult<CertificateCopyOutcome>(OperationEnd.Invalid, "A certificate is copied from server 1 or 2.", null);
            }

            // Once begun it is done on all files or on none, whether or not its page still waits.
            var outcome = await engine.Engine.CopyCertificateAsync(name, from, actor.Name, CancellationToken.None).ConfigureAwait(false);
            return new OperationResult<CertificateCopyOutcome>(outcome.Copied ? OperationEnd.Done : OperationEnd.Refused, outcome.Sentence, outcome);
        }, (end, sentence) => new OperationResult<CertificateCopyOutcome>(end, sentence, null));
    }

    /// <summary>Fingerprint of what a server has now, for the audit log.</summary>
    private string StateOf(string name, int server)
    {
        var found = engine.Engine.Certificates.Certificates.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return (server == 1 ? found?.Server1 : found?.Server2) is { Fingerprint.Length: > 0 } report ? $"SHA-256 {report.Fingerprint}" : "";
    }
}
