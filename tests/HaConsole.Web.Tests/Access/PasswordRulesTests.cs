using HaConsole.Web.Authentication;

namespace HaConsole.Web.Tests.Access;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("correct pony battery")]
    [InlineData("eine Kuh im Regen")]
    [InlineData("ключ от старого сарая")]
    [InlineData("長い長い合言葉は安全です")]
    [InlineData("7Q!x0-vr$Kp2m")]
    [InlineData("sailing thirteen buttercups")]
    public void Problem_LongAndOwn_IsAccepted(string password) => Assert.Null(PasswordRules.Problem(password, "anna"));

    [Theory]
    [InlineData("short", "12 to 128 characters")]
    [InlineData("elevenchars", "12 to 128 characters")]
    [InlineData("passwordpassword", "guessed first")]
    [InlineData("P@ssw0rd12345", "guessed first")]
    [InlineData("aaaaaaaaaaaaaaaa", "guessed first")]
    [InlineData("123456789012", "guessed first")]
    [InlineData("qwertyuiop123", "guessed first")]
    [InlineData("administrator1", "guessed first")]
    [InlineData("snowboarding1", "guessed first")]
    [InlineData("Th1rt3en2024!", "guessed first")]
    [InlineData("buttercupbuttercup", "guessed first")]
    [InlineData("zeppelinbuttercup!1", "guessed first")]
    [InlineData("dragon master hotstandby 99", "guessed first")]
    [InlineData("annaannaanna", "user name")]
    public void Problem_GuessedOrShort_SaysWhy(string password, string expected) => Assert.Contains(expected, PasswordRules.Problem(password, "anna"), StringComparison.Ordinal);

    [Fact]
    public void List_IsInTheProgram() => Assert.InRange(GuessedWords.Count, 3000, 20_000);

    [Fact]
    public void Problem_LongestOne_IsFoundAtOnce()
    {
        // The worst case: a text of nothing but words.
        var password = string.Concat(GuessedWords.In("princesssunshinefootballsuperman").Concat(["monkeydragonshadowmaster", "butterscotchbuttercup"])).PadRight(128, 'q')[..128];
        var begun = System.Diagnostics.Stopwatch.StartNew();
        PasswordRules.Problem(password, "anna");
        Assert.True(begun.Elapsed < TimeSpan.FromSeconds(1), $"{begun.Elapsed}");
    }

    [Fact]
    public void Problem_TooLong_SaysWhy() => Assert.Contains("128", PasswordRules.Problem(string.Concat(Enumerable.Range(0, 40).Select(i => $"{i}xyz ")), "anna"), StringComparison.Ordinal);

    [Fact]
    public void Generate_IsAcceptedAndNeverTheSame()
    {
        var made = Enumerable.Range(0, 200).Select(_ => PasswordRules.Generate()).ToList();

        Assert.Equal(made.Count, made.Distinct().Count());
        Assert.All(made, password => Assert.Null(PasswordRules.Problem(password, "anna")));
    }
}
