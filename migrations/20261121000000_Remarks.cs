using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace HaConsole.Migrations
{
    /// <inheritdoc />
    public partial class Remarks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "AcknowledgedEpoch",
                table: "events",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "AcknowledgedSequence",
                table: "events",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<short>(
                name: "AcknowledgedServer",
                table: "events",
                type: "smallint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Sequence",
                table: "event_notes",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<short>(
                name: "Server",
                table: "event_notes",
                type: "smallint",
                nullable: false,
                defaultValue: (short)0);

            migrationBuilder.CreateIndex(
                name: "IX_event_notes_EventId_Server_Sequence_At",
                table: "event_notes",
                columns: new[] { "EventId", "Server", "Sequence", "At" },
                unique: true,
                filter: "\"Sequence\" > 0");

            // From an event to the acknowledgements and notes that have arrived before it.
            migrationBuilder.Sql(
                """
                CREATE INDEX "IX_events_remarks" ON events ("Pair", ("Evidence" ->> 'server'), ("Evidence" ->> 'sequence'))
                    WHERE "Kind" IN ('acknowledged', 'note')
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""DROP INDEX "IX_events_remarks" """);

            migrationBuilder.DropIndex(
                name: "IX_event_notes_EventId_Server_Sequence_At",
                table: "event_notes");

            migrationBuilder.DropColumn(
                name: "AcknowledgedEpoch",
                table: "events");

            migrationBuilder.DropColumn(
                name: "AcknowledgedSequence",
                table: "events");

            migrationBuilder.DropColumn(
                name: "AcknowledgedServer",
                table: "events");

            migrationBuilder.DropColumn(
                name: "Sequence",
                table: "event_notes");

            migrationBuilder.DropColumn(
                name: "Server",
                table: "event_notes");
        }
    }
}
