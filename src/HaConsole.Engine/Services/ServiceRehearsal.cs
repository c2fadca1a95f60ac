using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>
/// Starts and stops a service that does nothing, once, in a directory of its own: what is compiled and loaded by that need not be
/// at the moment that matters, the first start after a failover.
/// </summary>
internal static class ServiceRehearsal
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal static async Task RunAsync(TimeProvider time)
    {
        try
        {
            var directory = Directory.CreateTempSubdirectory("haconsole-rehearsal-").FullName;
            try
            {
                await using var set = new ServiceSet(new ServiceSetOptions { DataDirectory = directory, Pair = ".rehearsal", Time = time });
                set.Configure([new ServiceDefinition { Name = "rehearsal", Command = "sleep", Arguments = ["60"], RestartBudget = 0 }]);
                set.Renew(Patience);
                set.Start(Epoch.None);
                using var limit = new CancellationTokenSource(Patience, time);
                await set.WhenAsync(() => set.Current.State is ServicesState.Running or ServicesState.StartFailed, limit.Token);
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // Only the first start will be slower.
        }
    }
}
