using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Checks;

/// <summary>What looks share: clock, database client, and how many of them may be under way at once in this process.</summary>
/// <param name="time">Clock.</param>
/// <param name="sql">Looks for a check of type sql; null: none.</param>
internal sealed class CheckTools(TimeProvider time, Func<CheckDefinition, CancellationToken, Task<CheckLook>>? sql)
{
    private const int MostCommands = 8;
    private const int MostOthers = 32;
    private static readonly SemaphoreSlim Commands = new(MostCommands);
    private static readonly SemaphoreSlim Others = new(MostOthers);

    public TimeProvider Time => time;

    public Func<CheckDefinition, CancellationToken, Task<CheckLook>>? Sql => sql;

    /// <summary>Waits for a turn; disposing of it ends the turn. Commands, which may take whole processors, have their own turns.</summary>
    public static async Task<IDisposable> EnterAsync(CheckType type, CancellationToken cancellationToken)
    {
        var turns = type == CheckType.Command ? Commands : Others;
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(turns);
    }

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}
