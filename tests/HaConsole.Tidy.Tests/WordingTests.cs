using System.Text.RegularExpressions;

namespace HaConsole.Tidy.Tests;

/// <summary>Words that have no place in a finished file. The patterns are put together here so that this file is no hit itself.</summary>
public sealed class WordingTests
{
    private static readonly string[] TextEndings = [".cs", ".razor", ".css", ".js", ".sh", ".md", ".json", ".csproj", ".props", ".targets", ".py", "Dockerfile", "run"];

    private static readonly (string Rule, Regex Pattern)[] Everywhere =
    [
        ("unfinished work", new Regex(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK|XX" + @"X)\b|NotImplemented" + "Exception")),
        ("a warning that is switched off in code", new Regex(@"#pragma " + @"warning disable")),
        ("a path of one machine", new Regex(@"(?<![\w.}])/(wo" + @"rk|ro" + @"ot|home/\w+)/|/tm" + @"p/wt\b")),
        ("a package source of one machine", new Regex(@"https?://[\w.-]*(artifact" + @"ory|nexus|jfrog|prox" + @"get)[\w.-]*", RegexOptions.IgnoreCase)),
    ];

    private static readonly (string Rule, Regex Pattern)[] InSources =
    [
        ("a clock of its own (use TimeProvider)", new Regex(@"\bDateTime(Offset)?\.(Utc)?No" + @"w\b")),
        ("waiting by sleeping", new Regex(@"\bThread\.Sle" + @"ep\b")),
    ];

    private static readonly (string Rule, Regex Pattern)[] InTests =
    [
        ("waiting by sleeping", new Regex(@"\bThread\.Sle" + @"ep\b")),
        ("a test that asserts nothing", new Regex(@"Assert\.True\(tr" + @"ue\)")),
    ];

    [Fact]
    public void No_file_holds_unfinished_work_or_traces_of_one_machine() => Check([""], TextEndings, Everywhere);

    [Fact]
    public void Sources_take_time_as_an_argument_and_never_sleep() => Check(["src/", "migrations/"], [".cs", ".razor"], InSources);

    [Fact]
    public void Tests_wait_for_conditions() => Check(["tests/"], [".cs"], InTests);

    [Theory]
    [InlineData("// TO" + "DO: later")]
    [InlineData("throw new NotImplemented" + "Exception();")]
    [InlineData("#pragma " + "warning disable CA1")]
    [InlineData("see /wo" + "rk/shared")]
    public void The_patterns_find_what_they_are_made_for(string line) => Assert.Contains(Everywhere, x => x.Pattern.IsMatch(line));

    [Theory]
    [InlineData("var x = DateTime.UtcNo" + "w;")]
    [InlineData("Thread.Sle" + "ep(1);")]
    public void The_patterns_for_sources_find_what_they_are_made_for(string line) => Assert.Contains(InSources, x => x.Pattern.IsMatch(line));

    [Fact]
    public void Ordinary_text_is_no_hit()
        => Assert.DoesNotContain(Everywhere.Concat(InSources), x => x.Pattern.IsMatch("The worker's network/path, time.GetUtcNow(), hackneyed, todos"));

    private static void Check(string[] folders, string[] endings, (string Rule, Regex Pattern)[] rules)
        => Repository.Clean("banned words", Repository.Below(folders, endings).Where(x => !Repository.IsGenerated(x)).AsParallel().AsOrdered().SelectMany(file =>
        {
            var lines = Repository.Text(file).Split('\n');
            return lines.SelectMany((line, i) => rules.Where(x => x.Pattern.IsMatch(line)).Select(x => $"{file}:{i + 1}: {x.Rule}: {line.Trim()}"));
        }));
}
