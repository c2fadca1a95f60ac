using System.Net;
using System.Net.Sockets;
using HaConsole.Failover;

namespace HaConsole.Engine.Probing;

/// <summary>Probes the monitor URL over HTTP. One instance serves all probes of a server.</summary>
/// <param name="time">Clock of the timeouts.</param>
/// <param name="https">Ask by HTTPS. Default off.</param>
public sealed class HttpMonitorProbe(TimeProvider time, bool https = false) : IMonitorProbe, IDisposable
{
    private static readonly ProbeFact NoAnswer = new(ProbeOutcome.NoAnswer, Role.Unknown);

    /// <summary>What a call may take beyond its timeout before it is left alone.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(50);
    private readonly MonitorClient client = new(https);

    /// <inheritdoc/>
    public async Task<ProbeFact> ProbeAsync(string address, int port, bool needsApplicationOk, bool askRole, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var health = AskHealthAsync(address, port, needsApplicationOk, either.Token);
            var role = askRole ? AskRoleAsync(address, port, either.Token) : Task.FromResult(Role.Unknown);
            await Task.WhenAll(health, role).WaitAsync(timeout + Grace, time, CancellationToken.None);
            return new ProbeFact((await health).Outcome, await role) { IsRefused = (await health).IsRefused };
        }
        catch (TimeoutException)
        {
            // The call hangs in spite of its cancellation: it is left alone, the tick goes on.
            return NoAnswer;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task<(ProbeOutcome Outcome, bool IsRefused)> AskHealthAsync(string address, int port, bool needsApplicationOk, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.AskAsync(address, port, "mod=IPSWS", needsApplicationOk, cancellationToken);
            return (answer.Status == HttpStatusCode.OK && (!needsApplicationOk || answer.Body == "IPSWS=OK") ? ProbeOutcome.Success : ProbeOutcome.Unhealthy, false);
        }
        catch (Exception e) when (IsNoAnswer(e))
        {
            return (ProbeOutcome.NoAnswer, e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused });
        }
    }

    private async Task<Role> AskRoleAsync(string address, int port, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.AskAsync(address, port, "mod=FT", needsBody: true, cancellationToken);
            return answer.Body switch
            {
                "ACTIVE" => Role.Active,
                "STANDBY" => Role.Standby,
                _ => Role.Unknown,
            };
        }
        catch (Exception e) when (IsNoAnswer(e))
        {
            return Role.Unknown;
        }
    }

    private static bool IsNoAnswer(Exception failure)
        => failure is HttpRequestException or OperationCanceledException or IOException or SocketException or UriFormatException or ObjectDisposedException;
}
