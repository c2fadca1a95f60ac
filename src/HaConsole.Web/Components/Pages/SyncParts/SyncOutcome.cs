using HaConsole.Web.Components.Settings;
using HaConsole.Web.Model.Sync;
using HaConsole.Web.Operations;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SyncParts;

/// <summary>Ends of operations on this page, in its language.</summary>
internal static class SyncOutcome
{
    /// <summary>What came of a merge or of taking one server's configuration.</summary>
    public static Note Of(OperationResult<SyncChange> result, IStringLocalizer<SettingsTexts> texts)
        => result is { Succeeded: true, Value: { } change }
            ? change.OnPeer switch
            {
                true => new Note("good", texts["saved.both", change.Revision]),
                false => new Note("warn", texts["saved.here", change.Revision]),
                null => new Note("good", texts["saved.alone", change.Revision]),
            }
            : Of(result, texts, "", "forbidden");

    /// <summary>What came of anything else.</summary>
    /// <param name="result">Its end.</param>
    /// <param name="texts">Texts.</param>
    /// <param name="done">Said when it is done.</param>
    /// <param name="forbidden">Text for a role that is too low.</param>
    public static Note Of(OperationResult result, IStringLocalizer<SettingsTexts> texts, string done, string forbidden) => result.End switch
    {
        OperationEnd.Done => new Note("good", done),
        OperationEnd.Forbidden => new Note("bad", texts[forbidden]),
        OperationEnd.Invalid => new Note("bad", texts["invalid", Spoken(result.Sentence)]),
        OperationEnd.Conflict or OperationEnd.Refused => new Note("bad", texts["refused", Spoken(result.Sentence)]),
        _ => new Note("bad", texts["failed", Spoken(result.Sentence)]),
    };
}
