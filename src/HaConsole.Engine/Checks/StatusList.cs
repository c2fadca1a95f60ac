using System.Globalization;

namespace HaConsole.Engine.Checks;

/// <summary>HTTP status codes as they are written: <c>200,204,300-399</c>.</summary>
internal static class StatusList
{
    private const int MostParts = 50;

    /// <summary>The ranges; null when the text is none. An empty text is 200-399.</summary>
    public static IReadOnlyList<(int From, int To)>? Read(string text)
    {
        if (text.Length == 0)
        {
            return [(200, 399)];
        }

        var ranges = new List<(int From, int To)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', StringSplitOptions.TrimEntries);
            if (ends.Length > 2 || Code(ends[0]) is not { } from || Code(ends[^1]) is not { } to || to < from || ranges.Count == MostParts)
            {
                return null;
            }

            ranges.Add((from, to));
        }

        return ranges;
    }

    private static int? Code(string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 100 and <= 599 ? code : null;
}
