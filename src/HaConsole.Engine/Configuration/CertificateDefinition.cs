namespace HaConsole.Engine.Configuration;

/// <summary>
/// One certificate that both servers must have, with its key. Each server reads its own files under these paths; the configuration holds
/// paths only, never what is in the files.
/// </summary>
public sealed record CertificateDefinition
{
    /// <summary>Unique name: letters, digits, <c>-</c>, <c>_</c>, <c>.</c></summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Absolute path of the certificate: PEM (the first one in the file counts, others belong to its chain) or PKCS #12.</summary>
    public string CertificateFile { get; init => field = value ?? ""; } = "";

    /// <summary>Absolute path of a file with the password of the PKCS #12 file or of the encrypted key; empty = none.</summary>
    public string PasswordFile { get; init => field = value ?? ""; } = "";

    /// <summary>Absolute path of the private key (PEM); empty = it is in the certificate's file.</summary>
    public string KeyFile { get; init => field = value ?? ""; } = "";

    /// <summary>Absolute path of the intermediate certificates (PEM); empty = those in the certificate's file.</summary>
    public string ChainFile { get; init => field = value ?? ""; } = "";

    /// <summary>Days before the end at which a first warning comes. Default 30; 1 … 365.</summary>
    public int WarnDays { get; init; } = 30;

    /// <summary>Seconds between two looks at the files. Default 3600; 1 … 86400.</summary>
    public double CheckInterval { get; init; } = 3600;
}
