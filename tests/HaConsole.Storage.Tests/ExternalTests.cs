using HaConsole.Storage.Tests.Support;
using Npgsql;

namespace HaConsole.Storage.Tests;

/// <summary>A PostgreSQL that somebody else runs, with a user who may do little.</summary>
public sealed class ExternalTests(TestDatabase server) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        if (await server.ScalarAsync<long>("SELECT count(*) FROM pg_roles WHERE rolname = 'ha'") == 0)
        {
            await server.ExecuteAsync("CREATE ROLE ha LOGIN PASSWORD 'right-word'");
            await server.ExecuteAsync("CREATE DATABASE outside");
            await using (var outside = new NpgsqlConnection(server.ConnectionString.Replace("Database=postgres", "Database=outside", StringComparison.Ordinal)))
            {
                await outside.OpenAsync();
                await using var grant = new NpgsqlCommand("GRANT CREATE ON SCHEMA public TO ha", outside);
                await grant.ExecuteNonQueryAsync();
            }

            var rules = Path.Combine(server.Folder, "database", "data", "pg_hba.conf");
            await File.WriteAllTextAsync(rules, "local all ha scram-sha-256\n" + await File.ReadAllTextAsync(rules));
            await server.ExecuteAsync("SELECT pg_reload_conf()");
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task User_WithoutTheRightToAddTheExtension_WorksAndIsTold()
    {
        await using var database = await TestDatabase.StartAsync(o => o with { ConnectionString = Connection("right-word", "outside") });

        await TestDatabase.UntilAsync(() => database.Database.Status.TextSearch == TextSearch.Bounded, $"{database.Database.Status}");

        Assert.Contains("CREATE EXTENSION pg_trgm", database.Database.Status.Warning, StringComparison.Ordinal);
        Assert.False(database.Database.Status.Embedded);
        Assert.Empty((await database.Events.QueryAsync(new EventFilter { Text = "word" })).Rows);
        Assert.False(Directory.Exists(Path.Combine(database.Folder, "database")));
    }

    [Theory]
    [InlineData("wrong-word", "outside", "refuses the user ha")]
    [InlineData("right-word", "nowhere", "no database of that name")]
    [InlineData("", "outside", "wants a password")]
    public async Task Refusal_IsASentenceWithoutThePassword(string password, string name, string sentence)
    {
        await using var database = new TestDatabase(o => o with { ConnectionString = Connection(password, name) });
        database.Database.Start();
        await database.IsAsync(DatabaseState.Unavailable);

        Assert.Contains(sentence, database.Database.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("Database:ConnectionString", database.Database.Status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("-word", database.Database.Status + database.Lines, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=localhost;Password=hidden-word;Nonsense=1")]
    [InlineData("hidden-word")]
    [InlineData("Host=localhost;Port=hidden-word")]
    [InlineData("Host=name.invalid;Username=ha;Password=hidden-word")]
    public async Task ConnectionString_ThatIsWrong_IsASentenceWithoutThePassword(string connectionString)
    {
        await using var database = new TestDatabase(o => o with { ConnectionString = connectionString });
        database.Database.Start();
        await database.IsAsync(DatabaseState.Unavailable);

        Assert.Contains("Database:ConnectionString", database.Database.Status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-word", database.Database.Status + database.Lines, StringComparison.Ordinal);
    }

    private string Connection(string password, string name) => $"Host={server.Socket};Username=ha{(password.Length == 0 ? "" : ";Password=" + password)};Database={name}";
}
