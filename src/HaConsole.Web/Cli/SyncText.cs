using System.Globalization;
using System.Text.Json.Serialization;
using HaConsole.Web.Model.Sync;

namespace HaConsole.Web.Cli;

/// <summary>Reads what the server says about both configurations; a member that is calculated is skipped.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SyncView))]
internal sealed partial class SyncJson : JsonSerializerContext;

/// <summary>How the configurations compare, as the command line prints it.</summary>
internal static class SyncText
{
    /// <summary>The state: one line each for both servers, then drift and conflicts.</summary>
    public static IEnumerable<string> Lines(SyncView view)
    {
        yield return $"server #{view.Server} (this): revision {view.Revision}, saved by {view.SavedBy}, hash {Short(view.Hash)}";
        yield return view.State switch
        {
            "none" => "no second server is configured",
            "unknown" => $"server #{3 - view.Server}: does not answer",
            _ => $"server #{3 - view.Server}: revision {view.PeerRevision}, hash {Short(view.PeerHash)}, {Word(view.State)}",
        };
        if (view.AcknowledgedAgeSeconds is { } age)
        {
            yield return $"last confirmed to be the same {Values.Age(age)} ago{(view.LagSeconds is { } lag ? $"; the last change was confirmed after {Values.Took(lag)}" : "")}";
        }

        foreach (var row in view.Drift)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"differs since {row.Since:yyyy-MM-dd HH:mm:ss}Z: {row.Item}{(row.Reason.Length > 0 ? $": {row.Reason}" : "")}");
            foreach (var field in row.Fields)
            {
                yield return $"  {field.Key}: #1 {Value(field.Server1)}, #2 {Value(field.Server2)}";
            }
        }

        foreach (var conflict in view.Conflicts)
        {
            yield return $"conflict {conflict.Id} ({conflict.State}): edits on server #{conflict.Server} by {string.Join(", ", conflict.Saved.Select(s => s.By).Distinct())} lost against revision {conflict.Winner} of {conflict.WinnerSavedBy}";
            foreach (var field in conflict.Fields)
            {
                yield return $"  {field.Key}: lost {Value(field.Lost)}, in force {Value(field.Now)}, before both {Value(field.Common)}";
            }
        }
    }

    /// <summary>What changes or has changed.</summary>
    public static IEnumerable<string> Lines(SyncChange change)
    {
        foreach (var field in change.Changes)
        {
            yield return $"  {field.Key}: {Value(field.Before)} -> {Value(field.After)}";
        }

        foreach (var warning in change.Warnings)
        {
            yield return $"warning: {warning}";
        }

        yield return change.DryRun ? $"{change.Changes.Count} settings would change"
            : $"revision {change.Revision} is in force {change.OnPeer switch { true => "on both servers", false => "here; the other server does not have it yet", null => "on this server" }}";
    }

    private static string Value(string text) => text.Length == 0 ? "(none)" : text;

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;

    private static string Word(string state) => state switch { "equal" => "the same", "behind" => "behind this one", "ahead" => "ahead of this one", _ => "the same revision with other content" };
}
