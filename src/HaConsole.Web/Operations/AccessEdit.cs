using HaConsole.Engine;
using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Operations;

/// <summary>Changes users and tokens in the replicated document.</summary>
internal static class AccessEdit
{
    /// <summary>Applies a change and says how it ended; <paramref name="change"/> may be called several times and throws <see cref="RefusedException"/> to refuse.</summary>
    public static async Task<OperationResult> ApplyAsync(IHaEngine engine, string owner, Func<AccessConfiguration, AccessConfiguration> change, string sentence)
    {
        try
        {
            // Once begun a change is saved on both or on none, whether or not its caller waits.
            var outcome = await engine.EditConfigurationAsync(c => c with { Access = change(c.Access) }, owner, CancellationToken.None).ConfigureAwait(false);
            if (outcome.Conflict)
            {
                return new OperationResult(OperationEnd.Conflict, "Somebody else changes the configuration at the same time; try again.");
            }

            if (!outcome.Saved)
            {
                // What the disk refuses is no wrong value.
                var end = outcome.Problems.Count == 0 || outcome.Problems.Any(p => p.Key == "Node:DataDirectory") ? OperationEnd.Failed : OperationEnd.Invalid;
                return new OperationResult(end, string.Join("; ", outcome.Problems.Select(p => p.Sentence).DefaultIfEmpty("It could not be saved."))) { Problems = outcome.Problems };
            }

            return OperationResult.Done(outcome.OnPeer == false ? sentence + " The other server gets it when it can be reached." : sentence);
        }
        catch (RefusedException e)
        {
            return new OperationResult(e.End, e.Message);
        }
    }

    /// <summary>The change cannot be made.</summary>
    internal sealed class RefusedException(OperationEnd end, string sentence) : Exception(sentence)
    {
        public OperationEnd End { get; } = end;
    }
}
