using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Peering;
using HaConsole.Engine.State;
using HaConsole.Engine.Status;
using HaConsole.Storage;

namespace HaConsole.Web.Hosting;

/// <summary>Makes the real engine from the merged configuration.</summary>
public sealed class EngineFactory : IEngineFactory
{
    /// <inheritdoc/>
    public void Check(IConfiguration configuration) => Read(configuration);

    /// <inheritdoc/>
    public Task<IEngineRun> CreateAsync(EngineContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var start = Read(context.Configuration);
        try
        {
            var run = HaEngineFactory.Create(start, context.Time, context.Loggers, End, context.Dispatch, context.Restart, SqlCheck.LookAsync);
            return Task.FromResult<IEngineRun>(new EngineRun(run));
        }
        catch (Exception e) when (e is DataDirectoryException or PeerLinkException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(e.Message);
        }
    }

    private static StartConfiguration Read(IConfiguration configuration)
    {
        var start = ConfigurationReader.Read(configuration);
        return start.IsRefused ? throw new StartRefusedException(start.Problems) : start;
    }

    /// <summary>A loop that failed has lost its state: the supervisor starts a new worker, which adopts the services.</summary>
    private static void End(Exception cause) => Environment.FailFast("The engine's loop has failed.", cause);

    private sealed class EngineRun(HaEngineRun run) : IEngineRun
    {
        public IHaEngine Engine => run.Engine;

        public HealthBoard Health => run.Board;

        public IJournal Journal => run.Engine.Journal;

        public IAuditLog Audit => run.Audit;

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            try
            {
                await run.Engine.StartAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (PeerLinkException e)
            {
                throw new StartRefusedException(e.Message);
            }
        }

        public void NonceArrived(string nonce) => run.Vip.Arrived(nonce);

        public Task<string?> RotateCertificateAsync(CancellationToken cancellationToken) => run.Engine.RotateCertificateAsync(cancellationToken);

        public Task<ForwardedResponse?> ForwardToPeerAsync(ForwardedRequest request, CancellationToken cancellationToken)
            => run.Engine.ForwardToPeerAsync(request, cancellationToken);

        public ValueTask DisposeAsync() => run.DisposeAsync();
    }
}
