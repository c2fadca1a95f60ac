using HaConsole.Engine.FileSets.Wire;
using HaConsole.Failover;

namespace HaConsole.Engine.FileSets;

/// <content>The other direction, by hand.</content>
internal sealed partial class SetSender
{
    /// <summary>The Standby's files replace those here: wanted by an operator.</summary>
    private async Task FetchAsync(SetRoot root, Wish wish, CancellationToken cancellationToken)
    {
        await using var channel = new FileChannel(await context.Open(cancellationToken));
        using var alive = new ChannelPulse(channel, cancellationToken);
        await FileHello.Of(definition, context.Epoch(), fetch: true).SendAsync(channel, alive.Token);
        await FileHello.AnswerAsync(channel, alive.Token);
        var commands = new SetCommands(definition.Name, set.Directory, definition.CommandBefore, definition.CommandAfter, TimeSpan.FromSeconds(definition.CommandTimeout));
        var end = new TaskCompletionSource<SyncCounts>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var target = new SyncTarget(channel, root, set.Index, set.Patterns, set.Report, commands, context.Time)
        {
            Marked = counts => end.TrySetResult(counts),
            NextPass = set.NextPass,
            KeepDays = definition.KeepDays,
            KeepsAll = true,
            EndsAtMark = true,
        };
        set.Notes.FetchBegins();
        set.Is(FileSetState.Synchronising, "The files of the other server are fetched.", FileSetSide.Source);
        await target.RunAsync(alive.Token);
        var counts = end.Task.IsCompleted ? await end.Task : throw new IOException("The other server has closed the channel.");
        set.Save(root, force: true);
        if (counts.Failed > 0)
        {
            // To go on with copying would remove on the other server what could not be taken from it.
            throw new RepeatLaterException($"{counts.Failed} things could not be taken from the other server; it is tried again until you ask for something else.");
        }

        set.Notes.FetchEnds();
        Done(wish);
        context.Event("file-set-fetched", $"File set {definition.Name}: {counts.Applied} things were taken from the other server, {counts.Recycled} were moved to the recycle folder, {counts.Failed} failed.", Severity.Warning);
        Hurry();
    }
}
