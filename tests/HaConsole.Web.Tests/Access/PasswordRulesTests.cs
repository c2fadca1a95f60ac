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
    [InlineData("annaannaanna", "user name")]
    public void Problem_GuessedOrShort_SaysWhy(string password, string expected) => Assert.Contains(expected, PasswordRules.Problem(password, "anna"), StringComparison.Ordinal);

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
