using HaConsole.Engine.FileSets;
using HaConsole.Web.Live;
using HaConsole.Web.Model.FileSets;

namespace HaConsole.Web.Operations;

/// <summary>What operators and admins do with file sets. The same for pages, API and command line.</summary>
public sealed class FileSetOperations(ConsoleEngine engine, OperationGate gate, TimeProvider time)
{
    /// <summary>All sets as both servers see them now; the other server is asked, within seconds.</summary>
    public async Task<IReadOnlyList<FileSetView>> LookAsync(CancellationToken cancellationToken)
    {
        var definitions = engine.Engine.Configuration.Content.FileSets;
        if (definitions.Count == 0)
        {
            return [];
        }

        var said = await Task.WhenAll(engine.Engine.Current.Servers.Select(async s => new ServerFileSets(s.Server, await engine.Engine.FileSetsOfAsync(s.Server, cancellationToken).ConfigureAwait(false)))).ConfigureAwait(false);
        return FileSetViews.Of(definitions, said, time.GetUtcNow());
    }

    /// <summary>Has the Active compare a set, or make one side as the other. It goes on by itself: the result is seen in the state of the set.</summary>
    /// <param name="actor">Who. An audit needs an operator; what overwrites files needs an admin.</param>
    /// <param name="set">Name of the set.</param>
    /// <param name="command">What.</param>
    public Task<OperationResult> CommandAsync(Actor actor, string set, FileSetCommand command)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(set);
        var word = command.ToString().ToLowerInvariant();
        var operation = new Operation(
            $"file-set-{word}",
            $"file set {set}",
            $"haconsole files {word} {SettingsCommandLine.Word(set)}",
            command == FileSetCommand.Audit ? Right.Operate : Right.Administer)
        {
            After = command switch { FileSetCommand.Push => "the Standby as the Active", FileSetCommand.Fetch => "the Active as the Standby", _ => "" },
        };
        return gate.RunAsync(actor, operation, async () =>
        {
            if (!engine.Engine.Configuration.Content.FileSets.Any(s => s.Name.Equals(set, StringComparison.OrdinalIgnoreCase)))
            {
                return OperationResult.Refused($"There is no file set {set}.");
            }

            return await engine.Engine.CommandFileSetAsync(set, command, actor.Name, CancellationToken.None).ConfigureAwait(false) is { } refusal
                ? OperationResult.Refused(refusal)
                : OperationResult.Done(command switch
                {
                    FileSetCommand.Audit => $"File set {set} is compared; nothing is changed.",
                    FileSetCommand.Push => $"File set {set}: the Standby is made equal to the Active.",
                    _ => $"File set {set}: the Active is made equal to the Standby.",
                });
        });
    }
}
