using System.Text.RegularExpressions;

namespace HaConsole.Tidy.Tests;

/// <summary>The Dockerfile, read as text: what a container of this program must have.</summary>
public sealed partial class ContainerTests
{
    private static readonly string[] Lines = Repository.Text("Dockerfile").Replace("\\\n", " ", StringComparison.Ordinal).Split('\n');

    [Fact]
    public void It_is_built_in_stages_and_the_last_one_has_no_SDK()
    {
        var stages = Instructions("FROM").ToList();
        Assert.True(stages.Count >= 2, "one stage only");
        Assert.DoesNotContain("/sdk", stages[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void It_does_not_run_as_root()
    {
        var user = Assert.Single(Instructions("USER"));
        Assert.DoesNotMatch(@"^(root|0)\b", user);
    }

    [Fact]
    public void It_asks_the_program_itself_for_its_health()
        => Assert.Matches(@"CMD \[.*""healthcheck"".*\]", Assert.Single(Instructions("HEALTHCHECK")));

    [Fact]
    public void It_keeps_its_data_outside()
    {
        Assert.Contains("/data", Assert.Single(Instructions("VOLUME")), StringComparison.Ordinal);
        Assert.Contains(Instructions("ENV"), x => x.Contains("Node__DataDirectory=/data", StringComparison.Ordinal));
    }

    [Fact]
    public void It_names_the_ports_of_console_and_peer_link()
        => Assert.Equal(["2011", "8080"], Instructions("EXPOSE").SelectMany(x => x.Split(' ')).Order());

    [Fact]
    public void Every_file_and_folder_that_it_copies_exists()
        => Repository.Clean("Dockerfile", Instructions("COPY").Where(x => !x.StartsWith("--from", StringComparison.Ordinal))
            .SelectMany(x => x.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(y => !y.StartsWith("--", StringComparison.Ordinal)).SkipLast(1))
            .Where(x => x != "." && !Repository.Exists(x)).Select(x => $"COPY {x}: does not exist"));

    [Fact]
    public void The_build_context_leaves_out_what_was_built_and_what_is_data()
    {
        var ignored = Repository.Text(".dockerignore").Split('\n');
        Assert.All((string[])["**/bin", "**/obj", "data", ".git"], x => Assert.Contains(x, ignored));
    }

    private static IEnumerable<string> Instructions(string name)
        => Lines.Where(x => x.StartsWith(name + " ", StringComparison.Ordinal)).Select(x => Blanks().Replace(x[(name.Length + 1)..].Trim(), " "));

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
