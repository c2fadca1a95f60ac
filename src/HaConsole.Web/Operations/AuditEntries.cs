using HaConsole.Engine.Journal;

namespace HaConsole.Web.Operations;

/// <summary>Entries of the audit log, made from what operators do.</summary>
public static class AuditEntries
{
    /// <summary>Longest text of one field, in characters: somebody who types a book must not fill the audit log with it.</summary>
    public const int LongestField = 2_000;

    /// <summary>The entry of an operation that has ended.</summary>
    public static AuditEntry Of(Actor actor, Operation operation, OperationEnd end, string sentence)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(operation);
        return new AuditEntry
        {
            User = Short(actor.Name),
            Role = actor.May == Right.None ? "" : OperationGate.RoleOf(actor.May),
            Origin = actor.Origin.ToString().ToLowerInvariant(),
            Address = Short(actor.Address),
            Action = operation.Action,
            Target = Short(operation.Target),
            CommandLine = Short(operation.CommandLine),
            Before = Short(operation.Before),
            After = Short(operation.After),
            Result = ResultOf(end),
            Sentence = Short(sentence),
        };
    }

    /// <summary><c>done</c>, <c>refused</c> or <c>failed</c>.</summary>
    public static string ResultOf(OperationEnd end) => end switch
    {
        OperationEnd.Done => "done",
        OperationEnd.Failed => "failed",
        _ => "refused",
    };

    private static string Short(string text) => text.Length <= LongestField ? text : string.Concat(text.AsSpan(0, LongestField), " …");
}
