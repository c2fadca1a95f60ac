using HaConsole.Web.Live;

namespace HaConsole.Web.Operations;

/// <summary>What is about to be done, as the audit log names it.</summary>
/// <param name="Action">Stable name, for example <c>switch</c>.</param>
/// <param name="Target">What it is done to, for example <c>server 2</c>; empty when there is only one.</param>
/// <param name="CommandLine">The same on the command line: <c>haconsole switch --to 2</c>. Without secrets.</param>
/// <param name="Needs">Right needed.</param>
public sealed record Operation(string Action, string Target, string CommandLine, Right Needs)
{
    /// <summary>Needs a password given lately: what changes users, and what forces.</summary>
    public bool NeedsProof { get; init; }

    /// <summary>State before, for the audit log; empty when it does not matter.</summary>
    public string Before { get; init; } = "";

    /// <summary>State wanted, for the audit log; without secrets.</summary>
    public string After { get; init; } = "";

    /// <summary>It goes into the audit log. Default: all but what only looks; exports look, but take everything with them, and set this.</summary>
    public bool Audited { get; init; } = Needs > Right.View;
}

/// <summary>
/// The one door for everything that changes something: authorises inside the command, whatever page or call it came from, and writes
/// what was tried and what came of it to the audit log.
/// </summary>
public sealed partial class OperationGate(ConsoleEngine engine, ILogger<OperationGate> logger)
{
    /// <summary>Carries out an operation for somebody.</summary>
    public async Task<TResult> RunAsync<TResult>(Actor actor, Operation operation, Func<Task<TResult>> carryOut, Func<OperationEnd, string, TResult> refuse)
        where TResult : OperationResult
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(carryOut);
        ArgumentNullException.ThrowIfNull(refuse);
        var missing = !actor.Has(operation.Needs) ? $"{operation.Action} needs the role {RoleOf(operation.Needs)}"
            : operation.NeedsProof && !actor.IsProven ? "This needs your password: it was given more than 15 minutes ago."
            : null;
        if (missing is not null)
        {
            var forbidden = refuse(OperationEnd.Forbidden, missing);
            await RecordAsync(actor, operation, forbidden.End, forbidden.Sentence).ConfigureAwait(false);
            return forbidden;
        }

        TResult result;
        try
        {
            result = await carryOut().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await RecordAsync(actor, operation, OperationEnd.Failed, $"{e.GetType().Name}: {e.Message}").ConfigureAwait(false);
            throw;
        }

        await RecordAsync(actor, operation, result.End, result.Sentence).ConfigureAwait(false);
        return result;
    }

    /// <summary>Carries out an operation that yields nothing but its end.</summary>
    public Task<OperationResult> RunAsync(Actor actor, Operation operation, Func<Task<OperationResult>> carryOut)
        => RunAsync(actor, operation, carryOut, (end, sentence) => new OperationResult(end, sentence));

    /// <summary>
    /// Writes to the log, and to the audit log when the operation is audited. For what is not carried out through this gate, too: sign-ins,
    /// refused requests. Waits until the entry is on disk, at most about 2 s; a disk that refuses refuses no command.
    /// </summary>
    public Task RecordAsync(Actor actor, Operation operation, OperationEnd end, string sentence)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(operation);
        LogOperation(actor.Name, actor.Origin, operation.Action, operation.Target, end, sentence);
        if (!operation.Audited)
        {
            return Task.CompletedTask;
        }

        var entry = AuditEntries.Of(actor, operation, end, sentence);

        // The disk may make it wait; a page's own thread of work must not.
        return Task.Run(() => engine.Run.Audit.Append(entry));
    }

    /// <summary>Role that gives a right.</summary>
    public static string RoleOf(Right permission) => permission switch
    {
        Right.None or Right.View => "viewer",
        Right.Operate => "operator",
        _ => "admin",
    };

    [LoggerMessage(2101, LogLevel.Information, "{User} ({Origin}) {Action} {Target}: {End}. {Sentence}")]
    private partial void LogOperation(string user, Origin origin, string action, string target, OperationEnd end, string sentence);
}
