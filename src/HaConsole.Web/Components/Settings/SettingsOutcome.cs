using HaConsole.Web.Operations;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>Ends of operations in the language of the page.</summary>
internal static class SettingsOutcome
{
    /// <summary>What came of a change of the configuration.</summary>
    public static Note Of(OperationResult<ConfigurationChange> result, IStringLocalizer<SettingsTexts> texts) => result.End switch
    {
        OperationEnd.Done when result.Value is { } change => change.OnPeer switch
        {
            true => new Note("good", texts["saved.both", change.Document.Revision]),
            false => new Note("warn", texts["saved.here", change.Document.Revision]),
            null => new Note("good", texts["saved.alone", change.Document.Revision]),
        },
        OperationEnd.Conflict when result.Value is { } change => new Note("warn", texts["conflict", change.Document.SavedBy, change.Document.Revision]),
        OperationEnd.Forbidden => new Note("bad", texts["forbidden"]),
        OperationEnd.Invalid => new Note("bad", texts["invalid", Spoken(result.Sentence)]),
        OperationEnd.Refused => new Note("bad", texts["refused", Spoken(result.Sentence)]),
        _ => new Note("bad", texts["failed", Spoken(result.Sentence)]),
    };
}
