using System.Text.Json.Serialization;

namespace HaConsole.Engine.Certificates;

/// <summary>
/// What one server finds in its own files of one certificate. It holds nothing secret: of the private key only the fingerprint of the
/// public key that belongs to it.
/// </summary>
public sealed record CertificateReport
{
    /// <summary>Name of the definition.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The certificate's file is there.</summary>
    public bool Present { get; init; }

    /// <summary>It could be read and holds a certificate.</summary>
    public bool Readable { get; init; }

    /// <summary>Upper-case hexadecimal SHA-256 of the certificate; empty when it could not be read.</summary>
    public string Fingerprint { get; init => field = value ?? ""; } = "";

    /// <summary>Distinguished name of its owner; empty when unknown.</summary>
    public string Subject { get; init => field = value ?? ""; } = "";

    /// <summary>DNS names and IP addresses that it is for.</summary>
    public IReadOnlyList<string> Names { get; init => field = value ?? []; } = [];

    /// <summary>Distinguished name of who has signed it; empty when unknown.</summary>
    public string Issuer { get; init => field = value ?? ""; } = "";

    /// <summary>From when it is valid (UTC); null when unknown.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Until when it is valid (UTC); null when unknown.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Whole days from <see cref="ReadAt"/> until it ends, negative when it has ended; null when unknown.</summary>
    public int? DaysLeft { get; init; }

    /// <summary>The private key belongs to the certificate; null when it could not be looked at.</summary>
    public bool? KeyMatches { get; init; }

    /// <summary>Upper-case hexadecimal SHA-256 of the public key that belongs to the private key; empty when unknown.</summary>
    public string KeyFingerprint { get; init => field = value ?? ""; } = "";

    /// <summary>
    /// The chain leads from the certificate over the given intermediates to a root of this system, or to a self-signed one that is given;
    /// null when unknown.
    /// </summary>
    public bool? ChainComplete { get; init; }

    /// <summary>Upper-case hexadecimal SHA-256 over the given intermediates, in their order; empty when there are none.</summary>
    public string ChainFingerprint { get; init => field = value ?? ""; } = "";

    /// <summary>What is wrong, worst first; empty when all is well.</summary>
    public IReadOnlyList<CertificateProblem> Problems { get; init => field = value ?? []; } = [];

    /// <summary>When it was looked at (UTC, display only).</summary>
    public DateTimeOffset ReadAt { get; init; }
}

/// <summary>What is wrong with the files of one certificate.</summary>
/// <param name="Code">
/// <c>missing</c>, <c>unreadable</c>, <c>invalid</c>, <c>wrong-password</c>, <c>unstable</c>, <c>key-missing</c>, <c>key-unreadable</c>,
/// <c>key-mismatch</c>, <c>expired</c>, <c>not-yet-valid</c> or <c>chain-incomplete</c>.
/// </param>
/// <param name="Sentence">For people; names the file.</param>
public sealed record CertificateProblem(string Code, string Sentence);

/// <summary>All certificates of one server.</summary>
/// <param name="Server">1 or 2.</param>
/// <param name="At">When this was put together (UTC, display only).</param>
/// <param name="Reports">One for each definition, in their order; one that was never looked at yet is left out.</param>
public sealed record ServerCertificates(int Server, DateTimeOffset At, IReadOnlyList<CertificateReport> Reports)
{
    /// <summary>Short text that changes with whatever is found, but not with time; empty when there are none.</summary>
    public string Hash { get; init => field = value ?? ""; } = "";

    /// <summary>What this server finds of a certificate; null when it has not looked yet.</summary>
    public CertificateReport? Of(string name) => Reports.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>How bad a finding is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CertificateLevel>))]
public enum CertificateLevel
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>Not known yet.</summary>
    Unknown,

    /// <summary>Something must be done soon.</summary>
    Warning,

    /// <summary>Something is wrong now.</summary>
    Alarm,
}

/// <summary>One thing that is to be said of a certificate.</summary>
/// <param name="Code">Stable name: <c>certificate-expiring</c>, <c>certificate-expired</c>, <c>certificate-differs</c>, …</param>
/// <param name="Server">Server whose files it is about; 0 = both.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Sentence">For people.</param>
public sealed record CertificateFinding(string Code, int Server, CertificateLevel Level, string Sentence)
{
    /// <summary>
    /// What makes it another finding of the same code, for example the threshold that was passed. Events are raised when it changes.
    /// </summary>
    public string Detail { get; init => field = value ?? ""; } = "";
}

/// <summary>One certificate of the pair: both servers side by side.</summary>
public sealed record CertificateComparison
{
    /// <summary>Name of the definition.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>What server #1 finds; null when unknown.</summary>
    public CertificateReport? Server1 { get; init; }

    /// <summary>What server #2 finds; null when unknown, or when there is none.</summary>
    public CertificateReport? Server2 { get; init; }

    /// <summary>Both have the same certificate; null when one of them is not known.</summary>
    public bool? Identical { get; init; }

    /// <summary>Both have the same key; null when one of them is not known.</summary>
    public bool? KeyIdentical { get; init; }

    /// <summary>Both have the same intermediates; null when one of them is not known.</summary>
    public bool? ChainIdentical { get; init; }

    /// <summary>What is to be said, worst first.</summary>
    public IReadOnlyList<CertificateFinding> Findings { get; init => field = value ?? []; } = [];

    /// <summary>Worst of the findings.</summary>
    public CertificateLevel Level => Findings.Count > 0 ? Findings.Max(f => f.Level) : Identical is null && Server1 is null && Server2 is null ? CertificateLevel.Unknown : CertificateLevel.Ok;
}

/// <summary>All certificates of the pair, as one server knows them.</summary>
/// <param name="At">When this was put together (UTC, display only).</param>
/// <param name="Certificates">One for each definition, in their order.</param>
public sealed record PairCertificates(DateTimeOffset At, IReadOnlyList<CertificateComparison> Certificates)
{
    /// <summary>Seconds since the other server's reports came; null when they never did, or there is no other server.</summary>
    public double? PeerAgeSeconds { get; init; }
}
