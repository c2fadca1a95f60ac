using System.Text.Json;
using HaConsole.Engine.Peering;
using HaConsole.Web.Api;
using HaConsole.Web.Live;

namespace HaConsole.Web.Model.Drills;

/// <summary>
/// The drill that the other server leads now, with its steps. It is asked for only while a page looks, and once for all pages: the journal tells of
/// a drill when it begins and when it has ended, the steps between are known to the server that leads it.
/// </summary>
public sealed class OtherDrill(ConsoleEngine engine, TimeProvider time) : IDisposable
{
    /// <summary>How long an answer is good enough; a page looks this often.</summary>
    public static readonly TimeSpan Good = TimeSpan.FromSeconds(1.5);

    private readonly SemaphoreSlim turn = new(1);
    private DrillView? last;
    private long? at;

    /// <summary>The drill; null when there is none, or the other server does not answer.</summary>
    public async Task<DrillView?> LookAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (at is not { } then || time.GetElapsedTime(then) >= Good / 2)
            {
                last = await AskAsync(cancellationToken).ConfigureAwait(false);
                at = time.GetTimestamp();
            }

            return last;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task<DrillView?> AskAsync(CancellationToken cancellationToken)
    {
        var answer = await engine.Run.ForwardToPeerAsync(new ForwardedRequest("GET", "/api/v1/drills/current", "", new Dictionary<string, string>()), cancellationToken).ConfigureAwait(false);
        if (answer is not { Status: StatusCodes.Status200OK })
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(answer.Body, ApiJson.Default.DrillState)?.Running;
        }
        catch (JsonException)
        {
            // Of a version that says it otherwise.
            return null;
        }
    }
}
