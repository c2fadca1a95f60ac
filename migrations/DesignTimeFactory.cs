using HaConsole.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace HaConsole.Migrations;

/// <summary>Makes the context for <c>dotnet ef</c>; no database is needed to add a migration.</summary>
public sealed class DesignTimeFactory : IDesignTimeDbContextFactory<HaDbContext>
{
    /// <inheritdoc/>
    public HaDbContext CreateDbContext(string[] args) => new(Options("Host=unused"));

    /// <summary>Options of the context with its migrations, for a connection string.</summary>
    public static DbContextOptions<HaDbContext> Options(string connectionString)
        => new DbContextOptionsBuilder<HaDbContext>()
            .UseNpgsql(connectionString, npgsql => npgsql.MigrationsAssembly(typeof(DesignTimeFactory).Assembly.GetName().Name))
            .Options;
}
