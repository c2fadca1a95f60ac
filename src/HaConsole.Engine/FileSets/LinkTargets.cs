namespace HaConsole.Engine.FileSets;

/// <summary>Where symbolic links lead.</summary>
internal static class LinkTargets
{
    /// <summary>Whether a link at <paramref name="path"/> of a set leads to something in it, by its text.</summary>
    public static bool StaysInside(string root, string path, string target)
    {
        if (target.Length == 0)
        {
            return false;
        }

        var depth = 0;
        if (target.StartsWith('/'))
        {
            var above = root.TrimEnd('/') + "/";
            if (!target.StartsWith(above, StringComparison.Ordinal))
            {
                return target == root.TrimEnd('/');
            }

            target = target[above.Length..];
        }
        else
        {
            depth = path.Count(c => c == '/');
        }

        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            depth += part switch { "." => 0, ".." => -1, _ => 1 };
            if (depth < 0)
            {
                return false;
            }
        }

        return true;
    }
}
