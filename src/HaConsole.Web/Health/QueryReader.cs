namespace HaConsole.Web.Health;

/// <summary>Reads one value of a query string in place.</summary>
public static class QueryReader
{
    /// <summary>First value of <paramref name="name"/> (in any case), as it is written; empty when there is none.</summary>
    /// <param name="query">Query string with or without its question mark.</param>
    /// <param name="name">Parameter's name.</param>
    public static ReadOnlySpan<char> Value(ReadOnlySpan<char> query, ReadOnlySpan<char> name)
    {
        query = query.TrimStart('?');
        while (!query.IsEmpty)
        {
            var end = query.IndexOf('&');
            var pair = end < 0 ? query : query[..end];
            query = end < 0 ? [] : query[(end + 1)..];
            var equals = pair.IndexOf('=');
            if (equals > 0 && pair[..equals].Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return pair[(equals + 1)..];
            }
        }

        return [];
    }
}
