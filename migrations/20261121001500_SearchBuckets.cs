using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace HaConsole.Migrations
{
    /// <inheritdoc />
    public partial class SearchBuckets : Migration
    {
        private const string Bounds = """
            INSERT INTO event_buckets AS kept ("Pair", "Server", "Bucket", "FirstEpoch", "FirstSequence", "LastEpoch", "LastSequence")
            SELECT "Pair", "Server", "Id" >> 14,
                (min(ARRAY["Epoch", "Sequence"]))[1], (min(ARRAY["Epoch", "Sequence"]))[2],
                (max(ARRAY["Epoch", "Sequence"]))[1], (max(ARRAY["Epoch", "Sequence"]))[2]
            """;

        private const string Trigger = $"""
            CREATE FUNCTION event_buckets_widen() RETURNS trigger LANGUAGE plpgsql AS $body$
            BEGIN
                {Bounds}
                FROM added GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
                ON CONFLICT ("Pair", "Server", "Bucket") DO UPDATE SET
                    "FirstEpoch" = (least(ARRAY[kept."FirstEpoch", kept."FirstSequence"], ARRAY[excluded."FirstEpoch", excluded."FirstSequence"]))[1],
                    "FirstSequence" = (least(ARRAY[kept."FirstEpoch", kept."FirstSequence"], ARRAY[excluded."FirstEpoch", excluded."FirstSequence"]))[2],
                    "LastEpoch" = (greatest(ARRAY[kept."LastEpoch", kept."LastSequence"], ARRAY[excluded."LastEpoch", excluded."LastSequence"]))[1],
                    "LastSequence" = (greatest(ARRAY[kept."LastEpoch", kept."LastSequence"], ARRAY[excluded."LastEpoch", excluded."LastSequence"]))[2];
                RETURN NULL;
            END $body$;
            CREATE TRIGGER event_buckets_widen AFTER INSERT ON events
                REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION event_buckets_widen();
            """;

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "event_buckets",
                columns: table => new
                {
                    Pair = table.Column<string>(type: "text", nullable: false),
                    Server = table.Column<short>(type: "smallint", nullable: false),
                    Bucket = table.Column<long>(type: "bigint", nullable: false),
                    FirstEpoch = table.Column<long>(type: "bigint", nullable: false),
                    FirstSequence = table.Column<long>(type: "bigint", nullable: false),
                    LastEpoch = table.Column<long>(type: "bigint", nullable: false),
                    LastSequence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_event_buckets", x => new { x.Pair, x.Server, x.Bucket });
                });

            // The trigger first: it locks the table, so that no insert of another process is missed by the filling.
            migrationBuilder.Sql(Trigger);
            migrationBuilder.Sql(Bounds + " FROM events GROUP BY 1, 2, 3;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TRIGGER event_buckets_widen ON events; DROP FUNCTION event_buckets_widen();");
            migrationBuilder.DropTable(
                name: "event_buckets");
        }
    }
}
