namespace HaConsole.Engine.Configuration;

/// <summary>Whether this product asks for a licence (<c>Licence:*</c>): set by who ships it. Never replicated, never needed to run the pair.</summary>
public sealed record LicenceOptions
{
    /// <summary>PEM file with the vendor's RSA public key, at least 2048 bits; empty = no licence is needed. Default empty.</summary>
    public string PublicKeyFile { get; init; } = "";

    /// <summary>The licence; empty = <c>licence/IPSFT_lic.xml</c> in the data directory.</summary>
    public string File { get; init; } = "";

    /// <summary>Product that it must be for. Default <c>HaConsole</c>.</summary>
    public string Product { get; init; } = "HaConsole";

    /// <summary>Customer that it must be for; empty = any.</summary>
    public string Customer { get; init; } = "";

    /// <summary>Days before its end from which people are warned, 0 … 365. Default 30.</summary>
    public int WarnDays { get; init; } = 30;

    /// <summary>Days after its end during which it counts as before, 0 … 365. Default 30.</summary>
    public int GraceDays { get; init; } = 30;

    /// <summary>A licence is needed.</summary>
    public bool IsRequired => PublicKeyFile.Length > 0;

    /// <summary>What is wrong with these values.</summary>
    public IEnumerable<ConfigurationProblem> Problems()
    {
        const int most = 365;
        if (WarnDays is < 0 or > most)
        {
            yield return new ConfigurationProblem("Licence:WarnDays", $"Licence:WarnDays is {WarnDays}; it must be 0 to {most}");
        }

        if (GraceDays is < 0 or > most)
        {
            yield return new ConfigurationProblem("Licence:GraceDays", $"Licence:GraceDays is {GraceDays}; it must be 0 to {most}");
        }

        if (IsRequired && !System.IO.File.Exists(PublicKeyFile))
        {
            // The pair must start all the same: a licence never keeps anybody from serving.
            yield return new ConfigurationProblem("Licence:PublicKeyFile", $"Licence:PublicKeyFile {PublicKeyFile} does not exist: no licence can be verified", IsWarning: true);
        }
    }
}
