using HaConsole.Storage.Tests.Support;

namespace HaConsole.Storage.Tests;

public sealed class AuditSearchTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Text_OfTheAudit_IsFoundByItsIndex()
    {
        await TestDatabase.UntilAsync(() => database.Database.Status.TextSearch == TextSearch.Indexed, "the indexes");
        await database.ExecuteAsync(
            """
            INSERT INTO audit ("Pair", "Sequence", "Server", "At", "User", "Role", "Origin", "Address", "Action", "Target", "CommandLine", "Before", "After", "Result", "Sentence", "PreviousHash", "Hash")
            SELECT 'default', i, 1, now() - make_interval(secs => 60000 - i), 'ann', 'admin', 'console', '10.1.2.' || i % 250, 'config-saved', 'node ' || i, '', '', '', 'done',
                CASE WHEN i = 100 THEN 'A Needle 100%' ELSE 'It was done.' END, '', i::text
            FROM generate_series(1, 60000) i;
            ANALYZE audit;
            """);
        var audit = new AuditHistory(database.Database);

        await TestDatabase.UntilAsync(
            async () =>
            {
                Assert.Equal(100, Assert.Single((await audit.QueryAsync(new AuditFilter { Text = "needle 100%" })).Rows).Sequence);

                // The database counts a little later than it works.
                return await database.ScalarAsync<long>("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'IX_audit_search'") > 0;
            },
            "the index is used");
        Assert.Empty((await audit.QueryAsync(new AuditFilter { Text = "zebra" })).Rows);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => 60_000L - i), (await audit.QueryAsync(new AuditFilter { Text = "DONE saved" })).Rows.Select(r => r.Sequence));
    }
}
