using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaConsole.Engine.Certificates;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Checks;

/// <summary>How long a certificate is still valid, that of a server or that in a file.</summary>
internal static class CertificateDays
{
    public static Task<CheckLook> LookAsync(CheckDefinition check, DateTimeOffset now, CancellationToken cancellationToken)
        => check.Path.Length > 0 ? Task.Run(() => OfFile(check, now), cancellationToken) : OfServerAsync(check, now, cancellationToken);

    /// <summary>End of the validity; null when there is no certificate.</summary>
    public static DateTimeOffset? EndOf(X509Certificate? certificate)
    {
        if (certificate is null)
        {
            return null;
        }

        using var read = new X509Certificate2(certificate);
        return new DateTimeOffset(read.NotAfter.ToUniversalTime(), TimeSpan.Zero);
    }

    public static CheckLook Judge(DateTimeOffset end, int leastDays, DateTimeOffset now, string said)
    {
        var days = (int)Math.Floor((end - now).TotalDays);
        var date = end.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var text = end <= now ? $"the certificate expired on {date}" : string.Create(CultureInfo.InvariantCulture, $"the certificate is valid until {date}, {days} days");
        var well = end > now && days >= leastDays;
        return new CheckLook(well, (said.Length > 0 ? said + ": " : "") + text + (well || end <= now ? "" : string.Create(CultureInfo.InvariantCulture, $" of {leastDays}")));
    }

    private static CheckLook OfFile(CheckDefinition check, DateTimeOffset now)
    {
        var file = BoundedFile.Read(check.Path);
        if (file.End != FileEnd.Read)
        {
            return new CheckLook(false, CheckLooks.Line(file.Sentence));
        }

        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(file.Bytes);
            return Judge(new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero), check.LeastDays, now, "");
        }
        catch (CryptographicException e)
        {
            return new CheckLook(false, CheckLooks.Line($"no certificate in {check.Path}: {e.Message}"));
        }
        finally
        {
            // The file may hold the key too.
            CryptographicOperations.ZeroMemory(file.Bytes);
        }
    }

    private static async Task<CheckLook> OfServerAsync(CheckDefinition check, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset? end = null;
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(check.Host, check.Port, cancellationToken).ConfigureAwait(false);

            // Only its dates are looked at: whether it is trusted is the business of a check of type http.
            using var secure = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, errors) =>
            {
                end = EndOf(certificate);
                return errors == SslPolicyErrors.None;
            });
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = check.Host }, cancellationToken).ConfigureAwait(false);
            return end is { } known ? Judge(known, check.LeastDays, now, "") : new CheckLook(false, "the server shows no certificate");
        }
        catch (AuthenticationException) when (end is not null)
        {
            return Judge(end.Value, check.LeastDays, now, "");
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            return new CheckLook(false, CheckLooks.Line(e.Message));
        }
    }
}
