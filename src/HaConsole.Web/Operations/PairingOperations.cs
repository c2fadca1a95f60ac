using HaConsole.Engine;
using HaConsole.Web.Live;

namespace HaConsole.Web.Operations;

/// <summary>A one-time pairing code.</summary>
/// <param name="Code">Typed on the other server within ten minutes.</param>
public sealed record PairingCode(string Code);

/// <summary>Makes two servers a pair, and starts this one anew when it must.</summary>
public sealed class PairingOperations(ConsoleEngine engine, OperationGate gate)
{
    /// <summary>Makes a one-time code for the other server.</summary>
    public Task<OperationResult<PairingCode>> MakeCodeAsync(Actor actor) => gate.RunAsync(
        actor,
        new Operation("pair-code", "", "haconsole pair", Right.Administer),
        () => Task.FromResult(MakeCode()),
        (end, sentence) => new OperationResult<PairingCode>(end, sentence, null));

    /// <summary>
    /// Joins the server at an address with the code that it shows. A server that was alone until now starts its worker again by itself: number,
    /// address and peer link are those of a start.
    /// </summary>
    public async Task<OperationResult> JoinAsync(Actor actor, string code, string address)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(address);
        var (word, target) = (code.Trim(), address.Trim());
        var joined = await gate.RunAsync(actor, new Operation("pair", target, "haconsole pair CODE@" + target, Right.Administer), async () =>
            word.Length == 0 || target.Length == 0
                ? OperationResult.Invalid("code and address go together; without both a new code is made")
                : await engine.Engine.PairAsync(word, target, CancellationToken.None).ConfigureAwait(false) is { } refusal
                    ? OperationResult.Refused(refusal)
                    : OperationResult.Done($"Paired with {target}")).ConfigureAwait(false);
        if (!joined.Succeeded || engine.Engine.Current.RestartNeeded is null)
        {
            return joined;
        }

        // Only now: who has paired is in the audit log before the worker ends.
        var kept = await engine.Engine.RestartAsync(actor.Name, CancellationToken.None).ConfigureAwait(false);
        return OperationResult.Done(kept is null
            ? $"Paired with {target}. The worker of this server starts again now, by itself, to open the peer link; its services go on."
            : $"Paired with {target}. {kept} Until then it runs alone.");
    }

    /// <summary>Tests the ports between this server and an address, both ways when they are paired.</summary>
    public async Task<IReadOnlyList<PortTest>> TestAsync(Actor actor, string address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(address);

        // Nobody else may have this server knock at addresses of his choice.
        return actor.Has(Right.Administer) && address.Trim().Length is > 0 and <= 255 ? await engine.Engine.TestPeerAsync(address.Trim(), cancellationToken).ConfigureAwait(false) : [];
    }

    private OperationResult<PairingCode> MakeCode()
    {
        try
        {
            return new OperationResult<PairingCode>(OperationEnd.Done, "Type this code on the other server within 10 minutes", new PairingCode(engine.Engine.CreatePairingCode()));
        }
        catch (InvalidOperationException e)
        {
            // There is no peer link yet: its addresses are missing, or the server must start again with them.
            return new OperationResult<PairingCode>(OperationEnd.Refused, e.Message, null);
        }
    }
}
