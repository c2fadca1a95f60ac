using System.Text;
using System.Text.RegularExpressions;
using HaConsole.Engine.FileSets.Posix;

namespace HaConsole.Engine.FileSets;

/// <summary>
/// Which paths of a set are copied. <c>*</c> and <c>?</c> stay within a name, <c>**</c> does not; a pattern without <c>/</c> matches a name at
/// any depth, one with <c>/</c> the whole path from the root; an excluded directory excludes what is in it. No include pattern: everything.
/// </summary>
internal sealed class PathPatterns
{
    /// <summary>Directory in the root of a set that holds what is received and what was replaced; never copied.</summary>
    public const string OwnDirectory = ".haconsole";

    private const int LongestPattern = 500;
    private readonly Regex? include;
    private readonly Regex? exclude;

    public PathPatterns(IReadOnlyList<string> include, IReadOnlyList<string> exclude)
    {
        this.include = Compile(include);
        this.exclude = Compile(exclude);
    }

    /// <summary>Without patterns a whole directory can be moved at once.</summary>
    public bool IsEmpty => include is null && exclude is null;

    /// <summary>Why it is no pattern; null when it is one.</summary>
    public static string? Problem(string pattern)
        => pattern.Trim().Trim('/').Length == 0 ? "it must not be empty"
            : pattern.Length > LongestPattern || pattern.Any(char.IsControl) ? $"it must be one line of at most {LongestPattern} characters"
            : pattern.Split('/').Any(p => p is "." or "..") ? "it must not hold . or .. as a name"
            : null;

    /// <summary>Whether something of that path and kind takes part.</summary>
    public bool Takes(string path, FileKind kind)
        => path != OwnDirectory && !PathName.IsIn(path, OwnDirectory)
            && exclude?.IsMatch(path) != true
            && (kind == FileKind.Directory || include is null || include.IsMatch(path));

    /// <summary>Whether a path takes part when its directories are looked at as well.</summary>
    public bool TakesWithParents(string path, FileKind kind)
    {
        for (var parent = PathName.Parent(path); parent.Length > 0; parent = PathName.Parent(parent))
        {
            if (!Takes(parent, FileKind.Directory))
            {
                return false;
            }
        }

        return Takes(path, kind);
    }

    private static Regex? Compile(IReadOnlyList<string> patterns)
        => patterns.Count == 0 ? null
            : new Regex(string.Join('|', patterns.Select(Translate)), RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant);

    private static string Translate(string pattern)
    {
        var rest = pattern.Trim();
        var anchored = rest.Trim('/').Contains('/', StringComparison.Ordinal) || rest.StartsWith('/');
        rest = rest.Trim('/');
        var text = new StringBuilder(anchored ? "^" : "(^|/)");
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i] == '*' && i + 1 < rest.Length && rest[i + 1] == '*')
            {
                i++;
                if (i + 1 < rest.Length && rest[i + 1] == '/')
                {
                    i++;
                    text.Append("(.*/)?");
                }
                else
                {
                    text.Append(".*");
                }
            }
            else
            {
                text.Append(rest[i] switch { '*' => "[^/]*", '?' => "[^/]", var c => Regex.Escape(c.ToString()) });
            }
        }

        // What is in a matched directory is matched as well.
        return text.Append(@"(/.*)?\z").ToString();
    }
}
