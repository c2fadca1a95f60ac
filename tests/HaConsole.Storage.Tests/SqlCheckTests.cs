using HaConsole.Engine.Configuration;
using HaConsole.Storage.Tests.Support;

namespace HaConsole.Storage.Tests;

/// <summary>An application check that asks a real PostgreSQL.</summary>
public sealed class SqlCheckTests(TestDatabase server) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Theory]
    [InlineData("", "", true, "answers 1")]
    [InlineData("select 40 + 2", "42", true, "answers 42")]
    [InlineData("select 'standby'", "primary", false, "answers standby, not primary")]
    [InlineData("select 1 where false", "1", false, "answers , not 1")]
    [InlineData("create table x(a int)", "", false, "read-only transaction")]
    [InlineData("select nonsense", "", false, "nonsense")]
    public async Task Query_IsJudgedByItsFirstValue(string query, string expected, bool well, string detail)
    {
        await File.WriteAllTextAsync(file, server.ConnectionString + "\n");

        var look = await SqlCheck.LookAsync(new CheckDefinition { Name = "db", Type = CheckType.Sql, ConnectionFile = file, Query = query, Expected = expected, Timeout = 20 }, CancellationToken.None);

        Assert.Equal(well, look.Succeeded);
        Assert.Contains(detail, look.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_ThatHangs_EndsWhenItIsCancelled()
    {
        await File.WriteAllTextAsync(file, server.ConnectionString);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var check = new CheckDefinition { Name = "db", Type = CheckType.Sql, ConnectionFile = file, Query = "select pg_sleep(600)", Timeout = 600 };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SqlCheck.LookAsync(check, limit.Token));
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=u;Password=hidden-word;Database=d", "127.0.0.1")]
    [InlineData("Password=hidden-word;Nonsense=hidden-word", "cannot be read")]
    [InlineData("", "Host")]
    public async Task ConnectionString_ThatLeadsNowhere_IsAFailureWithoutThePassword(string text, string detail)
    {
        await File.WriteAllTextAsync(file, text);

        var look = await SqlCheck.LookAsync(new CheckDefinition { Name = "db", Type = CheckType.Sql, ConnectionFile = file }, CancellationToken.None);

        Assert.False(look.Succeeded);
        Assert.Contains(detail, look.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-word", look.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectionString_ThatIsNotThere_IsAFailureWithASentence()
    {
        var look = await SqlCheck.LookAsync(new CheckDefinition { Name = "db", Type = CheckType.Sql, ConnectionVariable = "HACONSOLE_NO_SUCH_VARIABLE" }, CancellationToken.None);
        Assert.Equal((false, "the environment variable HACONSOLE_NO_SUCH_VARIABLE is not set on this server"), (look.Succeeded, look.Detail));
        Assert.False((await SqlCheck.LookAsync(new CheckDefinition { Name = "db", Type = CheckType.Sql, ConnectionFile = "/no/such" }, CancellationToken.None)).Succeeded);
    }
}
