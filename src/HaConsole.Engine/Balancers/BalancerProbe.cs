using System.Net.NetworkInformation;
using System.Net.Sockets;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Probing;

namespace HaConsole.Engine.Balancers;

/// <summary>One check of a load balancer, carried out from here.</summary>
/// <param name="Well">The balancer would count it as good.</param>
/// <param name="Answer">What was answered, or why nothing was, for people.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record BalancerCheck(bool Well, string Answer, double Milliseconds);

/// <summary>Asks as a load balancer does: plain HTTP without cookies and redirects, a connection for each check, its own timeout.</summary>
internal sealed class BalancerProbe(EngineClock clock) : IDisposable
{
    private const int LongestShown = 80;
    private readonly MonitorClient client = new(https: false);

    /// <summary>Carries out one check.</summary>
    /// <param name="address">Address of a server, or the VIP.</param>
    /// <param name="port">Port of the health URLs.</param>
    /// <param name="mode">What is asked.</param>
    /// <param name="timeout">The balancer's timeout.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<BalancerCheck> AskAsync(string address, int port, BalancerMode mode, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var begun = clock.Now;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        var (well, answer) = (false, "");
        try
        {
            (well, answer) = mode == BalancerMode.Ping
                ? await PingAsync(address, timeout, limit.Token)
                : await GetAsync(address, port, mode, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            answer = "no answer in time";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or PingException or InvalidOperationException)
        {
            answer = e.InnerException is SocketException inner ? inner.Message : e.Message;
        }

        return new BalancerCheck(well, answer, Math.Round((clock.Now - begun).TotalMilliseconds, 1));
    }

    public void Dispose() => client.Dispose();

    /// <summary>What the balancer takes for good.</summary>
    internal static bool IsWell(BalancerMode mode, int status, string body) => status == 200 && mode switch
    {
        BalancerMode.Ipsws => body == "IPSWS=OK",
        BalancerMode.Ft => body == "ACTIVE",
        _ => true,
    };

    private async Task<(bool Well, string Answer)> GetAsync(string address, int port, BalancerMode mode, CancellationToken cancellationToken)
    {
        var answer = await client.AskAsync(address, port, "mod=" + Of(mode), needsBody: true, cancellationToken);
        var status = (int)answer.Status;
        return (IsWell(mode, status, answer.Body), $"{status} {(answer.Body.Length > LongestShown ? answer.Body[..LongestShown] : answer.Body)}".Trim());
    }

    private static string Of(BalancerMode mode) => mode switch { BalancerMode.Ipsws => "IPSWS", BalancerMode.None => "NONE", _ => "FT" };

    private static async Task<(bool Well, string Answer)> PingAsync(string address, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var ping = new Ping();
        var reply = await ping.SendPingAsync(System.Net.IPAddress.Parse(address), timeout, cancellationToken: cancellationToken);
        return (reply.Status == IPStatus.Success, reply.Status.ToString());
    }
}
