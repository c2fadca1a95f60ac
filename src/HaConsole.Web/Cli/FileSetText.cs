using System.Globalization;
using System.Text.Json.Serialization;
using HaConsole.Web.Model.FileSets;

namespace HaConsole.Web.Cli;

/// <summary>Reads what the server says about file sets; a member that is calculated is skipped.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FileSetList))]
internal sealed partial class FileSetJson : JsonSerializerContext;

/// <summary>File sets as the command line prints them.</summary>
internal static class FileSetText
{
    private const int MostListed = 20;

    public static IEnumerable<string> Lines(IReadOnlyList<FileSetView> sets)
    {
        if (sets.Count == 0)
        {
            yield return "no file sets are configured (FileSets:N:Name, …)";
        }

        foreach (var set in sets)
        {
            yield return $"{set.Name} ({set.Path}): {Word(set.State)}{(set.Sentence.Length > 0 ? $": {set.Sentence}" : "")}";
            yield return $"  {(set.Source is { } source ? $"#{source} -> #{3 - source}" : "nobody sends")}{(set.Automatic ? "" : ", only by hand")}"
                + $"; {(set.AgreedAgeSeconds is { } age ? $"both agreed {Values.Age(age)} ago" : "both have not agreed yet")}{(set.LagSeconds is { } lag ? $"; the last change was there after {Values.Took(lag)}" : "")}";
            if (set.NextTryInSeconds is { } next)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"  next attempt in {next:0} s");
            }

            if (set is { IsRunning: true, Progress: { } progress })
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"  compared {progress.Files} names; sent {progress.SentFiles} of {progress.WantedFiles} files, {progress.SentBytes} of {progress.WantedBytes} bytes, {progress.BytesPerSecond:0} bytes/s{(progress.SecondsLeft is { } left ? $", {left:0} s left" : "")}");
            }

            foreach (var drift in set.Drifts.TakeLast(MostListed))
            {
                yield return $"  differs: {drift.Path}: {drift.Kind.ToString().ToLowerInvariant()}{(drift.Detail.Length > 0 ? $", {drift.Detail}" : "")}{(drift.KeptAs.Length > 0 ? $"; kept as {drift.KeptAs}" : "")}";
            }

            if (set.DriftCount > Math.Min(MostListed, set.Drifts.Count))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"  … {set.DriftCount} differences in all");
            }

            foreach (var problem in set.Problems.Take(MostListed))
            {
                yield return $"  {problem.Code}: {(problem.Path.Length > 0 ? problem.Path + ": " : "")}{problem.Sentence}";
            }

            if (set.Problems.Count > MostListed)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"  … {set.Problems.Count} problems in all");
            }
        }
    }

    private static string Word(string state) => state switch { "InSync" => "in sync", "OutOfSync" => "OUT OF SYNC", "Failed" => "FAILED", _ => state.ToLowerInvariant() };
}
