using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Certificates;

/// <summary>Looks at the files of one certificate. May take as long as the disk does: never called by the engine's loop.</summary>
internal static class CertificateLook
{
    private const int MostNames = 100;
    private const string AlternativeNames = "2.5.29.17";

    /// <summary>Worst first: what stands later is a consequence, or matters less.</summary>
    private static readonly string[] Order =
        ["missing", "unreadable", "unstable", "invalid", "wrong-password", "key-missing", "key-unreadable", "key-mismatch", "expired", "not-yet-valid", "chain-incomplete"];

    /// <summary>Reads the files of a definition: certificate, password, key, chain; null for one that it does not name.</summary>
    public static (CertificateFiles? Files, IReadOnlyList<CertificateProblem> Problems) ReadFiles(CertificateDefinition definition, Action? betweenPasses = null)
    {
        string[] all = [definition.CertificateFile, definition.PasswordFile, definition.KeyFile, definition.ChainFile];
        var named = all.Where(path => path.Length > 0).ToList();
        if (BoundedFile.ReadTogether(named, betweenPasses) is not { } read)
        {
            return (null, [new CertificateProblem("unstable", $"the files of {definition.Name} change while they are read")]);
        }

        var problems = read.Zip(named)
            .Where(file => file.First.End != FileEnd.Read)
            .Select(file => new CertificateProblem(CodeOf(definition, file.Second, file.First.End), file.First.Sentence))
            .ToList();
        byte[]? Of(string path) => path.Length > 0 && read[named.IndexOf(path)] is { End: FileEnd.Read } content ? content.Bytes : null;
        if (Of(definition.CertificateFile) is { } certificate)
        {
            return (new CertificateFiles(certificate, Of(definition.PasswordFile), Of(definition.KeyFile), Of(definition.ChainFile)), problems);
        }

        BoundedFile.Forget(read);
        return (null, problems);
    }

    /// <summary>What this server finds of a certificate. Never throws for what is in the files or is not there.</summary>
    public static CertificateReport Look(CertificateDefinition definition, DateTimeOffset now, Action? betweenPasses = null)
    {
        var (files, problems) = ReadFiles(definition, betweenPasses);
        if (files is null)
        {
            return new CertificateReport { Name = definition.Name, Present = problems.All(p => p.Code != "missing"), Problems = Sorted(problems), ReadAt = now };
        }

        try
        {
            using var material = CertificateMaterial.Read(definition, files);

            // A key file that is not there is the reason why nothing is said of the key.
            var keyLacks = definition.KeyFile.Length > 0 && files.Key is null;
            var found = material.Problems.Where(p => !(keyLacks && p.Code is "key-missing"));
            return ReportOf(definition, material, [.. problems, .. found], now, keyLacks);
        }
        finally
        {
            Forget(files);
        }
    }

    /// <summary>Overwrites what was read.</summary>
    public static void Forget(CertificateFiles files)
    {
        foreach (var bytes in new[] { files.Certificate, files.Password, files.Key, files.Chain })
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static CertificateReport ReportOf(CertificateDefinition definition, CertificateMaterial material, List<CertificateProblem> problems, DateTimeOffset now, bool keyLacks)
    {
        if (material.Leaf is not { } leaf)
        {
            return new CertificateReport { Name = definition.Name, Present = true, Problems = Sorted(problems), ReadAt = now };
        }

        var (from, until) = (new DateTimeOffset(leaf.NotBefore.ToUniversalTime()), new DateTimeOffset(leaf.NotAfter.ToUniversalTime()));
        if (until <= now)
        {
            problems.Add(new CertificateProblem("expired", string.Create(CultureInfo.InvariantCulture, $"the certificate in {definition.CertificateFile} ended at {until:yyyy-MM-dd HH:mm} UTC")));
        }

        if (from > now)
        {
            problems.Add(new CertificateProblem("not-yet-valid", string.Create(CultureInfo.InvariantCulture, $"the certificate in {definition.CertificateFile} is valid only from {from:yyyy-MM-dd HH:mm} UTC")));
        }

        var gap = ChainGap(leaf, material.Chain, now);
        if (gap is not null && problems.All(p => p.Code != "chain-incomplete"))
        {
            problems.Add(new CertificateProblem("chain-incomplete", $"the chain of the certificate in {definition.CertificateFile} is not complete: {gap}"));
        }

        return new CertificateReport
        {
            Name = definition.Name,
            Present = true,
            Readable = true,
            Fingerprint = leaf.GetCertHashString(HashAlgorithmName.SHA256),
            Subject = leaf.Subject,
            Names = NamesOf(leaf),
            Issuer = leaf.Issuer,
            NotBefore = from,
            NotAfter = until,
            DaysLeft = CertificateTimes.DaysLeft(until, now),
            KeyMatches = keyLacks ? null : material.KeyMatches,
            KeyFingerprint = material.KeyInfo is { } key && !keyLacks ? Convert.ToHexString(SHA256.HashData(key)) : "",
            ChainComplete = gap is null,
            ChainFingerprint = material.Chain.Count == 0 ? "" : Convert.ToHexString(SHA256.HashData([.. material.Chain.SelectMany(c => SHA256.HashData(c.RawDataMemory.Span))])),
            Problems = Sorted(problems),
            ReadAt = now,
        };
    }

    private static CertificateProblem[] Sorted(IEnumerable<CertificateProblem> problems)
        => [.. problems.OrderBy(p => Array.IndexOf(Order, p.Code))];

    private static string CodeOf(CertificateDefinition definition, string path, FileEnd end) => (path == definition.KeyFile, path == definition.ChainFile, end) switch
    {
        (true, _, FileEnd.Missing) => "key-missing",
        (true, _, _) => "key-unreadable",
        (_, true, _) => "chain-incomplete",
        (_, _, FileEnd.Missing) when path == definition.CertificateFile => "missing",
        _ => "unreadable",
    };

    private static string[] NamesOf(X509Certificate2 certificate)
    {
        try
        {
            var extension = certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == AlternativeNames);
            if (extension is null)
            {
                return [];
            }

            var names = new X509SubjectAlternativeNameExtension(extension.RawData);
            return [.. names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select((IPAddress a) => a.ToString())).Take(MostNames)];
        }
        catch (CryptographicException)
        {
            // A certificate with names that nobody can read is shown without them.
            return [];
        }
    }

    /// <summary>Why the chain does not reach a root of this system or a given self-signed one; null when it does.</summary>
    private static string? ChainGap(X509Certificate2 leaf, X509Certificate2Collection given, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ExtraStore.AddRange(given);
        try
        {
            chain.Build(leaf);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return e.Message;
        }

        try
        {
            return GapOf(chain);
        }
        finally
        {
            foreach (var element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }

    private static string? GapOf(X509Chain chain)
    {
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        if (chain.ChainElements.Count == 0 || status.HasFlag(X509ChainStatusFlags.PartialChain))
        {
            var last = chain.ChainElements.Count == 0 ? null : chain.ChainElements[^1].Certificate;
            return $"{last?.Issuer ?? "the issuer"} is missing";
        }

        if (status.HasFlag(X509ChainStatusFlags.NotSignatureValid) || status.HasFlag(X509ChainStatusFlags.Cyclic))
        {
            return "a signature in it is wrong";
        }

        // A root that is not one of the system's was given, or is the certificate itself: nobody else could have put it there.
        var old = chain.ChainElements.Skip(1).FirstOrDefault(e => e.ChainElementStatus.Any(s => s.Status == X509ChainStatusFlags.NotTimeValid));
        return old is null ? null : $"{old.Certificate.Subject} is not valid now";
    }
}

/// <summary>Durations until a certificate ends.</summary>
internal static class CertificateTimes
{
    /// <summary>Whole days until the end, negative after it: on the last day 0, on the day after it -1.</summary>
    public static int DaysLeft(DateTimeOffset until, DateTimeOffset now) => (int)Math.Floor((until - now).TotalDays);
}
