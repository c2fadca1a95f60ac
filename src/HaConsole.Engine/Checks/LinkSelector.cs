using System.Globalization;
using System.Net.Sockets;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Checks;

/// <summary>
/// Looks at the link to a third system, and knows which of its two addresses is in use: exactly one, the alternate only while the main one
/// is down. Used by one look at a time.
/// </summary>
internal sealed class LinkSelector(CheckDefinition check)
{
    private volatile bool alternate;
    private int failures;
    private int mainSuccesses;

    /// <summary>Address in use.</summary>
    public string InUse => alternate ? check.Alternate : check.Main;

    /// <summary>The alternate address is in use.</summary>
    public bool IsAlternate => alternate;

    /// <summary>Host and port of an address as it is written; null when it is none.</summary>
    public static (string Host, int Port)? Read(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            return null;
        }

        var host = text[..colon];
        var bracketed = host.StartsWith('[') && host.EndsWith(']') && host.Length > 2;
        host = bracketed ? host[1..^1] : host;
        return host.Any(char.IsWhiteSpace) || (!bracketed && host.Contains(':', StringComparison.Ordinal)) ? null : (host, port);
    }

    public async Task<CheckLook> LookAsync(CancellationToken cancellationToken)
    {
        if (alternate && check.FollowBack)
        {
            // Closed again before the other one is opened: never two at a time.
            mainSuccesses = (await ConnectAsync(check.Main, cancellationToken).ConfigureAwait(false)).Succeeded ? mainSuccesses + 1 : 0;
            if (mainSuccesses >= check.Rise)
            {
                Use(false);
                return Said(new CheckLook(true, "connected"));
            }
        }

        var look = await ConnectAsync(InUse, cancellationToken).ConfigureAwait(false);
        failures = look.Succeeded ? 0 : failures + 1;
        if (failures < check.Fall || check.Alternate.Length == 0)
        {
            return Said(look);
        }

        Use(!alternate);
        return Said(await ConnectAsync(InUse, cancellationToken).ConfigureAwait(false));
    }

    private void Use(bool other) => (alternate, failures, mainSuccesses) = (other, 0, 0);

    private CheckLook Said(CheckLook look) => check.Alternate.Length == 0 ? look with { Detail = $"{InUse}: {look.Detail}" } : look with { Detail = $"{(alternate ? "alternate" : "main")} address {InUse}: {look.Detail}" };

    private async Task<CheckLook> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        if (Read(address) is not { } target)
        {
            return new CheckLook(false, "no address");
        }

        // Half of the time each: an address that does not answer must leave the other one its turn.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (check.Alternate.Length > 0)
        {
            limit.CancelAfter(TimeSpan.FromSeconds(check.Timeout * 0.45));
        }

        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(target.Host, target.Port, limit.Token).ConfigureAwait(false);
            return new CheckLook(true, "connected");
        }
        catch (SocketException e)
        {
            return new CheckLook(false, CheckLooks.Line(e.Message));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new CheckLook(false, "no answer", TimedOut: true);
        }
    }
}
